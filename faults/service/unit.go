package service

import (
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// common is what all faults of a unit share.
func common(target faults.Target, extra ...string) (faults.Scripts, error) {
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	return faults.Scripts{
		Args:        append([]string{unit, target.ID}, extra...),
		Tools:       append([]string{"systemctl", "grep", "sed", "cut", "tr", "sort"}, inventory.ProbeTools(target.Service)...),
		Preflight:   text("preflight.sh"),
		Fingerprint: text("fingerprint.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"unit:" + unit},
	}, nil
}

// heldDown adds what keeps a unit down until the undo.
func heldDown(s faults.Scripts) faults.Scripts {
	s.Prepare = text("hold_prepare.sh")
	s.Undo = text("hold_undo.sh")
	return s
}
