package power

import (
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// Off is power.off: the node's power is taken away, nothing is flushed, and
// given back at the end.
type Off struct{}

// Lasting tells that nothing but the undo turns the node on again.
func (*Off) Lasting() bool { return true }

// Scripts returns what is read on the node before and after. The fault itself
// is its keeper's.
func (*Off) Scripts(target faults.Target) (faults.Scripts, error) {
	return scriptsOf(target, string(power.TurnOff))
}

// scriptsOf is what is read on a node to whose power that is done.
func scriptsOf(target faults.Target, action string) (faults.Scripts, error) {
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, err
	}
	if target.Node.Power == nil {
		return faults.Scripts{}, fmt.Errorf("choose node: %s: %w", target.Node.Name, power.ErrNone)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, errors.New("choose node: nobody knows what runs there")
	}
	works, tools := target.Works()
	return faults.Scripts{
		Args: target.Runs(), Outside: action, Preflight: script.Returns() + "exit $wrong\n", Fingerprint: script.Units(), Resources: []string{"power"},
		Healthy: works, Tools: append([]string{"systemctl"}, tools...),
	}, nil
}

// SafetyNets of a node of a real cloud: what gives the power back runs on this
// machine. A lab and the embedded cloud live and die with it themselves.
func (*Off) SafetyNets(target faults.Target) []string {
	if target.Cloud != nil && target.Cloud.Kind != inventory.Real {
		return nil
	}
	return []string{faults.NoAutonomousHeal}
}
