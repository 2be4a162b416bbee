package faults

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Fault is one kind of fault with its arguments filled in, e.g. service.kill.
// It does nothing by itself: it hands the lifecycle the scripts to run.
type Fault interface {
	// Scripts returns the steps for one target. It is a pure function of its
	// input: the same target gives the same bytes. An error says why this
	// target cannot be struck by this fault.
	Scripts(target Target) (Scripts, error)
}

// Target is what a fault is aimed at.
type Target struct {
	Node    *inventory.Node
	Service *inventory.Service // nil for faults of a whole node
	Cloud   *inventory.Cloud   // whose node it is: peers and groups; nil where nobody has it
	Others  []Target           // the same fault's other targets, without their own Others
	ID      string             // the fault's id on this node, given by the lifecycle; everything created carries it
}

// Ref names the target as the redundancy ledger does.
func (t Target) Ref() inventory.Ref {
	r := inventory.Ref{Node: t.Node.Name}
	if t.Service != nil {
		r.Service = t.Service.Name
	}
	return r
}

// Dir is the fault's own directory on the node while it lives.
func (t Target) Dir() string { return "/run/eris/" + t.ID }

func (t Target) record() record.Target {
	ref := t.Ref()
	return record.Target{Node: ref.Node, Service: ref.Service}
}

// Scripts are a fault's steps on a target: POSIX sh that script.Check passes,
// run as root as `sh STEP.sh ARGS...`. The working directory is the fault's
// own /run/eris/<id>, where it may keep files of its own; Preflight and the
// first Fingerprint run before it exists. The file `state` in it is the fault's:
// held as soon as Observe has seen the effect. What was injected and may end
// before the undo, by its own bounds, writes a line of the fault's log into the
// file `ended` as its last act (NODE_NS UPTIME_MS ended itself REASON): from
// then on it counts as no longer held, and as nobody's healing. $ERIS_TOUCHED is no until the inject
// was let through. $ERIS_CONTROLLER is the address from which the node was
// armed, as the node sees it, also when a timer runs the undo: a fault of the
// network must let it through, and is refused where it is empty. The lifecycle wraps them; they need no locking of their own.
type Scripts struct {
	// Args are every step's positional arguments; no line breaks.
	Args []string
	// Tools are the commands that preflight looks for on the node.
	Tools []string
	// Preflight is read-only: exit 0, or a reason per line on stdout.
	Preflight string
	// Fingerprint is read-only and prints the state that undo must restore as
	// key=value lines, always in the same order. While the fault lives, what
	// it found before is in the file `before`.
	Fingerprint string
	// Prepare lays what Inject will need and is without any effect by itself,
	// so that it can run while the fault waits for its trigger. May be empty.
	Prepare string
	// Inject makes the fault. Idempotent.
	Inject string
	// Observe is read-only: exit 0 and one line that states the effect with
	// its size, exit 1 while the effect is not there.
	Observe string
	// Undo puts everything back, Prepare's work too. Idempotent, and right
	// also when inject ran half way or not at all. The engine, the timers,
	// `eris halt` and `eris heal` all run these same bytes.
	Undo string
	// Healthy is read-only: exit 0 when the target does its work again.
	Healthy string
	// Outside is what is done from outside of the node instead of Inject, to its power
	// (off, cycle or reset) or as Keeper has it. A Keeper injects, observes and undoes
	// then, and those three steps are empty; the others run on the node before and
	// after, between which it is gone unless it Stays. After cycle and reset it comes
	// back by itself. Wake stands beside Reboots: Inject leaves the node off, and a
	// Keeper switches it on again.
	Outside string
	// Keeper is the family whose Keeper does that; ByPower where it is empty.
	Keeper string
	// Stays says that what is done from outside leaves the node where it is.
	Stays bool
	// Remedy is what a person types on this machine to undo what Keeper did; what
	// switches the node on where it is empty.
	Remedy string
	// OffFor is how long cycle and Wake keep the power away.
	OffFor time.Duration
	// Irreversible says why nothing takes the fault back, or nothing proves that
	// it was; empty for every other. Its end is then unknown, whatever the node
	// says, and its safety net has to be overridden.
	Irreversible string
	// Reboots says that Inject has the node boot anew. Its own Observe can see
	// that only then: the guard asks it at boot, and takes the line of a log that
	// Inject has left in the file `began`, here and in /var/lib/eris/<id>
	// (NODE_NS UPTIME_MS), for when the effect began. At boot
	// it has ended by itself, and is undone.
	Reboots bool
	// Volatile says that a boot of the node takes away all that Inject makes, so that
	// nothing has to undo it then. Only what is so can be made on a node without
	// systemd, where nothing of the fault is started at boot.
	Volatile bool
	// Resources are keys of what the fault occupies on the node, each of
	// letters, digits and any of "._:@-"; two active faults never share one.
	Resources []string
}

// Timing bounds a fault's life.
type Timing struct {
	Hold   time.Duration // how long the effect is kept
	Lease  time.Duration // the node undoes when it is not renewed for this long
	TTL    time.Duration // the node undoes this long after arming, renewed or not
	Settle time.Duration // health must last this long before the budget is released
}

// The defaults of a fault's timing.
const (
	DefaultLease  = 15 * time.Second
	DefaultSettle = 10 * time.Second
	// Margin is what a TTL has beyond the waiting for the trigger and the hold.
	Margin = 60 * time.Second
	// MinLease is the shortest lease that the timers' accuracy and three
	// renewals within it allow.
	MinLease = time.Second
)

// NewTiming is the usual timing of a fault that waits for its trigger at most
// within and then holds for hold. A lease of 0 is DefaultLease.
func NewTiming(within, hold, lease time.Duration) Timing {
	if lease == 0 {
		lease = DefaultLease
	}
	return Timing{Hold: hold, Lease: lease, TTL: within + hold + Margin, Settle: DefaultSettle}
}

func (t Timing) check() error {
	if t.Lease < MinLease {
		return fmt.Errorf("check timing: lease %s is under %s", t.Lease, MinLease)
	}
	if t.Hold <= 0 {
		return fmt.Errorf("check timing: hold %s: every fault has a finite hold", t.Hold)
	}
	if t.TTL < t.Hold+t.Lease {
		return fmt.Errorf("check timing: ttl %s is under hold %s plus lease %s", t.TTL, t.Hold, t.Lease)
	}
	return nil
}

// reserved is a step that writes the file by which the guard knows that its node
// goes to boot anew.
var reserved = regexp.MustCompile(`>\s*(\./)?began\b`)

func (s Scripts) check() error {
	for _, arg := range s.Args {
		if strings.ContainsAny(arg, "\n\x00") {
			return fmt.Errorf("check scripts: argument %q has a line break", arg)
		}
	}
	for _, key := range s.Resources {
		if key == "" || strings.Trim(key, letters+"._:@-") != "" {
			return fmt.Errorf("check scripts: resource key %q", key)
		}
	}
	if !s.Reboots && reserved.MatchString(s.Prepare+"\n"+s.Inject) {
		return errors.New("check scripts: the file began is kept for what has its node boot anew")
	}
	needed := map[string]string{"fingerprint": s.Fingerprint, "healthy": s.Healthy}
	if s.Outside == "" || s.Outside == Wake {
		needed["inject"], needed["observe"], needed["undo"] = s.Inject, s.Observe, s.Undo
	}
	for name, text := range needed {
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("check scripts: no %s", name)
		}
	}
	return nil
}
