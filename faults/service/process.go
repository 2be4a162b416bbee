package service

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/faults"
)

// process is a service that nobody runs: processes of one name, each known by
// when it started in this boot. Nobody brings it back either, so that it is
// struck only where the inventory says how it is started.
func process() runtime {
	return runtime{
		name:        processName,
		own:         func(target faults.Target) []string { return []string{target.Service.Runtime.Start} },
		tools:       []string{"systemctl", "systemd-run", "grep", "sed", "cut", "tr", "sort", "head", "wc"},
		preflight:   text("process.sh", "process_preflight.sh"),
		fingerprint: text("process.sh", "process_fingerprint.sh"),
		healthy:     text("process.sh", "process_healthy.sh"),
		verbs: map[string]steps{
			"kill": {
				inject:  text("process.sh", "process_kill_inject.sh"),
				observe: text("process.sh", "process_kill_observe.sh"),
				undo:    text("process.sh", "process_undo.sh"),
			},
			"freeze": {
				inject:  text("process.sh", "process_freeze_inject.sh"),
				observe: text("process.sh", "process_freeze_observe.sh"),
				undo:    text("process.sh", "process_undo.sh"),
			},
		},
	}
}

// processName is the name of the target's processes as the kernel keeps it, in 15
// bytes.
func processName(target faults.Target) (string, error) {
	r := target.Service.Runtime
	name := r.Name[:min(len(r.Name), 15)]
	if !faults.PlainName(name) {
		return "", fmt.Errorf("choose process: %q has more than letters, digits and any of _.-", r.Name)
	}
	if slices.Contains([]string{"sshd", "systemd", "init", "sh", "dash", "bash", "sudo", "dbus-daemon"}, name) {
		return "", fmt.Errorf("choose process: without %s nothing could be undone", name)
	}
	if r.Start == "" {
		return "", fmt.Errorf("choose process: nobody starts %s again, which runs as process %q: the inventory has to say start: COMMAND", target.Service.Name, name)
	}
	return name, nil
}
