// Package faults is the contract of a fault and the one state machine that may
// run it: plan, preflight, arm, inject, observe, hold, undo, verify. A fault
// kind contributes scripts and typed arguments; everything that makes a fault
// heal by itself (the write-ahead journal, the on-target lease and TTL,
// fencing, fingerprints) is done here, once, for all kinds.
package faults

import (
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// Fault is one kind of fault with its arguments filled in, e.g. service.kill.
// It does nothing by itself: it hands the lifecycle the scripts to run.
type Fault interface {
	// Scripts returns the steps for one target. They are pure functions of
	// their input: the same target gives the same bytes.
	Scripts(target Target) (Scripts, error)
}

// Target is what a fault is aimed at.
type Target struct {
	Node    *inventory.Node
	Service *inventory.Service // nil for faults of a whole node
	ID      string             // the fault's id on this node; every thing created carries it
}

// Ref names the target as the redundancy ledger does.
func (t Target) Ref() inventory.Ref {
	r := inventory.Ref{Node: t.Node.Name}
	if t.Service != nil {
		r.Service = t.Service.Name
	}
	return r
}

// Scripts are a fault's steps on a target: POSIX sh, run as root, from the
// commands that package script allows. Their working directory is the fault's
// own /run/eris/<id>. The lifecycle wraps them; they need no locking of their own.
type Scripts struct {
	// Preflight is read-only: exit 0, or a reason per line on stdout.
	Preflight string
	// Fingerprint is read-only and prints the state that undo must restore,
	// as sorted key=value lines.
	Fingerprint string
	// Inject makes the fault. Idempotent.
	Inject string
	// Observe is read-only: exit 0 and one line that states the effect with
	// its size, exit 1 while the effect is not there.
	Observe string
	// Undo puts everything back. Idempotent, and right also when inject ran
	// half way or not at all. The engine, the timers, `eris halt` and `eris
	// heal` all run these same bytes.
	Undo string
	// Healthy is read-only: exit 0 when the target does its work again.
	Healthy string
	// Resources are keys of what the fault occupies on the node; two active
	// faults never share one.
	Resources []string
}

// Timing bounds a fault's life.
type Timing struct {
	Hold   time.Duration // how long the effect is kept
	Lease  time.Duration // the node undoes when it is not renewed for this long
	TTL    time.Duration // the node undoes this long after arming, renewed or not
	Settle time.Duration // health must last this long before the budget is released
}
