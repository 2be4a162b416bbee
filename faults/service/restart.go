package service

import "github.com/openstack-eris/eris/faults"

// Restart is service.restart: the unit is restarted as an operator would do it.
// It is over when the service has come back; what it was away for is measured
// by its own health probe.
type Restart struct{}

// Momentary tells that the effect passes by itself.
func (*Restart) Momentary() bool { return true }

// Scripts returns the steps for a target that runs as a systemd unit.
func (*Restart) Scripts(target faults.Target) (faults.Scripts, error) {
	return momentary(target, "restart", "")
}

// Reload is service.reload: the unit reads its configuration again, without a
// new process. A service that loses nothing by it works all the while.
type Reload struct{}

// Momentary tells that the effect passes by itself.
func (*Reload) Momentary() bool { return true }

// Scripts returns the steps for a target that runs as a systemd unit.
func (*Reload) Scripts(target faults.Target) (faults.Scripts, error) {
	return momentary(target, "reload", text("reload_preflight.sh"))
}

// momentary are the steps of what systemd does to a unit when it is told a verb.
func momentary(target faults.Target, verb, preflight string) (faults.Scripts, error) {
	s, err := common(target, verb)
	if err != nil {
		return s, err
	}
	s = beside(s, preflight, text("momentary_program.sh"))
	s.Inject = text("beside.sh", "momentary_inject.sh")
	s.Observe = text("beside.sh", verb+"_observe.sh")
	return s, nil
}
