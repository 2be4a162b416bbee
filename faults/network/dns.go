package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/openstack-eris/eris/faults"
)

// DNS is network.dns: the target asks resolvers and has no answer, over UDP and
// TCP, IPv4 and IPv6. What it knows from /etc/hosts or a cache it still knows.
//
// With drop the answers are dropped when they come, and not the queries as they
// leave: a UDP packet that is dropped on its way out is told to its sender at
// once (EPERM), as no network does, and nothing would wait. With reject it is
// the queries, and whoever asks is told at once. What the node answers as a
// resolver of others is left alone.
type DNS struct {
	Answer  string       `yaml:"answer" help:"drop (default) lets whoever asks wait for a time-out, reject tells it at once"`
	Servers []netip.Addr `yaml:"servers" help:"only these resolvers; every one if left out"`
}

// NewDNS returns the defaults: nobody answers.
func NewDNS() *DNS { return &DNS{Answer: drop} }

// Validate refuses what is neither answer, and what is no resolver's address.
func (d *DNS) Validate() error {
	var wrong []error
	if err := checkAnswer(d.Answer); err != nil {
		wrong = append(wrong, err)
	}
	for _, server := range d.Servers {
		if server.Zone() != "" || server.IsMulticast() || server.IsUnspecified() {
			wrong = append(wrong, fmt.Errorf("servers: %s is no resolver's address", server))
		}
	}
	return errors.Join(wrong...)
}

// Scripts returns the steps for a whole node.
func (d *DNS) Scripts(target faults.Target) (faults.Scripts, error) {
	c, err := d.cut(target)
	s, err := c.scripts(target, err)
	if err != nil {
		return s, err
	}
	s.Preflight = text("resolvers.sh") + text("dns_preflight.sh") + s.Preflight
	s.Observe = text("resolvers.sh", "dns_attempts.sh") + s.Observe
	return s, nil
}

func (d *DNS) cut(target faults.Target) (cut, error) {
	if err := d.Validate(); err != nil {
		return cut{}, err
	}
	if err := target.WholeNode(); err != nil {
		return cut{}, err
	}
	if target.Cloud == nil {
		return cut{}, errors.New("nobody knows the cloud that the node belongs to")
	}
	c := cut{name: "dns", what: target.Node.Name + " from its resolvers"}
	for _, server := range d.Servers {
		c.others = append(c.others, server.Unmap())
		c.attempts = append(c.attempts, netip.AddrPortFrom(server.Unmap(), 53))
	}
	if d.Answer == reject {
		c.observe = "reject_observe.sh"
	}
	c.others = faults.Sorted(c.others)
	slices.SortFunc(c.attempts, netip.AddrPort.Compare)
	queries, answers := dnsFrom(c.others, "daddr"), dnsFrom(c.others, "saddr")
	for i := range queries {
		if d.Answer == reject {
			c.out = append(c.out, queries[i]+"tcp dport 53 counter reject with tcp reset", queries[i]+"udp dport 53 counter reject")
			continue
		}
		c.in = append(c.in, answers[i]+"meta l4proto { tcp, udp } th sport 53 counter drop")
	}
	return c, nil
}

// dnsFrom are the conditions by which rules choose servers: one for each family,
// or one that says nothing for all of them.
func dnsFrom(servers []netip.Addr, field string) []string {
	if len(servers) == 0 {
		return []string{""}
	}
	var conditions []string
	of := byFamily(servers)
	for _, family := range families() {
		if len(of[family]) > 0 {
			conditions = append(conditions, family+" "+field+" "+set(of[family])+" ")
		}
	}
	return conditions
}
