package network

import (
	"errors"
	"fmt"
	"net/netip"

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
	return errors.Join(direction(p.Direction).check("direction"), checkAddresses(p.Addresses))
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
	peers, err := otherSide(target, p.From)
	if err != nil {
		return cut{}, err
	}
	c := cut{name: "partition", what: target.Node.Name + " from " + names(peers)}
	if c.others, c.attempts, err = beyond(target, peers, p.Addresses); err != nil {
		return cut{}, err
	}
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
		family := familyOf(address)
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
