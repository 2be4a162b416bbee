package service

import "github.com/openstack-eris/eris/faults"

// Freeze is service.freeze: the unit's processes stay, with their sockets and
// their memory, and do not run. Balancers and peers see a service that accepts
// and does not answer. A watchdog may kill it meanwhile; the undo starts it then.
type Freeze struct{}

// Scripts returns the steps for a target that runs as a systemd unit.
func (*Freeze) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := common(target)
	if err != nil {
		return s, err
	}
	s.Inject = text("freeze_inject.sh")
	s.Observe = text("freeze_observe.sh")
	s.Undo = text("freeze_undo.sh")
	return s, nil
}
