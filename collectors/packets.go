package collectors

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

const (
	// mostPackets is how many are sent to one address in a sweep, at most.
	mostPackets = 20
	// mostPeers is to how many a node sends, at most.
	mostPeers = 32
	// leastApart and mostApart are the time between two of them: what an address gets is
	// 50 a second at most.
	leastApart, mostApart = 20 * time.Millisecond, 200 * time.Millisecond
)

// Packets sends from nodes to others, and counts what comes back: ICMP echo requests, or
// TCP connections that are closed at once. Loads do that from where Eris runs; this is the
// network between nodes. It sends to nodes of the inventory, where their services listen,
// and to whom the scenario names by address, and to nobody else. A sweep starts one ping an
// address, or one nc a connection, some milliseconds of a processor each.
type Packets struct {
	To        []string `yaml:"to" help:"nodes of the inventory, at the address where their services listen; a node does not send to itself"`
	Addresses []string `yaml:"addresses" help:"other addresses, such as those of the nodes in a storage network"`
	Port      int      `yaml:"port" help:"the TCP port to connect to, at each of them; ICMP echo when left out. A service may mind who connects and says nothing: MariaDB shuts such a host out after max_connect_errors"`
	Count     int      `yaml:"count" help:"how many an interval, to each, from 1 to 20"`

	peers []peer // of To
}

// peer is whom a node sends to: a node, or an address by its own name.
type peer struct{ name, address string }

// NewPackets returns the defaults.
func NewPackets() *Packets { return &Packets{Count: 5} }

// Validate tells all that is wrong with the arguments.
func (p *Packets) Validate() error {
	var wrong []error
	if len(p.To)+len(p.Addresses) == 0 {
		wrong = append(wrong, errors.New("to: nobody is named to send to, and addresses has none either"))
	}
	if len(p.To)+len(p.Addresses) > mostPeers {
		wrong = append(wrong, fmt.Errorf("to: there are more than %d to send to", mostPeers))
	}
	for i, name := range p.To {
		if slices.Contains(p.To[:i], name) {
			wrong = append(wrong, fmt.Errorf("to: %s is there twice", name))
		}
	}
	for i, text := range p.Addresses {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" || address.IsMulticast() || address.IsUnspecified() || address == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			wrong = append(wrong, fmt.Errorf("addresses: %q is not the IP address of one host", text))
		}
		if slices.Contains(p.Addresses[:i], text) {
			wrong = append(wrong, fmt.Errorf("addresses: %s is there twice", text))
		}
	}
	if p.Port < 0 || p.Port > 65535 {
		wrong = append(wrong, fmt.Errorf("port: %d is not between 1 and 65535", p.Port))
	}
	if p.Count < 1 || p.Count > mostPackets {
		wrong = append(wrong, fmt.Errorf("count: %d is not from 1 to %d", p.Count, mostPackets))
	}
	return errors.Join(wrong...)
}

// Place looks up the addresses of nodes.
func (p *Packets) Place(cloud *inventory.Cloud) error {
	var wrong []error
	p.peers = nil
	for _, name := range p.To {
		switch node := cloud.NodeByName(name); {
		case node == nil:
			wrong = append(wrong, fmt.Errorf("to: the inventory has no node %s", name))
		case node.Listen == "":
			wrong = append(wrong, fmt.Errorf("to: the inventory does not say at which address %s listens", name))
		default:
			p.peers = append(p.peers, peer{name, node.Listen})
		}
	}
	return errors.Join(wrong...)
}

// probe is the label of what it sends.
func (p *Packets) probe() string {
	if p.Port == 0 {
		return "icmp"
	}
	return "tcp:" + strconv.Itoa(p.Port)
}

// Signals names what Packets publishes.
func (*Packets) Signals() []SignalInfo {
	labels := []string{"node", "to", "probe"}
	return []SignalInfo{
		{Name: "packets.sent", Unit: "1", Labels: labels, Kind: Delta, Help: "echo requests or connections that were tried since the last interval, also those that the node itself could not send"},
		{Name: "packets.returned", Unit: "1", Labels: labels, Kind: Delta, Help: "those of them that were answered within a second"},
		{Name: "packets.loss", Unit: "ratio", Labels: labels, Help: "those of them that were not answered, of all"},
		{Name: "packets.round_trip", Unit: "s", Labels: labels, Help: "mean time until the answers to echo requests; missing while none comes, and of connections"},
		{Name: "packets.round_trip_max", Unit: "s", Labels: labels, Help: "the longest of them"},
	}
}

// to are whom a node sends to. The address of a node that is not known is not there.
func (p *Packets) to(node *inventory.Node) []peer {
	all := slices.DeleteFunc(slices.Clone(p.peers), func(one peer) bool { return node != nil && one.name == node.Name })
	for _, address := range p.Addresses {
		all = append(all, peer{address, address})
	}
	return all
}

// Expected is not known: a node does not send to itself, and which one is asked about is
// not said; a round trip there is of an answer alone.
func (p *Packets) Expected(string, []*inventory.Service) []map[string]string { return nil }

// Slowest is how long what is lost may be waited for.
func (p *Packets) Slowest([]*inventory.Service) time.Duration {
	return time.Duration(p.Count)*mostApart + 2*time.Second
}

// apart is the time between two that are sent to an address: all are within two fifths of
// an interval, so that a sweep has its rest in it.
func (p *Packets) apart(every time.Duration) time.Duration {
	return min(max(every*2/5/time.Duration(p.Count), leastApart), mostApart)
}
