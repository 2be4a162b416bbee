package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// specimen is a cloud with one of each that a fault may strike: what a kind is for is
// found out by asking it for its steps there.
const specimen = `version: eris/v1
cloud: {name: specimen, kind: real, chaos: allowed}
openstack: {file: clouds.yaml, cloud: specimen}
nodes:
  node: {address: 192.0.2.1, roles: [controller], power: {kind: ipmi, address: 192.0.2.101, user: eris, password_file: bmc}}
  peer: {address: 192.0.2.2, roles: [controller], switch: tor}
machines:
  machine: {address: 192.0.2.3}
switches:
  tor: {on: machine, devices: [br0]}
services:
  unit: {unit: unit.service, on: {node: node}, port: 80, health: {http: /}}
  container: {container: container, on: {node: node}, port: 81, health: {http: /}}
  process: {process: process, start: setsid -f /bin/process, on: {node: node}, port: 82, health: {http: /}}
  resource: {pacemaker: resource, on: {node: node}, port: 83, health: {http: /}}
  nova-compute: {unit: nova-compute.service, on: {node: node}}
  neutron-l3-agent: {unit: neutron-l3-agent.service, on: {node: node}}
  far: {unit: far.service, on: {node: peer}, port: 90, health: {http: /}}
`

// examples are arguments without which some kinds say nothing of whom they are for, by
// the beginning of their names; the longest one counts.
func examples() map[string]string {
	return map[string]string{
		"cinder.iscsi_logout":  "{target: 'iqn.2001-04.example:volumes'}",
		"cinder.volume_detach": "{volume: data}",
		"clock.step":           "{by: 1m}",
		"disk.":                "{mount: /var/lib/mysql}",
		"disk.detach":          "{device: /dev/disk/by-id/wwn-0x5000}",
		"disk.error":           "{device: /dev/mapper/vg-volumes}",
		"disk.slow":            "{device: /dev/mapper/vg-volumes}",
		"file.":                "{path: /var/lib/mysql/grastate.dat}",
		"haproxy.drain":        "{backend: nova, server: ctl-2}",
		"link.":                "{to: far}",
		"network.down":         "{interface: eth1}",
		"network.corrupt":      "{interface: eth1}",
		"network.delay":        "{interface: eth1}",
		"network.duplicate":    "{interface: eth1}",
		"network.flood":        "{to: {node: peer}, port: 9}",
		"network.rate":         "{interface: eth1}",
		"network.reorder":      "{interface: eth1}",
		"network.switch":       "{switch: tor}",
	}
}

// example are a kind's arguments as an example; empty where it needs none.
func example(kind string) string {
	found, longest := "", 0
	for name, args := range examples() {
		if len(name) > longest && (name == kind || strings.HasSuffix(name, ".") && strings.HasPrefix(kind, name)) {
			found, longest = args, len(name)
		}
	}
	return found
}

// about is what a kind of fault tells of itself when it is asked for its steps.
type about struct {
	strikes []string // whom, in words
	units   bool     // of them any unit
	tools   []string
	nets    []string // without which a plan for a real cloud refuses it
	outside bool
	boots   bool
	forGood string
}

// ask asks a kind, with the arguments of an example where it needs some.
func ask(kind string, fault faults.Fault) (about, error) {
	cloud, err := inventory.Read("specimen.yaml", []byte(specimen))
	if err != nil {
		return about{}, err
	}
	if args := example(kind); args != "" {
		doc, wrong := document.Parse(kind, []byte(args))
		if len(wrong) > 0 {
			return about{}, wrong
		}
		report := doc.Reporter()
		report.Decode(doc.Root, fault)
		if wrong := report.Problems(); len(wrong) > 0 {
			return about{}, wrong
		}
	}
	var a about
	for _, each := range []struct{ word, node, service string }{
		{"a whole node", "node", ""},
		{"a service that is a unit of systemd", "node", "unit"},
		{"a container", "node", "container"},
		{"a process", "node", "process"},
		{"a resource of Pacemaker", "node", "resource"},
		{"the nova-compute of a host", "node", "nova-compute"},
		{"the L3 agent of a node", "node", "neutron-l3-agent"},
		{"a machine beside the cloud", "machine", ""},
	} {
		target := faults.Target{ID: "specimen", Cloud: cloud, Node: cloud.NodeByName(each.node), Service: cloud.ServiceByName(each.service)}
		if faults.Strikes(fault, target) != nil {
			continue
		}
		scripts, err := fault.Scripts(target)
		if err != nil || a.units && (each.service == "nova-compute" || each.service == "neutron-l3-agent") {
			continue
		}
		a.units = a.units || each.service == "unit"
		a.strikes = append(a.strikes, each.word)
		a.tools = append(a.tools, scripts.Tools...)
		a.outside, a.boots = a.outside || scripts.Outside != "", a.boots || scripts.Reboots
		if a.forGood = scripts.Irreversible; a.forGood != "" {
			a.nets = append(a.nets, faults.Irreversible)
		}
		if held, ok := fault.(netted); ok {
			a.nets = append(a.nets, held.SafetyNets(target)...)
		}
	}
	for _, list := range []*[]string{&a.tools, &a.nets} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return a, nil
}

// writeAbout says whom a kind strikes, what ends it, and what it needs.
func writeAbout(b *strings.Builder, kind string, fault faults.Fault) {
	a, err := ask(kind, fault)
	line := func(title string, list []string) {
		if len(list) > 0 {
			fmt.Fprintf(b, "%s: %s\n", title, strings.Join(list, ", "))
		}
	}
	if args := example(kind); args != "" {
		line("example of args", []string{args})
	}
	if err != nil {
		return
	}
	line("strikes", a.strikes)
	ends := "its undo, which the node runs by itself when it no longer hears from eris"
	switch passing := faults.Passing(fault); {
	case a.forGood != "":
		ends = "nothing: " + a.forGood
	case passing && (a.boots || a.outside):
		ends = "the node's own boot"
	case passing:
		ends = "itself; the undo finds all as before, or puts it right"
	case a.outside:
		ends = "its undo, by a process on this machine that outlives eris"
	}
	line("is ended by", []string{ends})
	line("nets on a real cloud", a.nets)
	if wants, ok := fault.(interface{ Role() string }); ok {
		line("role in OpenStack", []string{wants.Role()})
	}
	line("commands on the node", a.tools)
}
