package middleware

import (
	"slices"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// galera are the steps of a fault of a Galera member whose scripts begin with its
// name; healthy is what else has to be so before it counts as a member in order.
func galera(target faults.Target, fault string, healthy ...string) (faults.Scripts, error) {
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	common, own := text("galera.sh", "active.sh"), "galera_"+fault
	return faults.Scripts{
		Args:        []string{unit},
		Tools:       append([]string{"systemctl", "mysql", "timeout", "cut", "grep", "head"}, inventory.ProbeTools(target.Service)...),
		Preflight:   common + text(own+"_preflight.sh"),
		Fingerprint: common + text(own+"_fingerprint.sh"),
		Inject:      common + text(own+"_inject.sh"),
		Observe:     common + text(own+"_observe.sh"),
		Undo:        common + text(own+"_undo.sh"),
		Healthy:     script.Active() + common + text(slices.Concat([]string{"galera_synced.sh"}, healthy)...) + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"galera:" + unit},
	}, nil
}
