package inventory

import (
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// Switch is a switch that is made of Linux' own interfaces, so that Eris can take it
// down: what is behind it are the nodes that name it.
type Switch struct {
	Name    string
	On      string   // the node, or the machine beside the cloud, that holds it
	Devices []string // its bridges, or its ports
	Netns   string   // the network namespace that they are in, by its name; empty: the machine's own
}

// SwitchByName returns the switch, or nil.
func (c *Cloud) SwitchByName(name string) *Switch {
	for _, s := range c.Switches {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func (l *loader) machines(s *document.Map[machineSpec]) {
	for _, e := range s.Entries {
		l.name("machine", e.Name, e.Key)
		n := &Node{Name: e.Name, Beside: true, Local: e.Value.Local.V, Never: l.never(e.Value.Chaos), SSH: l.ssh(l.cloud.SSH, &e.Value.SSH)}
		switch {
		case l.cloud.NodeByName(n.Name) != nil:
			l.report.At(e.Key).Errorf("%s is a node already, and a machine beside the cloud is none", n.Name)
		case n.Local == e.Value.Address.Given():
			l.report.At(e.Key).Errorf("%s: say either where it is (address), or that it is the machine where eris runs (local: true)", n.Name)
		case n.Local && slices.ContainsFunc(l.cloud.Machines, func(other *Node) bool { return other.Local }):
			l.report.At(e.Key).Errorf("%s: another machine is local already, and eris runs on one", n.Name)
		}
		l.address(n, &nodeSpec{Address: e.Value.Address})
		for _, other := range l.cloud.All() {
			if n.Address.IsValid() && other.Address == n.Address {
				l.report.At(e.Value.Address.Node).Errorf("%s has the address of %s, %s", n.Name, other.Name, n.Address)
			}
		}
		l.cloud.Machines = append(l.cloud.Machines, n)
	}
	slices.SortFunc(l.cloud.Machines, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
}

// maxInterface is the longest name of an interface in Linux, in bytes.
const maxInterface = 15

func (l *loader) switches(s *document.Map[switchSpec]) {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	for _, e := range s.Entries {
		l.name("switch", e.Name, e.Key)
		one := &Switch{Name: e.Name, On: e.Value.On.V, Netns: e.Value.Netns.V}
		if len(l.cloud.NodesIn(Domain{Level: "switch", Name: e.Name})) == 0 {
			l.report.At(e.Key).Hint("%s", document.Suggest(e.Name, l.cloud.words()["switch"])).
				Errorf("no node is behind a switch %q", e.Name)
		}
		if e.Value.On.Given() && l.cloud.NodeByName(one.On) == nil {
			l.report.At(e.Value.On.Node).Unknown("node", one.On, l.cloud.words()["node"])
		}
		for _, device := range e.Value.Devices {
			name := device.V
			if name == "" || name == "lo" || len(name) > maxInterface || strings.Trim(name, plain) != "" || strings.HasPrefix(name, "-") {
				l.report.At(device.Node).Errorf("devices: %q is no name of a bridge or port", name)
			}
			one.Devices = append(one.Devices, name)
		}
		if name := one.Netns; e.Value.Netns.Given() && (strings.Trim(name, plain) != "" || name == "" || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ".")) {
			l.report.At(e.Value.Netns.Node).Hint("as `ip netns list` has it").Errorf("netns: %q is no name of a network namespace", name)
		}
		l.cloud.Switches = append(l.cloud.Switches, one)
	}
	slices.SortFunc(l.cloud.Switches, func(a, b *Switch) int { return strings.Compare(a.Name, b.Name) })
}
