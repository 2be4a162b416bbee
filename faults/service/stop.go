package service

import "github.com/openstack-eris/eris/faults"

// Stop is service.stop: the service is stopped as an operator would stop it, and
// kept down until the undo.
type Stop struct{}

// Lasting tells that nothing but the undo brings it back.
func (*Stop) Lasting() bool { return true }

// Scripts returns the steps for what runs the target's service.
func (*Stop) Scripts(target faults.Target) (faults.Scripts, error) {
	return strike(target, "stop")
}
