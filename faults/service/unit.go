package service

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// unitOf is the systemd unit that a target's service runs as. Other runtimes
// are refused by name.
func unitOf(target faults.Target) (string, error) {
	if target.Service == nil {
		return "", fmt.Errorf("choose unit: %s is a whole node, and this fault strikes a service", target.Ref())
	}
	runtime := target.Service.Runtime
	if runtime.Kind != inventory.Unit {
		return "", fmt.Errorf("choose unit: %s runs as %s %q, which service faults do not support yet: only systemd units",
			target.Service.Name, runtime.Kind, runtime.Name)
	}
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.@-"
	if !strings.HasSuffix(runtime.Name, ".service") || strings.Trim(runtime.Name, plain) != "" || strings.HasPrefix(runtime.Name, "-") {
		return "", fmt.Errorf("choose unit: %q is not the name of a .service unit", runtime.Name)
	}
	return runtime.Name, nil
}

// common is what all faults of a unit share.
func common(target faults.Target, extra ...string) (faults.Scripts, error) {
	unit, err := unitOf(target)
	if err != nil {
		return faults.Scripts{}, err
	}
	return faults.Scripts{
		Args:        append([]string{unit, target.ID}, extra...),
		Tools:       append([]string{"systemctl", "grep", "sed", "cut", "tr", "sort"}, inventory.ProbeTools(target.Service)...),
		Preflight:   text("preflight.sh"),
		Fingerprint: text("fingerprint.sh"),
		Healthy:     text("active.sh") + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"unit:" + unit},
	}, nil
}

// heldDown adds what keeps a unit down until the undo.
func heldDown(s faults.Scripts) faults.Scripts {
	s.Prepare = text("hold_prepare.sh")
	s.Undo = text("hold_undo.sh")
	return s
}
