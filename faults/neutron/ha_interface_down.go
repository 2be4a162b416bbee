package neutron

import (
	"fmt"

	"github.com/openstack-eris/eris/faults"
)

// HAInterfaceDown is neutron.ha_interface_down: on one node, the interface of a
// router's namespace by which its keepalived speaks VRRP with those of the other
// nodes is taken down, as when the tunnels between them are cut for this router
// alone. A keepalived that had the router's addresses gives them up at once, and
// another one takes them when it has heard nothing for three intervals and a bit
// of a second, which is how long nobody has them. That is 3.8 s with an interval
// of 1 s, and 6.8 s with Neutron's default of 2 s.
//
// The time: https://www.rfc-editor.org/rfc/rfc3768#section-6.1 (Master_Down_Interval),
// with the priority of 50 and "nopreempt" that Neutron gives to all:
// https://github.com/openstack/neutron/blob/master/neutron/agent/l3/ha_router.py
// The interval: https://docs.openstack.org/neutron/latest/configuration/l3-agent.html#DEFAULT.ha_vrrp_advert_int
//
// The router stays where it went. A router that has no such interface, being no
// HA router or a distributed one, is refused.
type HAInterfaceDown struct {
	Router `yaml:",inline"`
}

// Scripts returns the steps for the L3 agent's node, whatever runs the agent.
func (d *HAInterfaceDown) Scripts(target faults.Target) (faults.Scripts, error) {
	args, err := d.of(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("check neutron.ha_interface_down: %w", err)
	}
	works, tools := target.Works()
	common := text("router.sh", "ha_interface.sh")
	return faults.Scripts{
		Args:        args,
		Tools:       append([]string{"ip", "sed", "grep", "cut", "tr", "sort", "wc"}, tools...),
		Preflight:   common + text("ha_interface_down_preflight.sh"),
		Fingerprint: common + text("ha_interface_down_fingerprint.sh"),
		Inject:      common + text("ha_interface_down_inject.sh"),
		Observe:     common + text("ha_interface_down_observe.sh"),
		Undo:        common + text("ha_interface_down_undo.sh"),
		Healthy:     works,
		Resources:   []string{"neutron:router"},
	}, nil
}
