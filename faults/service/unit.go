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
		Preflight:   text("preflight.sh") + "exit $wrong\n",
		Fingerprint: text("fingerprint.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"unit:" + unit},
	}, nil
}

// heldDown adds what keeps a unit down until the undo.
func heldDown(s faults.Scripts) faults.Scripts {
	s.Prepare = text("hold_prepare.sh")
	s.Undo = text("hold_undo.sh", "again.sh")
	return s
}

// beside adds a program that runs beside the unit while the fault is held. The
// first of the fault's own arguments is its name; more is what its preflight
// asks beyond the usual.
func beside(s faults.Scripts, more, program string) faults.Scripts {
	s.Tools = append(s.Tools, "systemd-run", "date", "sleep")
	s.Preflight = text("preflight.sh", "beside_preflight.sh") + more + "exit $wrong\n"
	s.Fingerprint += text("beside_fingerprint.sh")
	s.Prepare = "cat >program.sh <<'END_OF_PROGRAM'\n" + script.Ended() + program + "END_OF_PROGRAM\n"
	s.Undo = script.Gone() + text("beside.sh", "beside_undo.sh", "again.sh")
	return s
}
