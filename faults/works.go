package faults

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/inventory"
)

// Units are the systemd units of the services that the inventory has on the
// target's node, sorted.
func (t Target) Units() []string {
	var units []string
	for _, service := range t.Cloud.ServicesOn(t.Node.Name) {
		if service.Runtime.Kind == inventory.Unit {
			units = append(units, service.Runtime.Name)
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// Runs is all that the inventory has on the target's node, for a node that goes away:
// units by their names, and container:NAME, process:NAME or pacemaker:NAME, sorted.
func (t Target) Runs() []string {
	all := t.Units()
	for _, service := range t.Cloud.ServicesOn(t.Node.Name) {
		if service.Runtime.Kind != inventory.Unit {
			all = append(all, string(service.Runtime.Kind)+":"+service.Runtime.Name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Works returns a script that exits 0 when the target does its work, and the
// tools that it needs on the node: a service's own probe, and of a whole node
// that of every service which the inventory has there. The first that fails is
// named. It is what most faults have as Healthy.
func (t Target) Works() (script string, tools []string) {
	if t.Service != nil {
		return inventory.ProbeScript(t.Node, t.Service), inventory.ProbeTools(t.Service)
	}
	script = ":\n"
	for _, service := range t.Cloud.ServicesOn(t.Node.Name) {
		script += fmt.Sprintf("(\n%s) || { echo %s; exit 1; }\n", inventory.ProbeScript(t.Node, service), inventory.Quote(service.Name+" does not do its work"))
		tools = append(tools, inventory.ProbeTools(service)...)
	}
	slices.Sort(tools)
	return script, slices.Compact(tools)
}
