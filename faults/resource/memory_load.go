package resource

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// MemoryLoad is memory.load: a part of a node's memory is taken. What the
// reserve asks for stays available; where others want more than that while it
// is held, it gives all back before the kernel has to choose whom it ends.
type MemoryLoad struct {
	Size    document.Bytes   `yaml:"size" help:"how much is taken (256MiB if use is left out too)"`
	Use     document.Percent `yaml:"use" help:"instead of size: how much of the node's memory is in use then, by all together, e.g. 90%"`
	Reserve document.Bytes   `yaml:"reserve" help:"what has to stay available; less than half of it ends the load (default 512MiB)"`
	Ramp    time.Duration    `yaml:"ramp" help:"within what time it grows to its size, in ten steps, 2s to 10m; at once if left out"`
}

const (
	mib           = 1 << 20
	defaultMemory = 256 * mib
	minReserve    = 64 * mib
)

// NewMemoryLoad returns the defaults: 256 MiB, with twice as much left.
func NewMemoryLoad() *MemoryLoad { return &MemoryLoad{Reserve: 512 * mib} }

// Validate refuses a size that says nothing, and a reserve in which an undo
// could not run.
func (m *MemoryLoad) Validate() error {
	var wrong []error
	if m.Size != 0 && m.Use != 0 {
		wrong = append(wrong, errors.New("has either size or use, not both"))
	}
	if m.Size != 0 && m.Size < mib {
		wrong = append(wrong, fmt.Errorf("size: %s is under 1MiB", m.Size))
	}
	if m.Use != 0 && (m.Use < 0.01 || m.Use > 0.99) {
		wrong = append(wrong, fmt.Errorf("use: %s is not between 1%% and 99%%", m.Use))
	}
	wrong = append(wrong, reserves(m.Reserve), climbs(m.Ramp))
	return errors.Join(wrong...)
}

// size is how much is taken; 0 where use says it.
func (m *MemoryLoad) size() document.Bytes {
	if m.Size == 0 && m.Use == 0 {
		return defaultMemory
	}
	return m.Size
}

// Sizes are how much memory is taken; what use asks for depends on the node.
func (m *MemoryLoad) Sizes() []faults.Size {
	var asked *float64
	if size := m.size(); size != 0 {
		asked = new(float64(size))
	}
	return []faults.Size{
		{Name: "memory", Unit: "bytes", Asked: asked, Seen: `^(\d+) MiB of memory are taken`, Scale: mib},
	}
}

// Scripts returns the steps for a whole node.
func (m *MemoryLoad) Scripts(target faults.Target) (faults.Scripts, error) {
	return load{
		name: "memory", bounds: "memory pids", tools: []string{"fallocate", "date"},
		args:   []string{mebibytes(m.size()), percent(m.Use), mebibytes(m.Reserve), seconds(m.Ramp)},
		shared: text("meminfo.sh", "memory_load.sh"), run: text("memory_load_program.sh"),
		check: text("memory_load_preflight.sh"), inject: text("memory_load_inject.sh"), see: text("memory_load_observe.sh"),
	}.scripts(target, m.Validate())
}

// reserves refuses a reserve of memory in which an undo could not run.
func reserves(reserve document.Bytes) error {
	if reserve < minReserve {
		return fmt.Errorf("reserve: %s is under %s, in which the undo has to run", reserve, document.Bytes(minReserve))
	}
	return nil
}

// mebibytes is a size in whole MiB.
func mebibytes(size document.Bytes) string { return strconv.FormatInt(int64(size/mib), 10) }
