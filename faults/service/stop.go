package service

import "github.com/openstack-eris/eris/faults"

// Stop is service.stop: the unit is stopped as an operator would stop it, and
// kept down until the undo.
type Stop struct{}

// Lasting tells that nothing but the undo brings the unit back.
func (*Stop) Lasting() bool { return true }

// Scripts returns the steps for a target that runs as a systemd unit.
func (*Stop) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := common(target)
	if err != nil {
		return s, err
	}
	s = heldDown(s)
	s.Inject = text("stop_inject.sh")
	s.Observe = text("down_observe.sh")
	return s, nil
}
