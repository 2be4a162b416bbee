package service

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// pacemaker is a cluster of Pacemaker, which starts again what somebody stops
// behind its back. What is to stay down it has to be told so: by a location
// constraint of the fault's own, which is the whole cluster's, says on which node,
// and ends by itself. Processes are struck only where the resource is a unit of
// systemd: of any other agent nobody can tell them. To restart a resource, or to
// have it crash again and again, Pacemaker's own means change it on every node.
func pacemaker() runtime {
	return runtime{
		name:        resourceName,
		tools:       []string{"systemctl", "crm_node", "crm_mon", "cibadmin", "grep", "sed", "cut", "tr", "sort", "head", "date", "sleep"},
		preflight:   clustered("pacemaker_preflight.sh"),
		fingerprint: clustered("pacemaker_fingerprint.sh"),
		healthy:     clustered("pacemaker_healthy.sh"),
		verbs: map[string]steps{
			"stop": {
				preflight: text("pacemaker_order_preflight.sh"),
				inject:    clustered("pacemaker_ban.sh", "pacemaker_stop_inject.sh"),
				observe:   clustered("pacemaker_ban.sh", "pacemaker_stop_observe.sh"),
				undo:      clustered("pacemaker_undo.sh", "pacemaker_again.sh"),
			},
			"kill": {
				tools:       []string{"crm_resource"},
				preflight:   text("pacemaker_order_preflight.sh", "pacemaker_unit_preflight.sh", "pacemaker_kill_preflight.sh"),
				fingerprint: text("pacemaker_unit_fingerprint.sh", "fingerprint.sh"),
				inject:      clustered("pacemaker_unit_before.sh", "pacemaker_ban.sh", "pacemaker_kill_inject.sh"),
				observe:     clustered("pacemaker_unit_before.sh", "pacemaker_kill_observe.sh", "kill_observe.sh"),
				// What failed may be what keeps it off, and may be noticed only by and by.
				undo: clustered("pacemaker_undo.sh", "pacemaker_kill_undo.sh", "pacemaker_again.sh", "pacemaker_kill_undo.sh"),
			},
			"freeze": {
				preflight:   text("pacemaker_unit_preflight.sh"),
				fingerprint: text("pacemaker_unit_fingerprint.sh", "fingerprint.sh"),
				inject:      clustered("pacemaker_unit_before.sh", "pacemaker_unit_is.sh", "freeze_inject.sh"),
				observe:     script.Processes() + clustered("pacemaker_unit_before.sh", "pacemaker_unit_is.sh", "freeze_observe.sh"),
				undo:        text("pacemaker_freeze_undo.sh") + clustered("pacemaker_unit_before.sh", "pacemaker_unit_is.sh", "thaw.sh"),
			},
		},
	}
}

// resourceName is the id of the resource that the target's service is. A part of a
// clone by its number is none.
func resourceName(target faults.Target) (string, error) {
	name := target.Service.Runtime.Name
	if !faults.PlainName(strings.TrimLeft(name, "_")) {
		return "", fmt.Errorf("choose resource: %q is not the id of a resource of Pacemaker", name)
	}
	return name, nil
}

// clustered returns the family's scripts of those names, behind what they ask the
// cluster with.
func clustered(names ...string) string {
	return text("pacemaker.sh", "pacemaker_unit.sh") + text(names...)
}
