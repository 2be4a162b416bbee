// Package link is the interfaces of a simulated node, with their addresses,
// routes and queues, and the programs ip and tc that show and change them. They
// behave as Linux': a link that goes down takes its IPv6 addresses and all routes with
// it, and when it comes up again only those return that the kernel makes.
package link

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Set is the interfaces of one node. It is safe for concurrent use.
type Set struct {
	Random *rand.Rand // queues draw from it; nil: from one of its own
	Spaces Spaces     // the network namespaces beside this one; nil: none

	mu      sync.Mutex
	devices []*device
	routes  []route // that were added; those of the kernel follow from the addresses
}

type device struct {
	index     int
	name      string
	mac       string // empty: loopback
	up        bool
	peer      string // the other end of the pair that was added; empty: it was there from the beginning
	master    string // the bridge whose port it is
	bare      bool   // it gets no IPv6 address of the kernel's (addr_gen_mode 1)
	addresses []address
	queue     *queue // nil: the kernel's own
}

// New returns lo, and eth0 with an IPv4 address in a network of 24 bits and
// with the IPv6 address that every link has.
func New(own string) (*Set, error) {
	at, err := netip.ParseAddr(own)
	if err != nil || !at.Is4() {
		return nil, fmt.Errorf("make links: %q is no IPv4 address", own)
	}
	b := at.As4()
	lo := &device{index: 1, name: "lo", up: true, addresses: []address{
		{prefix: netip.MustParsePrefix("127.0.0.1/8"), scope: "host"}, {prefix: netip.MustParsePrefix("::1/128"), scope: "host"},
	}}
	eth0 := &device{index: 2, name: "eth0", mac: fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3]), addresses: []address{
		{prefix: netip.PrefixFrom(at, 24), broadcast: netip.AddrFrom4([4]byte{b[0], b[1], b[2], 255}), scope: "global"},
	}}
	s := &Set{devices: []*device{lo, eth0}}
	eth0.raise()
	return s, nil
}

// failure is an error of the kernel, in the words of ip.
type failure string

func (f failure) Error() string { return string(f) }

// The failures of ip.
const (
	errExists      failure = "RTNETLINK answers: File exists"
	errNoRoute     failure = "RTNETLINK answers: No such process"
	errUnreachable failure = "RTNETLINK answers: Network is unreachable"
	errGateway     failure = "Error: Nexthop has invalid gateway."
	errDown        failure = "Error: Device for nexthop is not up."
	errAssigned    failure = "Error: Address already assigned."
	errNoAddress   failure = "Error: Address not found."
)

// Sends tells whether there is a route to an address: where there is none, who
// wants to send is told at once. It is asked for every packet. Only the one
// address of lo is there: the others of its network are the nodes' here.
func (s *Set) Sends(to netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		for _, a := range d.addresses {
			if a.prefix.Addr() == to || d.up && d.mac != "" && !a.noRoute && a.prefix.Masked().Contains(to) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.routes, func(r route) bool { return r.table == "" && r.to.Contains(to) })
}

// Hears tells whether a packet for an address arrives on a link that is up: for
// one of its own, or for one that moves among the nodes of its network.
func (s *Set) Hears(to netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.devices, func(d *device) bool {
		return d.up && d.mac != "" && slices.ContainsFunc(d.addresses, func(a address) bool { return a.prefix.Masked().Contains(to) })
	})
}

func (s *Set) device(name string) (*device, error) {
	at := slices.IndexFunc(s.devices, func(d *device) bool { return d.name == name })
	if at < 0 {
		return nil, fmt.Errorf("Cannot find device %q", name) //nolint:staticcheck // ip's words
	}
	return s.devices[at], nil
}

// raise brings a link up: the kernel gives it its IPv6 address.
func (d *device) raise() {
	d.up = true
	if d.mac == "" || d.bare || slices.ContainsFunc(d.addresses, func(a address) bool { return a.scope == "link" }) {
		return
	}
	var m [6]byte
	for i, part := range strings.Split(d.mac, ":") {
		_, _ = fmt.Sscanf(part, "%02x", &m[i]) // it was written so
	}
	id := netip.AddrFrom16([16]byte{0xfe, 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})
	d.addresses = append(d.addresses, address{prefix: netip.PrefixFrom(id, 64), scope: "link"})
}

// lower takes a link down.
func (s *Set) lower(d *device) {
	d.up = false
	d.addresses = slices.DeleteFunc(d.addresses, func(a address) bool { return a.prefix.Addr().Is6() })
	s.routes = slices.DeleteFunc(s.routes, func(r route) bool { return r.device == d.name })
}

func (d *device) String() string {
	flags, state, kind := "BROADCAST,MULTICAST", "DOWN", "link/ether "+d.mac+" brd ff:ff:ff:ff:ff:ff"
	mtu := 1500
	if d.mac == "" {
		flags, kind, mtu = "LOOPBACK", "link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00", 65536
	}
	if d.up {
		flags, state = flags+",UP,LOWER_UP", "UP"
		if d.mac == "" {
			state = "UNKNOWN"
		}
	}
	if d.master != "" {
		state = "master " + d.master + " state " + state
	} else {
		state = "state " + state
	}
	return fmt.Sprintf(`%d: %s: <%s> mtu %d qdisc %s %s mode DEFAULT group default qlen 1000\    %s`, d.index, d.name, flags, mtu, d.kindOf(), state, kind)
}
