package neutron

import (
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// RouterNamespace is neutron.router_namespace: on one node, the processes of an HA
// router end and its namespace goes, with all of its interfaces, as when
// neutron-netns-cleanup --force meets a router that is in use. The name alone
// (ip netns delete) is nothing that a router needs: while a process is in the
// namespace it forwards as before. A node that led sends no farewell, since its
// keepalived is killed; another one leads when it has heard nothing for as long as
// HAInterfaceDown says.
//
// Its agent is not told and makes nothing of it again, though it tries each minute
// to start the processes there:
// https://github.com/openstack/neutron/blob/master/neutron/agent/linux/external_process.py
// Anew it builds all that it does not find, which is the undo: a restart of the
// agent. Where its unit ends with all of its processes (KillMode=control-group, as
// on Debian), those of the node's other routers would go with it, and a node with
// others is refused.
type RouterNamespace struct {
	Router `yaml:",inline"`
}

// Scripts returns the steps for an L3 agent that is a systemd unit.
func (r *RouterNamespace) Scripts(target faults.Target) (faults.Scripts, error) {
	args, err := r.of(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("check neutron.router_namespace: %w", err)
	}
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := script.Processes() + text("router.sh", "router_namespace.sh")
	return faults.Scripts{
		Args:        append(args, unit),
		Tools:       append([]string{"ip", "systemctl", "stat", "sed", "grep", "cut", "tr", "sort", "wc"}, inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("router_namespace_preflight.sh"),
		Fingerprint: common + text("router_namespace_fingerprint.sh"),
		Inject:      common + text("router_namespace_inject.sh"),
		Observe:     common + text("router_namespace_observe.sh"),
		Undo:        common + text("router_namespace_undo.sh"),
		// The unit is the third argument here.
		Healthy:   "set -- \"$3\"\n" + script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources: []string{"neutron:router", "unit:" + unit},
	}, nil
}
