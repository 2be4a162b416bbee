package service

import "github.com/openstack-eris/eris/faults"

// Restart is service.restart: the service is restarted as an operator would do it.
// It is over when the service has come back; what it was away for is measured
// by its own health probe.
type Restart struct{}

// Momentary tells that the effect passes by itself.
func (*Restart) Momentary() bool { return true }

// Scripts returns the steps for what runs the target's service.
func (*Restart) Scripts(target faults.Target) (faults.Scripts, error) {
	return strike(target, "restart", "restart")
}

// Reload is service.reload: the unit reads its configuration again, without a
// new process. A service that loses nothing by it works all the while.
type Reload struct{}

// Momentary tells that the effect passes by itself.
func (*Reload) Momentary() bool { return true }

// Scripts returns the steps for what runs the target's service.
func (*Reload) Scripts(target faults.Target) (faults.Scripts, error) {
	return strike(target, "reload", "reload")
}
