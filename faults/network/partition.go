package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Partition is network.partition: the target hears nothing of the nodes on the
// other side and is not heard by them, ICMP included. Every target of the fault
// is on this side, so that two of them still hear each other.
//
// It is made on this side alone. What is dropped here in both directions is lost
// to both sides, but for multicast, which is sent to no node in particular: it
// is dropped where nobody of the inventory is left on this side to hear it.
//
// A virtual address is no node's: the other side is still reached through one
// that it holds, unless the arguments name it.
type Partition struct {
	From      inventory.Selector `yaml:"from"`
	Addresses []netip.Addr       `yaml:"addresses" help:"further addresses of the other side, such as a virtual one"`
	Direction string             `yaml:"direction" help:"in drops what the other side sends, out what is sent to it, both (default) both"`
}

// NewPartition returns the defaults: both directions, from every other node.
func NewPartition() *Partition { return &Partition{Direction: string(both)} }

// Validate refuses a direction that is none, and an address that is not one
// node's.
func (p *Partition) Validate() error {
	wrong := []error{direction(p.Direction).check("direction")}
	for _, address := range p.Addresses {
		if address.Zone() != "" || slices.Contains(loopback(), address.Unmap()) || address.IsMulticast() || address.IsUnspecified() {
			wrong = append(wrong, fmt.Errorf("addresses: %s is nobody's on the other side", address))
		}
	}
	return errors.Join(wrong...)
}

// Scripts returns the steps for a whole node.
func (p *Partition) Scripts(target faults.Target) (faults.Scripts, error) {
	c, err := p.cut(target)
	return c.scripts(target, err)
}

func (p *Partition) cut(target faults.Target) (cut, error) {
	if err := p.Validate(); err != nil {
		return cut{}, err
	}
	if target.Service != nil {
		return cut{}, fmt.Errorf("%s is a service, and this fault strikes whole nodes: select by node, nodes, role, zone or rack", target.Ref())
	}
	if target.Cloud == nil {
		return cut{}, errors.New("nobody knows the other nodes of the cloud")
	}
	peers, err := p.peers(target)
	if err != nil {
		return cut{}, err
	}
	c := cut{name: "partition", what: target.Node.Name + " from " + names(peers)}
	own, _ := addresses(target.Cloud, target.Node) // none: a forwarder leads to it, and the other side's are not its
	for _, peer := range peers {
		theirs, err := addresses(target.Cloud, peer)
		if err != nil {
			return cut{}, err
		}
		if theirs = without(without(theirs, own), loopback()); len(theirs) == 0 {
			return cut{}, fmt.Errorf("%s has no address of its own by which it could be cut off", peer.Name)
		}
		c.others = append(c.others, theirs...)
		c.attempts = append(c.attempts, netip.AddrPortFrom(theirs[0], peer.Address.Port()))
	}
	for _, address := range p.Addresses {
		c.others = append(c.others, address.Unmap())
	}
	c.others = sorted(c.others)
	c.apart(direction(p.Direction), len(peers) == len(target.Cloud.Nodes)-1)
	return c, nil
}

// apart drops all that comes from the others and goes to them, but for what the
// node sends itself: an address that moves may be its own for a while.
func (c *cut) apart(way direction, alone bool) {
	if way.in() {
		c.in = append(c.in, `iifname "lo" accept`)
	}
	if way.out() {
		c.out = append(c.out, `oifname "lo" accept`)
	}
	for _, address := range c.others {
		family := "ip"
		if address.Is6() {
			family = "ip6"
		}
		if way.in() {
			c.in = append(c.in, fmt.Sprintf("%s saddr %s counter drop", family, address))
		}
		if way.out() {
			c.out = append(c.out, fmt.Sprintf("%s daddr %s counter drop", family, address))
		}
	}
	if way.out() && alone {
		c.out = append(c.out, "ip daddr 224.0.0.0/4 counter drop", "ip6 daddr ff02::12 counter drop") // all of it; VRRP
	}
}

// peers are the nodes of the other side: those that are selected, without the
// fault's own targets.
func (p *Partition) peers(target faults.Target) ([]*inventory.Node, error) {
	side := []string{target.Node.Name}
	for _, other := range target.Others {
		side = append(side, other.Node.Name)
	}
	chosen := func(string) bool { return true }
	if !p.From.Empty() {
		refs, err := target.Cloud.Select(p.From)
		if err != nil {
			return nil, fmt.Errorf("from: %w", err)
		}
		chosen = func(name string) bool {
			return slices.ContainsFunc(refs, func(r inventory.Ref) bool { return r.Node == name })
		}
	}
	var peers []*inventory.Node
	for _, node := range target.Cloud.Nodes {
		if chosen(node.Name) && !slices.Contains(side, node.Name) {
			peers = append(peers, node)
		}
	}
	if len(peers) == 0 {
		return nil, errors.New("nobody is left on the other side")
	}
	return peers, nil
}

func names(nodes []*inventory.Node) string {
	list := make([]string, len(nodes))
	for i, node := range nodes {
		list[i] = node.Name
	}
	return strings.Join(list, ", ")
}
