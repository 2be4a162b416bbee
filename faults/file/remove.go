package file

import (
	"errors"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Remove is file.remove: a file is gone, as one that somebody has deleted. Who
// has it open goes on with it, and notices at its next start.
type Remove struct {
	Path string         `yaml:"path" help:"the file, e.g. /var/lib/mysql/grastate.dat; a regular one on a disk of the node, by its own name and over no link"`
	Most document.Bytes `yaml:"most" help:"a larger file is refused (default 1MiB, 64MiB at most)"`
	Open bool           `yaml:"open" help:"true: also one that somebody has open for writing. What he goes on writing is in the file when it is back, so that the undo is proven by its being the same file, and not by its content (default false)"`
}

// NewRemove returns the defaults; which file has none.
func NewRemove() *Remove { return &Remove{Most: mib} }

// Validate refuses a file that may not be struck.
func (r *Remove) Validate() error { return errors.Join(place(r.Path), most(r.Most)) }

// Scripts returns the steps for a node, or for a service on one.
func (r *Remove) Scripts(target faults.Target) (faults.Scripts, error) {
	return steps{
		kind: "remove", path: r.Path, most: r.Most, open: r.Open,
		inject: text("remove_inject.sh"), see: text("remove_observe.sh"),
	}.scripts(target)
}
