package node

import (
	"errors"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// Reboot is node.reboot: systemd stops everything in good order, and the node
// boots anew.
type Reboot struct{}

// Momentary tells that the node comes back by itself.
func (*Reboot) Momentary() bool { return true }

// Scripts returns the steps for a whole node.
func (*Reboot) Scripts(target faults.Target) (faults.Scripts, error) {
	return anew(target, "", text("reboot_inject.sh"))
}

// Crash is node.crash: the node's kernel panics. Nothing is stopped or flushed;
// the node boots anew when its kernel is set to do so.
type Crash struct{}

// Momentary tells that the node comes back by itself.
func (*Crash) Momentary() bool { return true }

// Scripts returns the steps for a whole node that is no container.
func (*Crash) Scripts(target faults.Target) (faults.Scripts, error) {
	return anew(target, text("kernel.sh", "kernel_preflight.sh", "crash_preflight.sh"), text("kernel.sh", "crash_inject.sh"))
}

// Reset is node.reset: the node's kernel boots anew at once. Nothing is stopped
// or flushed.
type Reset struct{}

// Momentary tells that the node comes back by itself.
func (*Reset) Momentary() bool { return true }

// Scripts returns the steps for a whole node that is no container.
func (*Reset) Scripts(target faults.Target) (faults.Scripts, error) {
	return anew(target, text("kernel.sh", "kernel_preflight.sh"), text("kernel.sh", "reset_inject.sh"))
}

// anew are the steps of a fault by which a node boots anew.
func anew(target faults.Target, preflight, inject string) (faults.Scripts, error) {
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, err
	}
	if target.Cloud == nil {
		return faults.Scripts{}, errors.New("choose node: nobody knows what runs there")
	}
	works, tools := target.Works()
	if preflight != "" {
		tools = append(tools, "systemd-detect-virt")
	}
	return faults.Scripts{
		Args:        target.Runs(),
		Tools:       append([]string{"systemctl", "cp", "basename"}, tools...),
		Preflight:   script.Returns() + preflight + "exit $wrong\n",
		Fingerprint: script.Units(),
		Inject:      script.Ended() + text("began.sh") + inject,
		Observe:     text("observe.sh"),
		Undo:        text("undo.sh"),
		Healthy:     works,
		Reboots:     true,
		Resources:   []string{"boot"},
	}, nil
}
