package service

import "github.com/openstack-eris/eris/faults"

// Freeze is service.freeze: the service's processes stay, with their sockets and
// their memory, and do not run. Balancers and peers see a service that accepts
// and does not answer. A watchdog may kill it meanwhile; the undo starts it then.
type Freeze struct{}

// Scripts returns the steps for what runs the target's service.
func (*Freeze) Scripts(target faults.Target) (faults.Scripts, error) {
	return strike(target, "freeze")
}
