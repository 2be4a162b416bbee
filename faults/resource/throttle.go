package resource

import (
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// throttle is what one limit of a service has of its own; the rest is common.
type throttle struct {
	controller string   // of cgroups that keeps the limit
	args       []string // after UNIT, ID and controller
	tools      []string
	shared     string
	check      string
	inject     string
	see        string
}

// scripts are the steps of a throttle; wrong is what is the matter with its arguments.
func (t throttle) scripts(target faults.Target, wrong error) (faults.Scripts, error) {
	if wrong != nil {
		return faults.Scripts{}, fmt.Errorf("check %s.throttle: %w", t.controller, wrong)
	}
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := text("cgroup.sh", "throttle.sh") + t.shared
	return faults.Scripts{
		Args:        append([]string{unit, target.ID, t.controller}, t.args...),
		Tools:       append(append([]string{"systemctl", "grep", "tr", "sort", "sleep"}, t.tools...), inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("throttle_preflight.sh") + t.check,
		Fingerprint: text("cgroup.sh", "throttle.sh", "throttle_fingerprint.sh"),
		Inject:      common + t.inject,
		Observe:     common + t.see,
		Undo:        text("throttle.sh", "throttle_undo.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"unit:" + unit},
	}, nil
}
