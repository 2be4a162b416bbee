package disk

import (
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/faults"
)

// ReadOnly is disk.readonly: a file system takes no writes any more, as one on
// which the kernel has met an error. The kernel refuses it for as long as a file
// is open for writing there, as a running database's are, and so does preflight.
type ReadOnly struct {
	Mount string `yaml:"mount" help:"where the file system is mounted (default /srv); never one on which the undo has to write: with /run, /var/lib or /etc on it"`
}

// NewReadOnly returns the default: /srv.
func NewReadOnly() *ReadOnly { return &ReadOnly{Mount: "/srv"} }

// Validate refuses a place that is none, and the root, from which there would be
// no way back.
func (r *ReadOnly) Validate() error {
	if err := mountPoint(r.Mount); err != nil {
		return err
	}
	if r.Mount == "/" {
		return errors.New("mount: the undo could not write to a read-only /")
	}
	return nil
}

// Scripts returns the steps for a node, or for a service on one.
func (r *ReadOnly) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := steps{
		kind: "readonly", mount: r.Mount, tools: []string{"mount", "grep", "readlink"},
		check: text("readonly_preflight.sh"), inject: text("readonly_inject.sh"), see: text("readonly_observe.sh"), undo: text("readonly_undo.sh"),
	}.scripts(target, r.Validate())
	if err != nil {
		return s, fmt.Errorf("choose file system: %w", err)
	}
	return s, nil
}
