// Package node holds the faults by which a whole node boots anew: in good order
// (node.reboot), or from one moment to the next by the kernel's own switches
// (node.crash, node.reset). It comes back by itself, so the undo is only to
// prove it, and what keeps the fault is what every fault has: what is on the
// node's disk, and the unit that undoes at boot.
//
// A node that shuts down (node.shutdown) comes back as they do once it is switched
// on, which a faults.Keeper outside of it does.
//
// The effect is another boot id. The node sees that when it is back, and knows
// from the file `began`, which was on its disk before, when it went. A node that
// would not boot by itself after a panic is refused, as far as kernel.panic and
// a crash kernel tell, and so is one with a unit that a boot would not bring
// back. Nobody asks what else keeps a machine from booting.
//
// In a container the kernel is that of the machine below: its switches would
// strike that, with all others on it. Preflight refuses, and so does the inject
// once more, before it touches anything.
package node

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
