package disk

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// mapped is what is struck below the file systems: a device of the device mapper,
// which a logical volume is, with a table of linear targets. The kernel changes a
// table for another while the device is used; after a reboot the fault's is gone.
// Source: https://docs.kernel.org/admin-guide/device-mapper/
type mapped struct {
	kind        string // of the fault
	device      string
	target      string // of the device mapper: delay or flakey
	read, write time.Duration
	check, see  string
}

// mappedDevice refuses what cannot be one.
func mappedDevice(name string) error {
	if err := faults.PlainPath(name); err != nil {
		return fmt.Errorf("device: %w", err)
	}
	if !strings.HasPrefix(name, "/dev/") {
		return fmt.Errorf("device: %q is not in /dev", name)
	}
	return nil
}

func (m mapped) scripts(target faults.Target, wrong error) (faults.Scripts, error) {
	if wrong != nil {
		return faults.Scripts{}, fmt.Errorf("check disk.%s: %w", m.kind, wrong)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose device: nobody knows what runs on %s", target.Node.Name)
	}
	works, tools := target.Works()
	common := text("mapper.sh")
	return faults.Scripts{
		Args: []string{
			target.ID, m.device, m.target,
			strconv.FormatInt(m.read.Milliseconds(), 10), strconv.FormatInt(m.write.Milliseconds(), 10),
		},
		Tools:       append([]string{"dmsetup", "dd", "df", "sed", "cut", "grep", "head", "tail", "sort", "date", "uname", "readlink"}, tools...),
		Preflight:   script.Module() + common + text("mapper_preflight.sh") + m.check,
		Fingerprint: common + text("mapper_fingerprint.sh"),
		Prepare:     common + text("mapper_prepare.sh"),
		Inject:      common + text("mapper_inject.sh"),
		Observe:     common + m.see,
		Undo:        common + text("mapper_undo.sh"),
		Healthy:     works,
		Resources:   []string{"device:" + strings.ReplaceAll(m.device, "/", ":")},
	}, nil
}
