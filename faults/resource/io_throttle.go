package resource

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// IOThrottle is io.throttle: a service's unit reads from a disk and writes to it
// no faster than it is let. What it writes into the kernel's cache is slowed
// where the file system tells whose it is (in version 2 of cgroups).
type IOThrottle struct {
	Path  string         `yaml:"path" help:"on the disk that is meant (default /var/lib); there has to be a block device below it"`
	Read  document.Bytes `yaml:"read" help:"most that the service reads a second; 0B is no limit (default 1MiB)"`
	Write document.Bytes `yaml:"write" help:"most that the service writes a second; 0B is no limit (default 1MiB)"`
}

// NewIOThrottle returns the defaults: a MiB a second each way.
func NewIOThrottle() *IOThrottle { return &IOThrottle{Path: "/var/lib", Read: mib, Write: mib} }

// minSpeed is the least that is let through, in bytes a second.
const minSpeed = 4096

// Validate refuses a path that is none, and limits that limit nothing or stop all.
func (i *IOThrottle) Validate() error {
	var wrong []error
	if err := faults.PlainPath(i.Path); err != nil {
		wrong = append(wrong, fmt.Errorf("path: %w", err))
	}
	for _, limit := range []struct {
		key   string
		bytes document.Bytes
	}{{"read", i.Read}, {"write", i.Write}} {
		if limit.bytes != 0 && limit.bytes < minSpeed {
			wrong = append(wrong, fmt.Errorf("%s: %s is under 4KiB", limit.key, limit.bytes))
		}
	}
	if i.Read == 0 && i.Write == 0 {
		wrong = append(wrong, errors.New("neither read nor write has a limit"))
	}
	return errors.Join(wrong...)
}

// Sizes are how much the service may read and write at most.
func (i *IOThrottle) Sizes() []faults.Size {
	var sizes []faults.Size
	for _, s := range []struct {
		name string
		most document.Bytes
	}{{"read", i.Read}, {"write", i.Write}} {
		if s.most != 0 {
			sizes = append(sizes, faults.Size{Name: s.name, Unit: "bytes_per_second", Asked: new(float64(s.most)), Seen: s.name + ` (\d+) bytes a second`})
		}
	}
	return sizes
}

// Scripts returns the steps for a service that runs as a systemd unit.
func (i *IOThrottle) Scripts(target faults.Target) (faults.Scripts, error) {
	if target.Service != nil && target.Service.Runtime.Kind == inventory.Container {
		return faults.Scripts{}, fmt.Errorf("choose unit: %s runs as container %q, whose limits for disks its engine keeps, and this fault strikes units of systemd alone",
			target.Service.Name, target.Service.Runtime.Name)
	}
	bytes := func(limit document.Bytes) string { return strconv.FormatInt(int64(limit), 10) }
	return throttle{
		controller: "io", args: []string{i.Path, bytes(i.Read), bytes(i.Write)}, tools: []string{"stat"},
		shared: text("io_throttle.sh"), check: text("io_throttle_preflight.sh"),
		inject: text("io_throttle_inject.sh"), see: text("io_throttle_observe.sh"),
	}.scripts(target, i.Validate())
}
