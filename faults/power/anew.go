package power

import (
	"time"

	"github.com/openstack-eris/eris/faults"
)

// Cycle is power.cycle: the node's power is taken away, nothing is flushed, and
// comes back a moment later by itself.
type Cycle struct {
	OffFor time.Duration `yaml:"off_for" help:"how long its power is away, from 1s to 5m (default 5s)"`
}

// Validate refuses a time that no power supply notices, or that is no cycle.
func (c *Cycle) Validate() error { return faults.CheckOffFor(c.OffFor) }

// Momentary tells that the node comes back by itself.
func (*Cycle) Momentary() bool { return true }

// Scripts returns what is read on the node before and after.
func (c *Cycle) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := scriptsOf(target, cycle)
	s.OffFor = c.OffFor
	return s, err
}

// SafetyNets of a node of a real cloud, as for power.off.
func (*Cycle) SafetyNets(target faults.Target) []string { return (&Off{}).SafetyNets(target) }

// Reset is power.reset: the node boots anew at once, by its management controller.
// Its power stays on, and nothing is stopped or flushed.
type Reset struct{}

// Momentary tells that the node comes back by itself.
func (*Reset) Momentary() bool { return true }

// Scripts returns what is read on the node before and after.
func (*Reset) Scripts(target faults.Target) (faults.Scripts, error) { return scriptsOf(target, reset) }
