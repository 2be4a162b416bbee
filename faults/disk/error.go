package disk

import (
	"github.com/openstack-eris/eris/faults"
)

// Error is disk.error: every read and write of a device fails, as on a disk that
// is broken. What is written meanwhile is lost to whoever writes it, who is told;
// what was there before is untouched. A device that this node has mounted is
// refused, since its file system would not go on after the undo as before: struck
// are volumes that others use, a guest's, an export's, an object store's.
type Error struct {
	Device string `yaml:"device" help:"a logical volume or another device of the device mapper that is not mounted here, e.g. /dev/cinder-volumes/volume-1"`
}

// Validate refuses a device that is none.
func (e *Error) Validate() error { return mappedDevice(e.Device) }

// SafetyNets holds it back: the device is as before, what its users have lost is not.
func (e *Error) SafetyNets(faults.Target) []string { return []string{faults.Irreversible} }

// Scripts returns the steps for a node, or for a service on one.
func (e *Error) Scripts(target faults.Target) (faults.Scripts, error) {
	return mapped{
		kind: "error", device: e.Device, target: "flakey",
		check: text("error_preflight.sh"), see: text("error_observe.sh"),
	}.scripts(target, e.Validate())
}
