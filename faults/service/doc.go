// Package service holds the faults of a service, whatever runs it: a unit of
// systemd, a container, or nobody. A fault is a file with its typed arguments and names a
// verb; a runtime is a file with the steps of each verb that can be done there,
// and its scripts beside it. Neither knows of the others of its sort.
//
// A stopped or killed unit is kept down by a drop-in that systemd itself obeys:
// a start, a Restart= or a socket finds its condition false for as long as the
// fault's own file `hold` exists. The drop-in is laid when the fault is armed,
// without effect until then, so that inject is a touch and a kill. Masking
// would not do: `mask --runtime` has no effect on units in /etc/systemd/system.
//
// The fingerprint is what systemd says of the unit (ActiveState, UnitFileState,
// drop-ins, FreezerState) and of the units that stop with it, and never a
// process id: another process doing the same work is a healed service.
package service

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
