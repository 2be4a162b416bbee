package node

import (
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Shutdown is node.shutdown: systemd stops everything in good order and switches the
// node off. Somebody outside of it switches it on again, and the node boots.
type Shutdown struct {
	OffFor time.Duration `yaml:"off_for" help:"how long it is off, from 1s to 5m (default 5s)"`
}

// Validate refuses a time that no power supply notices, or that is too long.
func (s *Shutdown) Validate() error { return faults.CheckOffFor(s.OffFor) }

// Momentary tells that the node comes back without an undo.
func (*Shutdown) Momentary() bool { return true }

// Scripts returns the steps for a whole node that somebody can switch on.
func (s *Shutdown) Scripts(target faults.Target) (faults.Scripts, error) {
	scripts, err := anew(target, "", text("shutdown_inject.sh"))
	if err == nil && target.Node.Power != nil {
		scripts.Outside, scripts.OffFor = faults.Wake, s.OffFor
		scripts.Resources = append(scripts.Resources, "power")
	}
	return scripts, err
}

// SafetyNets of a node that nobody can switch on but a person, and of one of a real
// cloud: what switches it on runs on this machine.
func (*Shutdown) SafetyNets(target faults.Target) []string {
	switch {
	case target.Node.Power == nil:
		return []string{faults.NoOutOfBand}
	case target.Cloud != nil && target.Cloud.Kind != inventory.Real:
		return nil
	}
	return []string{faults.NoAutonomousHeal}
}
