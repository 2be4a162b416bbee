package disk

import (
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/faults"
)

// Slow is disk.slow: each read and write of a device takes so much longer, as on a
// disk that fails slowly. Nothing is lost and nothing fails by it: whoever reads or
// writes there waits, the undo too, for what is under way.
type Slow struct {
	Device string        `yaml:"device" help:"a logical volume or another device of the device mapper, e.g. /dev/mapper/data-mysql; never one on which the undo has to write: with /run, /var/lib or /etc on it"`
	Read   time.Duration `yaml:"read" help:"how much longer a read takes (default 100ms, 1s at most; 0s: as before)"`
	Write  time.Duration `yaml:"write" help:"how much longer a write takes (default 100ms, 1s at most; 0s: as before)"`
}

// slowest is the longest that one read or write is held back: the undo and every look wait for
// those that are under way.
const slowest = time.Second

// NewSlow returns the defaults; which device has none.
func NewSlow() *Slow { return &Slow{Read: 100 * time.Millisecond, Write: 100 * time.Millisecond} }

// Validate refuses a device that is none, and times beyond the bounds.
func (s *Slow) Validate() error {
	wrong := []error{mappedDevice(s.Device)}
	for name, by := range map[string]time.Duration{"read": s.Read, "write": s.Write} {
		if by < 0 || by > slowest || by != by.Truncate(time.Millisecond) {
			wrong = append(wrong, fmt.Errorf("%s: %v is not from 0s to %v, in whole milliseconds", name, by, slowest))
		}
	}
	if s.Read == 0 && s.Write == 0 {
		wrong = append(wrong, errors.New("read, write: neither takes longer"))
	}
	return errors.Join(wrong...)
}

// Sizes are how long a read took and by how much the table of the device delays a write.
func (s *Slow) Sizes() []faults.Size {
	var sizes []faults.Size
	if s.Read != 0 {
		sizes = append(sizes, faults.Size{Name: "read", Unit: "seconds", Asked: new(s.Read.Seconds()), Seen: `was read in (\d+) ms`, Scale: 0.001})
	}
	if s.Write != 0 {
		sizes = append(sizes, faults.Size{Name: "write", Unit: "seconds", Asked: new(s.Write.Seconds()), Seen: `writes? wait for (\d+) ms`, Scale: 0.001})
	}
	return sizes
}

// Scripts returns the steps for a node, or for a service on one.
func (s *Slow) Scripts(target faults.Target) (faults.Scripts, error) {
	return mapped{
		kind: "slow", device: s.Device, target: "delay", read: s.Read, write: s.Write,
		check: text("slow_preflight.sh"), see: text("slow_observe.sh"),
	}.scripts(target, s.Validate())
}
