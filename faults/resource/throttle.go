package resource

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// throttle is what one limit of a service has of its own; the rest is common.
type throttle struct {
	controller string   // of cgroups that keeps the limit
	args       []string // after SERVICE, ID and controller
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
	group, err := target.Group()
	if err != nil {
		return faults.Scripts{}, err
	}
	shared := group.Functions + text("cgroup.sh", "throttle.sh")
	common := shared + t.shared
	return faults.Scripts{
		Args:        append([]string{group.Name, target.ID, t.controller}, t.args...),
		Tools:       slices.Concat([]string{"systemctl", "grep", "tr", "sort", "sleep"}, group.Tools, t.tools, inventory.ProbeTools(target.Service)),
		Preflight:   common + group.Preflight + text("throttle_preflight.sh") + t.check,
		Fingerprint: shared + text("throttle_fingerprint.sh"),
		Inject:      common + t.inject,
		Observe:     common + t.see,
		Undo:        shared + text("throttle_undo.sh"),
		Healthy:     group.Healthy + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{group.Resource},
	}, nil
}
