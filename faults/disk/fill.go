package disk

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Fill is disk.fill: a file of its own takes what a file system has left, but for
// a reserve.
type Fill struct {
	Mount string         `yaml:"mount" help:"where the file system is mounted, e.g. /var/lib/mysql (default /srv)"`
	Leave document.Bytes `yaml:"leave" help:"what is left free (default 1MiB; 64MiB at least where the undo has to write: with /run, /var/lib or /etc on it)"`
}

// The bounds of what is left.
const (
	mib        = 1 << 20
	undoLeaves = 64 // MiB
)

// NewFill returns the defaults: all but one MiB of /srv.
func NewFill() *Fill { return &Fill{Mount: "/srv", Leave: mib} }

// Validate refuses a place that is none, and a reserve of nothing.
func (f *Fill) Validate() error {
	wrong := []error{mountPoint(f.Mount)}
	if f.Leave < mib {
		wrong = append(wrong, fmt.Errorf("leave: %s is under 1MiB", f.Leave))
	}
	return errors.Join(wrong...)
}

// SafetyNets holds the root file system back.
func (f *Fill) SafetyNets(faults.Target) []string { return nets(f.Mount) }

// Sizes are what is left free and what was taken.
func (f *Fill) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "free", Unit: "bytes", Asked: new(float64(f.Leave)), Seen: `^(\d+) KiB are left`, Scale: 1 << 10},
		{Name: "taken", Unit: "bytes", Seen: `(\d+) MiB were taken`, Scale: mib},
	}
}

// Scripts returns the steps for a node, or for a service on one.
func (f *Fill) Scripts(target faults.Target) (faults.Scripts, error) {
	return steps{
		kind: "fill", mount: f.Mount, tools: []string{"fallocate", "stat"},
		args:   []string{strconv.FormatInt(int64(f.Leave/mib), 10), strconv.Itoa(undoLeaves)},
		shared: text("fill.sh"), check: text("fill_preflight.sh"), inject: text("fill_inject.sh"), see: text("fill_observe.sh"), undo: text("fill_undo.sh"),
	}.scripts(target, f.Validate())
}
