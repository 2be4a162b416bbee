package disk

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Detach is disk.detach: the kernel forgets a SCSI disk, as when its cable is
// pulled, and looks for it again at the end. Struck is one of several paths of a
// multipath map, or a disk that nobody uses at the moment: what lies on a disk
// does not find it again by itself when it comes back, so that one is refused
// (disk.error strikes below those who use it).
// Source: https://docs.kernel.org/scsi/scsi-generic.html and the scan and delete
// files of https://www.kernel.org/doc/Documentation/ABI/
type Detach struct {
	Device string `yaml:"device" help:"a SCSI disk by a name that stays with it, in /dev/disk/by-id or /dev/disk/by-path; nothing but a multipath map may use it"`
}

// Validate refuses a device that is none, and a name that may be another disk's
// when the disk comes back.
func (d *Detach) Validate() error {
	if err := faults.PlainPath(d.Device); err != nil {
		return fmt.Errorf("device: %w", err)
	}
	if !strings.HasPrefix(d.Device, "/dev/disk/by-id/") && !strings.HasPrefix(d.Device, "/dev/disk/by-path/") {
		return fmt.Errorf("device: %q is not in /dev/disk/by-id or /dev/disk/by-path: a disk that comes back may have another name", d.Device)
	}
	return nil
}

// Scripts returns the steps for a node, or for a service on one.
func (d *Detach) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := d.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check disk.detach: %w", err)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose device: nobody knows what runs on %s", target.Node.Name)
	}
	works, tools := target.Works()
	common := script.Disks() + text("detach.sh")
	return faults.Scripts{
		Args:        []string{target.ID, d.Device},
		Tools:       append([]string{"readlink", "sed", "cut", "grep", "head", "tr", "ls"}, tools...),
		Preflight:   common + text("detach_preflight.sh"),
		Fingerprint: common + text("detach_fingerprint.sh"),
		Prepare:     common + text("detach_prepare.sh"),
		Inject:      common + text("detach_inject.sh"),
		Observe:     common + text("detach_observe.sh"),
		Undo:        common + text("detach_undo.sh"),
		Healthy:     works,
		Resources:   []string{script.DisksResource},
	}, nil
}
