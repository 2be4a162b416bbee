package faults

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Group is what runs a service in a control group of its own, a unit of systemd or a
// container of Docker or Podman, for the steps of a fault that strikes its processes
// or limits them.
type Group struct {
	Name      string   // of the unit or the container: an argument of the steps
	Resource  string   // that is taken: unit:NAME or container:NAME
	Functions string   // of shell: they ask about the service in the variable service
	Preflight string   // behind them: exits, with the reason, where it does not run
	AtHome    string   // behind them: the function at_home, false, with the reason, where it has a network of its own
	Healthy   string   // a script whose first argument is Name
	Tools     []string // that all of these want on the node
}

// Group is that of the target's service. A whole node is an error, and so is a service
// of another runtime.
func (t Target) Group() (Group, error) {
	kind := inventory.Unit // whose error says that a whole node is no service
	if t.Service != nil {
		kind = t.Service.Runtime.Kind
	}
	switch kind {
	case inventory.Unit:
		unit, err := t.Unit()
		return Group{
			Name: unit, Resource: "unit:" + unit, Functions: script.GroupOfUnit(), Preflight: script.GroupRuns(), AtHome: script.GroupAtHome(), Healthy: script.Active(),
			Tools: []string{"systemctl"},
		}, err
	case inventory.Container:
		name, err := t.Container()
		return Group{
			Name: name, Resource: "container:" + name, Functions: script.GroupOfContainer(), Preflight: script.GroupRuns() + script.ContainerStays(), AtHome: script.GroupAtHome(),
			Healthy: script.GroupOfContainer() + script.GroupHealthy(),
			Tools:   []string{"systemctl", "grep", "sed", "head", "cat", "timeout"},
		}, err
	default:
		return Group{}, fmt.Errorf("choose group: %s runs as %s %q, which this fault does not support yet: only units of systemd and containers",
			t.Service.Name, kind, t.Service.Runtime.Name)
	}
}

// PlainName tells that a name is of letters, digits and any of _.- behind the first, as
// steps can have it within names of their own.
func PlainName(name string) bool {
	return name != "" && strings.Trim(name, letters+"_.-") == "" && strings.Trim(name[:1], letters) == ""
}

// Container is the name of the container that the target's service runs in, of letters,
// digits and any of _.- behind the first.
func (t Target) Container() (string, error) {
	name := t.Service.Runtime.Name
	if !PlainName(name) {
		return "", fmt.Errorf("choose container: %q is not the name of a container", name)
	}
	return name, nil
}
