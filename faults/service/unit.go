package service

import (
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// unit is systemd, which runs most services.
func unit() runtime {
	return runtime{
		name:        faults.Target.Unit,
		tools:       []string{"systemctl", "grep", "sed", "cut", "tr", "sort"},
		preflight:   text("preflight.sh"),
		fingerprint: text("fingerprint.sh"),
		healthy:     script.Active(),
		verbs: map[string]steps{
			"stop": heldDown(text("stop_inject.sh"), "down_observe.sh"),
			"kill": own(heldDown(script.Processes()+text("kill_inject.sh"), "kill_observe.sh", "kill_prepare.sh")),
			"freeze": own(steps{
				inject:  text("freeze_inject.sh"),
				observe: script.Processes() + text("freeze_observe.sh"),
				undo:    text("thaw.sh", "freeze_undo.sh"),
			}),
			"restart":    beside("restart", "", "momentary_inject.sh", script.Ended()+text("works.sh", "momentary_program.sh")),
			"reload":     beside("reload", text("reload_preflight.sh"), "momentary_inject.sh", script.Ended()+text("works.sh", "momentary_program.sh")),
			"crash_loop": own(beside("crash_loop", text("crash_loop_preflight.sh"), "crash_loop_inject.sh", script.Ended()+text("crash_loop_program.sh"))),
		},
	}
}

// own is a verb that strikes processes, which have to be the unit's.
func own(s steps) steps {
	s.preflight += text("client_preflight.sh")
	return s
}

// heldDown is a verb after which a unit is kept down until the undo.
func heldDown(inject, observe string, prepare ...string) steps {
	return steps{
		prepare: text(append([]string{"hold_prepare.sh"}, prepare...)...),
		inject:  inject,
		observe: text(observe),
		undo:    text("hold_undo.sh", "again.sh"),
	}
}

// beside is a verb that is done by a program which runs beside the unit while the
// fault is held. The first of the fault's own arguments is its name; preflight
// is what is asked beyond the usual.
func beside(verb, preflight, inject, run string) steps {
	return steps{
		tools:       []string{"systemd-run", "date", "sleep"},
		preflight:   text("beside_preflight.sh") + preflight,
		fingerprint: text("beside_fingerprint.sh"),
		prepare:     script.Program(run),
		inject:      text("beside.sh", inject),
		observe:     text("beside.sh", verb+"_observe.sh"),
		undo:        script.Gone() + text("beside.sh", "beside_undo.sh", "again.sh"),
	}
}
