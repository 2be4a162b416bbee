package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Flood is network.flood: the target sends packets of UDP to one other node of
// the inventory, as many a second as was asked. Rate and size have bounds that
// no argument lifts, and the receiver is an address that the inventory gives to
// one node alone: never a name, a virtual address, a network or a third party.
//
// The sender is bash, which is essential in Debian and there wherever somebody
// logs in: its redirections to /dev/udp write a packet with each printf, and
// need no compiler, no module and no package. It runs in a unit of its own. What
// it sends begins with the word eris and the fault's id, by which a rule that
// drops nothing counts it behind all other rules of the node, and by which who
// receives it knows whose it is.
//
// What bash does with /dev/udp: https://www.gnu.org/software/bash/manual/bash.html#Redirections
type Flood struct {
	To   inventory.Selector `yaml:"to"`
	Port int                `yaml:"port" help:"of UDP, at the receiver; that of the service if to names one, and otherwise 9, at which nobody reads"`
	Rate int                `yaml:"rate" help:"packets a second, 50 to 10000 (default 1000)"`
	Size document.Bytes     `yaml:"size" help:"of the data in each packet, 64B to 1400B (default 200B)"`
}

// The bounds of a flood: more than this is no test of a cloud but an attack, and
// less cannot be told from a node's usual packets in the time of a look.
const (
	minFloodRate, maxFloodRate = 50, 10000
	minFloodSize, maxFloodSize = 64, 1400
	discard                    = 9 // RFC 863
)

// NewFlood returns the defaults: 1000 packets of 200 bytes a second.
func NewFlood() *Flood { return &Flood{Rate: 1000, Size: 200} }

// Validate refuses what is beyond the bounds, and what is no port.
func (f *Flood) Validate() error {
	var wrong []error
	if f.Rate < minFloodRate || f.Rate > maxFloodRate {
		wrong = append(wrong, fmt.Errorf("rate: %d is not between %d and %d packets a second", f.Rate, minFloodRate, maxFloodRate))
	}
	if f.Size < minFloodSize || f.Size > maxFloodSize {
		wrong = append(wrong, fmt.Errorf("size: %s is not between %dB and %dB", f.Size, minFloodSize, maxFloodSize))
	}
	if f.Port < 0 || f.Port > 65535 {
		wrong = append(wrong, fmt.Errorf("port: %d is not between 1 and 65535", f.Port))
	}
	return errors.Join(wrong...)
}

// Sizes are how many packets are sent.
func (f *Flood) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "rate", Unit: "packets_per_second", Asked: new(float64(f.Rate)), Seen: `^(\d+) packets a second`},
	}
}

// Scripts returns the steps for a whole node.
func (f *Flood) Scripts(target faults.Target) (faults.Scripts, error) {
	peer, receiver, err := f.receiver(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose receiver: %w", err)
	}
	works, tools := target.Works()
	port := strconv.Itoa(int(receiver.Port()))
	address := receiver.Addr()
	// The first four bytes of the data, behind the eight of the header: "eris".
	rule := fmt.Sprintf("%s daddr %s udp dport %s @th,64,32 0x65726973 counter", familyOf(address), address, port)
	common := text("flood.sh")
	return faults.Scripts{
		Args: []string{target.ID, "flood", rule, port, address.String(), strconv.Itoa(f.Rate), strconv.Itoa(int(f.Size)), peer.Name, target.Node.Name},
		Tools: append([]string{
			"nft", "bash", "ip", "systemctl", "systemd-run", "grep", "sed", "sort", "cut", "sha256sum", "sleep", "date",
		}, tools...),
		Preflight:   common + script.Table() + text("flood_preflight.sh", "controller.sh", "preflight.sh"),
		Fingerprint: text("flood_fingerprint.sh") + script.TableFingerprint(),
		Prepare:     common + text("prepare.sh") + script.Program(script.Ended()+text("flood_program.sh")),
		Inject:      common + text("flood_inject.sh"),
		Observe:     common + text("flood_observe.sh"),
		Undo:        script.Gone() + script.Table() + text("flood_undo.sh", "undo.sh"),
		Healthy:     works,
		Resources:   []string{"network:flood"},
	}, nil
}

// receiver is the one node that is flooded, and where.
func (f *Flood) receiver(target faults.Target) (*inventory.Node, netip.AddrPort, error) {
	none := netip.AddrPort{}
	if err := errors.Join(f.Validate(), target.WholeNode()); err != nil {
		return nil, none, err
	}
	if target.Cloud == nil {
		return nil, none, errors.New("nobody knows the other nodes of the cloud")
	}
	refs, err := target.Cloud.Select(f.To)
	if err != nil {
		return nil, none, fmt.Errorf("to: %w", err)
	}
	if len(refs) > 1 {
		return nil, none, fmt.Errorf("to: {%s} is %d receivers, among them %s and %s: a flood has one", f.To, len(refs), refs[0], refs[1])
	}
	peer := target.Cloud.NodeByName(refs[0].Node)
	if peer.Name == target.Node.Name {
		return nil, none, fmt.Errorf("to: %s would flood itself, which no link sees", peer.Name)
	}
	if why := spared(target.Cloud, peer); why != "" {
		return nil, none, fmt.Errorf("to: %s is never flooded: the inventory says chaos: never of %s", peer.Name, why)
	}
	port := f.Port
	if service := target.Cloud.ServiceByName(refs[0].Service); service != nil && port == 0 {
		if port = service.Port; port == 0 {
			return nil, none, fmt.Errorf("to: the inventory knows no port of %s; say port", service.Name)
		}
	}
	if port == 0 {
		port = discard
	}
	address, err := receives(target, peer)
	return peer, netip.AddrPortFrom(address, uint16(port)), err
}

// receives is the address by which a peer's services are reached, or its sshd,
// if it is that node's alone.
func receives(target faults.Target, peer *inventory.Node) (netip.Addr, error) {
	all, _, err := beyond(target, []*inventory.Node{peer}, nil)
	if err != nil {
		return netip.Addr{}, err
	}
	address := all[0]
	if listen, err := netip.ParseAddr(peer.Listen); err == nil && slices.Contains(all, listen.Unmap()) {
		address = listen.Unmap()
	}
	// An inventory may say anything; what is sent here is read by one node.
	if address.IsMulticast() || address.IsUnspecified() || address.Zone() != "" || address == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}, fmt.Errorf("to: %s of %s is no address of one node", address, peer.Name)
	}
	return address, nil
}

// spared says what the inventory never has struck of a node: itself, or a service
// on it; "" for nothing.
func spared(cloud *inventory.Cloud, node *inventory.Node) string {
	if node.Never {
		return "node " + node.Name
	}
	for _, service := range cloud.ServicesOn(node.Name) {
		if service.Never {
			return "service " + service.Name
		}
	}
	return ""
}
