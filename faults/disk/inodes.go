package disk

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/faults"
)

// Inodes is disk.inodes: empty files take every inode that a file system has
// left, so that nothing new can be made though there is room.
type Inodes struct {
	Mount string `yaml:"mount" help:"where the file system is mounted (default /srv); it has to have a fixed number of inodes, as ext4 has"`
	Leave int    `yaml:"leave" help:"inodes that are left (default 0; 1000 at least where the undo has to write)"`
	Most  int    `yaml:"most" help:"files that are made at most, up to 1000000; a file system with more inodes than that left is refused (default 200000)"`
}

// maxInodes is what can be made, and removed again, within the time of a step.
const (
	maxInodes      = 1000000
	undoLeaveFiles = 1000
)

// NewInodes returns the defaults: all of /srv.
func NewInodes() *Inodes { return &Inodes{Mount: "/srv", Most: 200000} }

// Validate refuses a place that is none, and more files than a step can make.
func (i *Inodes) Validate() error {
	wrong := []error{mountPoint(i.Mount)}
	if i.Leave < 0 {
		wrong = append(wrong, fmt.Errorf("leave: %d is under 0", i.Leave))
	}
	if i.Most < 1 || i.Most > maxInodes {
		wrong = append(wrong, fmt.Errorf("most: %d is not between 1 and %d", i.Most, maxInodes))
	}
	return errors.Join(wrong...)
}

// SafetyNets holds the root file system back.
func (i *Inodes) SafetyNets(faults.Target) []string { return nets(i.Mount) }

// Sizes are what is left free.
func (i *Inodes) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "free", Unit: "inodes", Asked: new(float64(i.Leave)), Seen: `^(\d+) inodes are left`},
	}
}

// Scripts returns the steps for a node, or for a service on one.
func (i *Inodes) Scripts(target faults.Target) (faults.Scripts, error) {
	return steps{
		kind: "inodes", mount: i.Mount, tools: []string{"seq", "xargs", "touch"},
		args:   []string{strconv.Itoa(i.Leave), strconv.Itoa(undoLeaveFiles), strconv.Itoa(i.Most)},
		shared: text("inodes.sh"), check: text("inodes_preflight.sh"), inject: text("inodes_inject.sh"), see: text("inodes_observe.sh"), undo: text("inodes_undo.sh"),
	}.scripts(target, i.Validate())
}
