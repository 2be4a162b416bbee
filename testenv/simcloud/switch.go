package simcloud

import (
	"fmt"
	"sync/atomic"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// Every rack has a switch, through which alone its node is reached: by the others, by
// clients and by SSH. The switches are bridges in a network namespace of a machine
// beside the cloud, whose own address is none of theirs.
const (
	fabricName    = "fabric"
	fabricAddress = "127.1.0.250"
	fabricSpace   = "racks"
)

// switchOf is the name of a rack's switch, and of its bridge.
func switchOf(rack int) string { return fmt.Sprintf("sw-%d", rack) }

func (c *Cloud) addFabric() error {
	m := &machine{address: fabricAddress}
	bridges := []node.Bridge{}
	for i := range c.opt.Controllers {
		name := switchOf(i + 1)
		bridges = append(bridges, node.Bridge{Space: fabricSpace, Name: name, Ports: []string{name + "-up", fmt.Sprintf("port-%d", i+1)}})
	}
	n, err := node.New(c.ctx, node.Options{
		Name: fabricName, Cloud: c.opt.Name, Address: m.address, Systemless: c.opt.Systemless, Bridges: bridges,
		Network: &view{cloud: c, machine: m}, Switch: mains{c, fabricName}, Rand: c.random("node/" + fabricName),
	})
	if err != nil {
		return err
	}
	m.Node = n
	c.fabric = m
	m.access, err = c.openAccess(m)
	return err
}

// rack is the way of a machine to all others.
type rack struct {
	fabric *machine
	bridge string
	dark   atomic.Bool // as SSH was last told
}

// cut tells whether the machine's switch forwards nothing. A nil rack has none.
func (r *rack) cut() bool {
	if r == nil {
		return false
	}
	links := r.fabric.Node.Links(fabricSpace)
	return links != nil && !links.Up(r.bridge)
}

// lookSwitches has SSH follow the switches.
func (c *Cloud) lookSwitches() {
	for _, m := range c.machines {
		if cut := m.rack.cut(); m.rack.dark.CompareAndSwap(!cut, cut) {
			m.Note("switch", map[bool]string{true: "off", false: "on"}[cut])
			m.access.follow(func(a *access) { a.dark = cut })
		}
	}
}

// fabricFiles is what the inventory says of the switches.
func (c *Cloud) fabricFiles() (machines, switches fields) {
	switches = fields{}
	for i := range c.machines {
		switches[switchOf(i+1)] = fields{"on": fabricName, "netns": fabricSpace, "devices": []string{switchOf(i + 1)}}
	}
	return fields{fabricName: fields{"address": c.fabric.access.server.Addr().String()}}, switches
}

// any is a node or the machine with the switches.
func (c *Cloud) any(name string) *machine {
	if c.fabric != nil && name == fabricName {
		return c.fabric
	}
	return c.machine(name)
}
