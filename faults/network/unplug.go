package network

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Unplug is service.unplug: packets to and from a service's ports are dropped
// on its node. The service runs on and is neither refused nor reset; whoever
// asks it waits for a time-out. With reject what it is sent is refused instead,
// and who was connected is reset, as if nobody listened there.
//
// The node reaches its own service through loopback, and a balancer on the same
// node is a client as any other: loopback is cut too. Only the node's own
// addresses are: where the balancer has the same port on a virtual address,
// that one stays.
type Unplug struct {
	Direction string `yaml:"direction" help:"in drops what is sent to the service, out what it answers, both (default) both"`
	Answer    string `yaml:"answer" help:"drop (default) lets whoever asks wait for a time-out, reject refuses and resets it at once; reject is of what is sent to the service, so not with direction out"`
	From      string `yaml:"from" help:"cut off only from the nodes of this service, which must send something for the effect to be seen; from everybody if left out"`
	Ports     []int  `yaml:"ports" help:"further ports of the service, beside the one in the inventory, e.g. 4567 for Galera"`
}

// NewUnplug returns the defaults: both directions, from everybody.
func NewUnplug() *Unplug { return &Unplug{Direction: string(both), Answer: drop} }

// Validate refuses a direction, answer or port that is none.
func (u *Unplug) Validate() error {
	wrong := []error{direction(u.Direction).check("direction"), checkAnswer(u.Answer), checkPorts(u.Ports)}
	if u.Answer == reject && direction(u.Direction) == out {
		wrong = append(wrong, errors.New("answer: reject refuses what is sent to the service, and direction: out is what it answers"))
	}
	return errors.Join(wrong...)
}

// Scripts returns the steps for a service with a port.
func (u *Unplug) Scripts(target faults.Target) (faults.Scripts, error) {
	c, err := u.cut(target)
	return c.scripts(target, err)
}

func (u *Unplug) cut(target faults.Target) (cut, error) {
	if err := u.Validate(); err != nil {
		return cut{}, err
	}
	if target.Service == nil {
		return cut{}, fmt.Errorf("%s is a whole node, and this fault strikes a service", target.Ref())
	}
	if target.Cloud == nil {
		return cut{}, errors.New("nobody knows the cloud that the service belongs to")
	}
	ports, err := u.ports(target)
	if err != nil {
		return cut{}, err
	}
	peers, names, err := u.peers(target)
	if err != nil {
		return cut{}, err
	}
	own, err := faults.Addresses(target.Cloud, target.Node)
	if err != nil {
		return cut{}, err
	}
	c := cut{name: "unplug-" + target.Service.Name, others: without(peers, faults.Loopback()), what: "port " + plain(ports) + " of " + words(own)}
	if u.From != "" {
		c.what += ", from " + strings.Join(names, ", ")
	}
	if u.From == "" || slices.Contains(names, target.Node.Name) {
		c.attempts = []netip.AddrPort{netip.AddrPortFrom(own[0], uint16(cmp.Or(target.Service.Port, ports[0])))}
		c.others = without(c.others, own) // it is the node itself
	}
	way, verdicts := direction(u.Direction), []string{"meta l4proto { tcp, udp } th PORT counter drop"}
	if u.Answer == reject { // nothing gets there that could be answered
		way, verdicts, c.observe = in, []string{"tcp PORT counter reject with tcp reset", "udp PORT counter reject"}, "reject_observe.sh"
	}
	c.rules(way, faults.Sorted(append(own, faults.Loopback()...)), peers, ports, verdicts)
	return c, nil
}

// rules cuts the ports at the node's own addresses, where there are peers only
// to and from them, by each of the verdicts: what they are about has PORT for
// the port.
func (c *cut) rules(way direction, own, peers []netip.Addr, ports []int, verdicts []string) {
	at, far := byFamily(own), byFamily(peers)
	for _, family := range families() {
		if len(at[family]) == 0 || len(peers) > 0 && len(far[family]) == 0 {
			continue
		}
		rules := func(local, remote, port string) (rules []string) {
			text := family + " " + local + " " + set(at[family])
			if len(peers) > 0 {
				text += " " + family + " " + remote + " " + set(far[family])
			}
			for _, verdict := range verdicts {
				rules = append(rules, text+" "+strings.Replace(verdict, "PORT", port+" "+set(ports), 1))
			}
			return rules
		}
		if way.in() {
			c.in = append(c.in, rules("daddr", "saddr", "dport")...)
		}
		if way.out() {
			c.out = append(c.out, rules("saddr", "daddr", "sport")...)
		}
	}
}

// ports are the service's, if nothing else on its node would be struck with it.
func (u *Unplug) ports(target faults.Target) ([]int, error) {
	ports := slices.Clone(u.Ports)
	if target.Service.Port != 0 {
		ports = append(ports, target.Service.Port)
	}
	if len(ports) == 0 {
		return nil, fmt.Errorf("the inventory knows no port of %s", target.Service.Name)
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	if sshd := int(target.Node.Address.Port()); slices.Contains(ports, sshd) {
		return nil, fmt.Errorf("port %d of %s is its sshd's, through which Eris comes", sshd, target.Node.Name)
	}
	for _, other := range target.Cloud.ServicesOn(target.Node.Name) {
		if other.Name == target.Service.Name || !slices.Contains(ports, other.Port) {
			continue
		}
		if other.Port != target.Service.Port {
			return nil, fmt.Errorf("port %d of %s belongs to %s, which would be lost uncounted", other.Port, target.Node.Name, other.Name)
		}
		if !listens(target.Service) || listens(other) {
			return nil, fmt.Errorf("port %d of %s is that of %s too, and the inventory does not tell which of them is at %s: "+
				"only a service with a health probe of http or tcp is known to listen there, and only one may have it",
				other.Port, target.Node.Name, other.Name, target.Node.Listen)
		}
	}
	return ports, nil
}

// listens tells that the inventory's own probe reaches a service at the address
// of its node. What shares its port has another address, as a balancer.
func listens(service *inventory.Service) bool {
	return service.Health != nil && (service.Health.HTTP != "" || service.Health.TCP)
}

// peers are the addresses of the nodes of the service from which the target is
// cut off, and their names; none when it is everybody.
func (u *Unplug) peers(target faults.Target) (peers []netip.Addr, names []string, err error) {
	if u.From == "" {
		return nil, nil, nil
	}
	peers, service, err := target.Peers(u.From)
	if err != nil {
		return nil, nil, fmt.Errorf("from: %w", err)
	}
	return peers, service.Nodes, nil
}

func without(list, taken []netip.Addr) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(list), func(a netip.Addr) bool { return slices.Contains(taken, a) })
}
