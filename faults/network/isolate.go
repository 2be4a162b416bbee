package network

import (
	"net/netip"

	"github.com/openstack-eris/eris/faults"
)

// Isolate is node.isolate: a partition of one node, or of several that go on
// hearing each other, from all other nodes in both directions. Only the machine
// from which it was armed is let through.
type Isolate struct {
	Addresses []netip.Addr `yaml:"addresses" help:"further addresses that the node is cut off from, such as a virtual one"`
}

// Validate refuses an address that is not one node's.
func (i *Isolate) Validate() error { return checkAddresses(i.Addresses) }

// Scripts returns the steps for a whole node.
func (i *Isolate) Scripts(target faults.Target) (faults.Scripts, error) {
	return (&Partition{Addresses: i.Addresses, Direction: string(both)}).Scripts(target)
}
