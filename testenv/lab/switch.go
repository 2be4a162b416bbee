package lab

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A rack's switch is one bridge for each network, joined to the network's own
// bridge, the core, by a pair of wires. Its nodes are plugged into it, so that
// all of them are cut off when it is lost, and nobody else is.

// wire is one connection from a switch to the core of a network.
type wire struct {
	bridge   string // the switch's part of the network
	core     string
	up, down string // ends of the pair: in the switch, in the core
}

// switches lists the profile's switches in the order of their first nodes.
func (p *Profile) switches() []string {
	var names []string
	for _, n := range p.Nodes {
		if n.Switch != "" && !slices.Contains(names, n.Switch) {
			names = append(names, n.Switch)
		}
	}
	return names
}

// wires lists what a switch consists of.
func (p *Profile) wires(name string) []wire {
	var all []wire
	for _, n := range p.Networks {
		bridge := name + strings.TrimPrefix(n.Bridge, "br")
		all = append(all, wire{bridge: bridge, core: n.Bridge, up: bridge + "-up", down: bridge + "-dn"})
	}
	return all
}

// bridges lists, network by network, what a node is plugged into.
func (p *Profile) bridges(n NodeSpec) []string {
	var all []string
	if n.Switch == "" {
		for _, network := range p.Networks {
			all = append(all, network.Bridge)
		}
		return all
	}
	for _, w := range p.wires(n.Switch) {
		all = append(all, w.bridge)
	}
	return all
}

// maxInterfaceName is the kernel's IFNAMSIZ without the closing zero.
const maxInterfaceName = 15

// interfaceForm is a name that the kernel and the scripts take.
var interfaceForm = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)

// checkWires reports names of bridges and wires that the kernel would refuse.
func (p *Profile) checkWires(in *reading) {
	taken := map[string]bool{}
	take := func(at, what, name string) {
		if len(name) > maxInterfaceName || taken[name] || !interfaceForm.MatchString(name) {
			in.bad(at, "%s: interface %q: longer than %d letters, there twice, or no name for one", what, name, maxInterfaceName)
		}
		taken[name] = true
	}
	for i, n := range p.allNetworks() {
		at := item("networks", i)
		if i == len(p.Networks) {
			at = "oob"
		}
		take(at, "network "+n.Name, n.Bridge)
	}
	for _, name := range p.switches() {
		at := item("nodes", slices.IndexFunc(p.Nodes, func(n NodeSpec) bool { return n.Switch == name }))
		for _, w := range p.wires(name) {
			take(at, "switch "+name, w.bridge)
			take(at, "switch "+name, w.up)
			take(at, "switch "+name, w.down)
		}
	}
}

// makeSwitch makes what is missing of a switch, and joins it to the cores.
func (i inside) makeSwitch(ctx context.Context, wires []wire) error {
	var errs []error
	for _, w := range wires {
		errs = append(errs, i.makeBridge(ctx, w.bridge))
		if !i.has(ctx, w.up) {
			errs = append(errs, i.ip(ctx, "link", "add", w.up, "master", w.bridge, "up", "type", "veth", "peer", "name", w.down))
		}
		errs = append(errs, i.ip(ctx, "link", "set", w.down, "master", w.core, "up"))
	}
	return errors.Join(errs...)
}

// SwitchOff takes a switch's power away: its ports lose their carrier and it
// forwards nothing any more, also for a node that boots later.
func SwitchOff(ctx context.Context, o Options, name string) error {
	return setSwitch(ctx, o, name, "down")
}

// SwitchOn gives a switch its power back.
func SwitchOn(ctx context.Context, o Options, name string) error {
	return setSwitch(ctx, o, name, "up")
}

// IsSwitch tells whether a name is that of a switch of a lab that is up.
func IsSwitch(o Options, name string) (bool, error) {
	_, profile, err := openLab(o)
	return err == nil && slices.Contains(profile.switches(), name), err
}

// SwitchIsOn tells whether every part of a switch is up.
func SwitchIsOn(ctx context.Context, o Options, name string) (bool, error) {
	in, wires, err := findSwitch(o, name)
	if err != nil {
		return false, err
	}
	return in.switchIsOn(ctx, wires)
}

func (i inside) switchIsOn(ctx context.Context, wires []wire) (bool, error) {
	for _, w := range wires {
		up, err := i.names(ctx, "link", "show", "up", "dev", w.bridge)
		if err != nil || len(up) == 0 {
			return false, err
		}
		ports, err := i.names(ctx, "link", "show", "master", w.bridge)
		if err != nil {
			return false, err
		}
		up, err = i.names(ctx, "link", "show", "up", "master", w.bridge)
		if err != nil || len(up) < len(ports) {
			return false, err
		}
	}
	return true, nil
}

func setSwitch(ctx context.Context, o Options, name, state string) error {
	in, wires, err := findSwitch(o, name)
	if err == nil {
		err = in.setSwitch(ctx, wires, state)
	}
	if err != nil {
		return fmt.Errorf("set switch %s %s: %w", name, state, err)
	}
	return nil
}

func (i inside) setSwitch(ctx context.Context, wires []wire, state string) error {
	var errs []error
	for _, w := range wires {
		ports, err := i.names(ctx, "link", "show", "master", w.bridge)
		errs = append(errs, err, i.ip(ctx, "link", "set", w.bridge, state))
		for _, port := range ports {
			errs = append(errs, i.ip(ctx, "link", "set", port, state))
		}
	}
	return errors.Join(errs...)
}

// restoreSwitch switches on a switch that is off.
func (i inside) restoreSwitch(ctx context.Context, o Options, name string, wires []wire) error {
	isOn, err := i.switchIsOn(ctx, wires)
	if err != nil || isOn {
		return err
	}
	o.Progress("network", "switching on "+name)
	return i.setSwitch(ctx, wires, "up")
}

// findSwitch finds a switch of a lab that is up.
func findSwitch(o Options, name string) (inside, []wire, error) {
	o, profile, err := openLab(o)
	if err != nil {
		return inside{}, nil, err
	}
	if !slices.Contains(profile.switches(), name) {
		return inside{}, nil, fmt.Errorf("lab %s has no such switch; it has %v", o.Name, profile.switches())
	}
	return inside{o.paths().netns}, profile.wires(name), nil
}
