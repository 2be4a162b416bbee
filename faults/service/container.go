package service

import (
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// container is an engine of containers, Docker or Podman: whichever has the
// container on the node. It brings back what dies, by the container's restart
// policy or by a unit of systemd that does nothing but start it, as Kolla lays
// them; what is to stay down has to be kept from both.
func container() runtime {
	watched := script.Ended() + asking("works.sh", "container_restart_program.sh")
	crashing := asking("container_main.sh", "container_crash_loop_program.sh")
	return runtime{
		name:        faults.Target.Container,
		tools:       []string{"systemctl", "systemd-run", "grep", "sed", "cut", "tr", "sort", "date", "sleep", "timeout"},
		preflight:   asking("container_preflight.sh"),
		fingerprint: asking("container_fingerprint.sh"),
		healthy:     asking("container_healthy.sh"),
		verbs: map[string]steps{
			"stop": {
				preflight: text("container_ends_preflight.sh", "container_hold_preflight.sh"),
				prepare:   asking("container_hold_prepare.sh"),
				inject:    asking("container_hold.sh", "container_stop_inject.sh"),
				observe:   asking("container_stop_observe.sh"),
				undo:      asking("container_stop_undo.sh", "container_undo.sh"),
			},
			"kill": {
				preflight: text("container_ends_preflight.sh", "container_hold_preflight.sh"),
				prepare:   asking("container_hold_prepare.sh"),
				inject:    asking("container_hold.sh", "container_main.sh", "container_kill_inject.sh"),
				observe:   asking("container_kill_observe.sh"),
				undo:      asking("container_undo.sh"),
			},
			"freeze": {
				inject:  asking("container_freeze_inject.sh"),
				observe: asking("container_freeze_observe.sh"),
				undo:    asking("container_undo.sh"),
			},
			"restart": {
				preflight: text("container_ends_preflight.sh"),
				prepare:   script.Program(watched),
				inject:    text("beside.sh") + asking("container_restart_inject.sh"),
				observe:   asking("container_restart_observe.sh"),
				undo:      script.Gone() + text("beside.sh", "beside_undo.sh") + asking("container_undo.sh"),
			},
			"crash_loop": {
				preflight: text("container_ends_preflight.sh", "container_crash_loop_preflight.sh"),
				prepare:   script.Program(crashing),
				inject:    text("beside.sh", "container_crash_loop_inject.sh"),
				observe:   text("beside.sh") + asking("container_crash_loop_observe.sh"),
				undo:      script.Gone() + text("beside.sh", "beside_undo.sh") + asking("container_undo.sh"),
			},
		},
	}
}

// asking returns the family's scripts of those names, behind what they ask the engine with.
func asking(names ...string) string {
	return script.Container() + text("container.sh") + text(names...)
}
