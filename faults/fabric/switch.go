package fabric

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Switch is network.switch: a switch without power. Its interfaces are taken down on
// the machine that holds them, and all nodes behind it are lost at once.
type Switch struct {
	Switch string `yaml:"switch" required:"true" help:"the switch, by its name in the inventory, which has to say who holds it (switches); the target is that node or machine"`
}

// Beside tells that it strikes machines beside the cloud too: more often than not one of
// them holds the switch.
func (s *Switch) Beside() bool { return true }

// Costs is every node behind the switch: one unit, which the redundancy has to bear as
// a whole.
func (s *Switch) Costs(cloud *inventory.Cloud) ([]inventory.Ref, error) {
	if _, err := s.of(cloud); err != nil {
		return nil, err
	}
	var refs []inventory.Ref
	for _, node := range s.behind(cloud) {
		refs = append(refs, inventory.Ref{Node: node.Name})
	}
	return refs, nil
}

// Severs tells that the nodes behind it run on.
func (s *Switch) Severs() bool { return true }

func (s *Switch) behind(cloud *inventory.Cloud) []*inventory.Node {
	return cloud.NodesIn(inventory.Domain{Level: "switch", Name: s.Switch})
}

// of is what the inventory knows of the switch.
func (s *Switch) of(cloud *inventory.Cloud) (*inventory.Switch, error) {
	if cloud == nil {
		return nil, errors.New("choose switch: nobody knows the cloud that it belongs to")
	}
	found := cloud.SwitchByName(s.Switch)
	if found == nil {
		return nil, fmt.Errorf("choose switch: the inventory does not say who holds %q (switches); where that is no Linux, script.run can strike it from a machine that reaches it", s.Switch)
	}
	return found, nil
}

// Sizes are how many nodes behind it no longer answer.
func (s *Switch) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "unreachable", Unit: "nodes", Seen: `(\d+) of \d+ nodes behind it no longer answer`},
	}
}

// Scripts returns the steps for the machine that holds the switch.
func (s *Switch) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, err
	}
	found, err := s.of(target.Cloud)
	if err != nil {
		return faults.Scripts{}, err
	}
	if found.On != target.Node.Name {
		return faults.Scripts{}, fmt.Errorf("choose switch: %s is held by %s: target it with {node: %s}", s.Switch, found.On, found.On)
	}
	if target.Node.Switch == s.Switch {
		return faults.Scripts{}, fmt.Errorf("choose switch: %s is behind %s itself: Eris would cut its own way to it", target.Node.Name, s.Switch)
	}
	reached := "ssh"
	if target.Node.Local {
		reached = "local"
	}
	var doors []string
	for _, node := range s.behind(target.Cloud) {
		at, err := netip.ParseAddr(node.Listen)
		if err != nil {
			return faults.Scripts{}, fmt.Errorf("choose switch: %s listens at %q, which is no address", node.Name, node.Listen)
		}
		doors = append(doors, netip.AddrPortFrom(at.Unmap(), door(target.Cloud, node, at)).String())
	}
	works, tools := target.Works()
	return faults.Scripts{
		Args: []string{
			target.ID, s.Switch, found.Netns, strings.Join(found.Devices, " "), strings.Join(doors, " "), reached,
		},
		Tools:       append([]string{"ip", "nc", "timeout", "grep", "sed", "cut", "sort", "head"}, tools...),
		Preflight:   script.Way() + text("switch.sh", "preflight.sh"),
		Fingerprint: text("switch.sh", "fingerprint.sh"),
		Prepare:     text("switch.sh", "prepare.sh"),
		Inject:      text("switch.sh", "inject.sh"),
		Observe:     text("switch.sh", "observe.sh"),
		Undo:        text("switch.sh", "undo.sh"),
		Healthy:     works + text("switch.sh", "healthy.sh"),
		Volatile:    true, // who boots makes its interfaces anew
		Resources:   []string{"switch:" + s.Switch},
	}, nil
}

// door is a port of a node by which it lets somebody in: its sshd's, or where Eris
// comes to that by another address, one of a service.
func door(cloud *inventory.Cloud, node *inventory.Node, at netip.Addr) uint16 {
	if at.Unmap() == node.Address.Addr().Unmap() {
		return node.Address.Port()
	}
	for _, service := range cloud.ServicesOn(node.Name) {
		if service.Port != 0 {
			return uint16(service.Port)
		}
	}
	return 22
}
