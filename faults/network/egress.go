package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Egress chooses what a node sends by one of its interfaces: all of it, what it
// passes on for others too, or what goes to some peers or ports. What comes in
// is not its own to queue. ARP and neighbour discovery are never chosen, and
// neither are frames of a VLAN that stands on the interface: they are chosen on
// the VLAN's own.
type Egress struct {
	Link      `yaml:",inline"`
	From      inventory.Selector `yaml:"from"`
	Addresses []netip.Addr       `yaml:"addresses" help:"only what is sent to these addresses, beside those of the nodes in from"`
	Ports     []int              `yaml:"ports" help:"only what is sent to these ports of TCP and UDP, or from them; everything if left out"`
}

func (e Egress) check() error {
	return errors.Join(e.Link.check(), checkAddresses(e.Addresses), checkPorts(e.Ports))
}

// queue is what the chosen packets go through: a qdisc below one of htb that
// lets all others pass it. htb is the root, and not prio, since it needs no
// class for those that are let through, and has its default, which nothing else
// here needs, to carry the fault's id. That default is none of its classes, so
// what no filter chooses is sent at once.
type queue struct {
	kind    string   // tbf or netem
	words   string   // what its script is told of it
	leaf    string   // the script that tells tc
	observe string   // the script that sees its effect
	more    []string // further arguments of that script
}

// scripts are the steps for a whole node; wrong is what its arguments lack.
func (e Egress) scripts(target faults.Target, q queue, wrong error) (faults.Scripts, error) {
	name, carries, err := "", "", errors.Join(e.check(), wrong)
	if err == nil {
		name, carries, err = e.of(target)
	}
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose interface: %w", err)
	}
	others, attempts, what, err := e.chosen(target)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose packets: %w", err)
	}
	works, tools := target.Works()
	common := script.Way() + text("link.sh", "queue.sh", q.leaf)
	return faults.Scripts{
		Args: append([]string{
			target.ID, name, carries, strings.Join(e.filters(others), ";"), words(others), words(attempts), what, q.kind, q.words,
		}, q.more...),
		Tools:       append([]string{"tc", "ip", "nc", "timeout", "grep", "sed", "sort", "cut", "tr"}, tools...),
		Preflight:   common + script.Module() + text("controller.sh", "queue_preflight.sh"),
		Fingerprint: common + text("queue_fingerprint.sh"),
		Prepare:     common + text("queue_prepare.sh"),
		Inject:      common + text("queue_inject.sh"),
		Observe:     common + text(q.observe),
		Undo:        common + text("queue_undo.sh"),
		Healthy:     works,
		Volatile:    true,
		Resources:   []string{"network:queue"},
	}, nil
}

// chosen are the addresses to which packets are chosen, none where it is all of
// them, who is tried to see the effect, and both for people.
func (e Egress) chosen(target faults.Target) (others []netip.Addr, attempts []netip.AddrPort, what string, err error) {
	peers, err := otherSide(target, e.From)
	if err != nil && e.From.Empty() && target.Cloud != nil {
		peers, err = nil, nil // alone: there is nobody to be tried
	}
	if err == nil {
		others, attempts, err = beyond(target, peers, e.Addresses)
	}
	if err != nil {
		return nil, nil, "", err
	}
	switch {
	case !e.From.Empty():
		what = " to " + names(peers)
	case len(e.Addresses) > 0:
		others, attempts = nil, nil
		for _, address := range e.Addresses {
			others = append(others, address.Unmap())
			attempts = append(attempts, netip.AddrPortFrom(address.Unmap(), target.Node.Address.Port()))
		}
		others = faults.Sorted(others)
		what = " to " + plain(others)
	default:
		others = nil
	}
	if len(e.Ports) > 0 {
		what += ", port " + plain(e.ports())
	}
	return others, atPort(attempts, e.ports()), what, nil
}

func (e Egress) ports() []int { return slices.Compact(slices.Sorted(slices.Values(e.Ports))) }

// filters are u32's, by which packets are chosen: in the order of families, so
// that no two of a protocol have another priority. Ports stand behind a header
// without options.
func (e Egress) filters(others []netip.Addr) []string {
	far := byFamily(others)
	var filters []string
	for i, family := range families() {
		head := "protocol " + map[string]string{"ip": "ip", "ip6": "ipv6"}[family] + " prio " + strconv.Itoa(3+i) + " u32"
		to := []string{""}
		if len(others) > 0 {
			to = nil
		}
		for _, address := range far[family] {
			to = append(to, fmt.Sprintf(" match %s dst %s", family, netip.PrefixFrom(address, address.BitLen())))
		}
		for _, one := range to {
			for _, port := range portMatches(family, e.ports()) {
				if one+port == "" {
					port = " match u32 0 0"
				}
				filters = append(filters, head+one+port)
			}
		}
	}
	return filters
}

func portMatches(family string, ports []int) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var matches []string
	plainHeader := map[string]string{"ip": " match u8 5 0xf at 0"}[family]
	for _, protocol := range []int{6, 17} {
		for _, port := range ports {
			for _, end := range []string{"dport", "sport"} {
				matches = append(matches, fmt.Sprintf("%s match %s protocol %d 0xff match %s %s %d 0xffff", plainHeader, family, protocol, family, end, port))
			}
		}
	}
	return matches
}
