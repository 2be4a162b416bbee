package resource

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// throttle is what one limit of a service has of its own; the rest is common.
type throttle struct {
	controller string   // of cgroups that keeps the limit
	args       []string // after UNIT, ID and controller
	tools      []string
	shared     string
	check      string
	inject     string
	see        string
}

// scripts are the steps of a throttle; wrong is what is the matter with its arguments.
func (t throttle) scripts(target faults.Target, wrong error) (faults.Scripts, error) {
	if wrong != nil {
		return faults.Scripts{}, fmt.Errorf("check %s.throttle: %w", t.controller, wrong)
	}
	unit, err := unitOf(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose unit: %w", err)
	}
	common := text("cgroup.sh", "throttle.sh") + t.shared
	return faults.Scripts{
		Args:        append([]string{unit, target.ID, t.controller}, t.args...),
		Tools:       append(append([]string{"systemctl", "grep", "tr", "sort", "sleep"}, t.tools...), inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("throttle_preflight.sh") + t.check,
		Fingerprint: text("cgroup.sh", "throttle.sh", "throttle_fingerprint.sh"),
		Inject:      common + t.inject,
		Observe:     common + t.see,
		Undo:        text("throttle.sh", "throttle_undo.sh"),
		Healthy:     text("throttle_healthy.sh") + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"unit:" + unit},
	}, nil
}

// unitOf is the systemd unit that a target's service runs as. Other runtimes
// are refused by name.
func unitOf(target faults.Target) (string, error) {
	if target.Service == nil {
		return "", fmt.Errorf("%s is a whole node, and this fault strikes a service", target.Ref())
	}
	runtime := target.Service.Runtime
	if runtime.Kind != inventory.Unit {
		return "", fmt.Errorf("%s runs as %s %q, which this fault does not support yet: only systemd units", target.Service.Name, runtime.Kind, runtime.Name)
	}
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.@-"
	if !strings.HasSuffix(runtime.Name, ".service") || strings.Trim(runtime.Name, plain) != "" || strings.HasPrefix(runtime.Name, "-") {
		return "", fmt.Errorf("%q is not the name of a .service unit", runtime.Name)
	}
	return runtime.Name, nil
}
