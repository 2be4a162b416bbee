package link

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Spaces are a node's network namespaces that have a name, as `ip netns` sees them.
type Spaces interface {
	Names() []string
	Space(name string) (*Set, bool)
	// Holders are the processes that are in it, in their order.
	Holders(name string) []int
	// Delete takes the name away. What is in the namespace stays for as long as
	// a process is in it.
	Delete(name string) error
}

// NewSpace returns the links of a new namespace: lo.
func NewSpace() *Set {
	return &Set{devices: []*device{{index: 1, name: "lo", up: true, addresses: []address{
		{prefix: netip.MustParsePrefix("127.0.0.1/8"), scope: "host"}, {prefix: netip.MustParsePrefix("::1/128"), scope: "host"},
	}}}}
}

// Plug adds a link, which is up and has no address but these: in the namespace of an
// HA router the kernel gives none (net.ipv6.conf.all.addr_gen_mode=1).
func (s *Set) Plug(name, mac string, own ...netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &device{index: len(s.devices) + 1, name: name, mac: mac, up: true, bare: true}
	for _, prefix := range own {
		d.addresses = append(d.addresses, address{prefix: prefix, scope: "global"})
	}
	s.devices = append(s.devices, d)
}

// Bridge adds a bridge with its ports, which have no addresses.
func (s *Set) Bridge(name string, ports ...string) {
	s.Plug(name, fmt.Sprintf("02:b0:00:00:00:%02x", len(s.devices)))
	for _, port := range ports {
		s.Plug(port, fmt.Sprintf("02:b0:00:00:00:%02x", len(s.devices)))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		if slices.Contains(ports, d.name) {
			d.master = name
		}
	}
}

// addPair is `link add NAME master BRIDGE type veth peer name NAME`; both ends are down.
func (s *Set) addPair(words []string) error {
	if len(words) != 8 || words[1] != "master" || words[3] != "type" || words[4] != "veth" || words[5] != "peer" || words[6] != "name" {
		return fmt.Errorf("link add %s %w", strings.Join(words, " "), errUsage)
	}
	if _, err := s.device(words[2]); err != nil {
		return err
	}
	for i, name := range []string{words[0], words[7]} {
		if _, err := s.device(name); err == nil {
			return errExists
		}
		d := &device{index: len(s.devices) + 1, name: name, mac: fmt.Sprintf("02:b1:00:00:00:%02x", len(s.devices)), bare: true, peer: words[7-7*i]}
		if i == 0 {
			d.master = words[2]
		}
		s.devices = append(s.devices, d)
	}
	return nil
}

// deletePair is `link del NAME` of one end of a pair, and takes the other one with it.
func (s *Set) deletePair(words []string) error {
	if len(words) != 1 {
		return fmt.Errorf("link del %s %w", strings.Join(words, " "), errUsage)
	}
	d, err := s.device(words[0])
	switch {
	case err != nil:
		return err
	case d.peer == "":
		return fmt.Errorf("link del %s %w", d.name, errUsage)
	}
	s.devices = slices.DeleteFunc(s.devices, func(one *device) bool { return one.name == d.name || one.name == d.peer })
	return nil
}

// Has tells whether there is a link of that name.
func (s *Set) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.device(name)
	return err == nil
}

// Up tells whether a link is there and up.
func (s *Set) Up(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.device(name)
	return err == nil && d.up
}

// Assign gives a link an address, or takes it away; one that is so already stays so.
func (s *Set) Assign(name string, prefix netip.Prefix, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.device(name)
	if err != nil {
		return
	}
	at := slices.IndexFunc(d.addresses, func(a address) bool { return a.prefix == prefix })
	switch {
	case there && at < 0:
		d.addresses = append(d.addresses, address{prefix: prefix, scope: "global"})
	case !there && at >= 0:
		d.addresses = slices.Delete(d.addresses, at, at+1)
	}
}

// space is the namespace of a name.
func (s *Set) space(name string) (*Set, bool) {
	if s.Spaces == nil {
		return s, false
	}
	space, there := s.Spaces.Space(name)
	if !there {
		return s, false
	}
	return space, true
}

// netns is what `ip netns` does. The list has numbers behind some of the names.
func (s *Set) netns(words []string) (string, error) {
	verb, name := strings.Join(words, " "), ""
	if len(words) == 2 {
		verb, name = words[0], words[1]
	}
	_, there := s.space(name)
	var out strings.Builder
	switch {
	case verb == "list" || verb == "":
		if s.Spaces == nil {
			return "", nil
		}
		for i, each := range s.Spaces.Names() {
			fmt.Fprintf(&out, "%s (id: %d)\n", each, i)
		}
	case verb == "pids" && there:
		for _, pid := range s.Spaces.Holders(name) {
			fmt.Fprintf(&out, "%d\n", pid)
		}
	case verb == "pids":
		return "", fmt.Errorf("Cannot open network namespace %q: No such file or directory", name) //nolint:staticcheck // ip's words
	case verb == "delete" && there:
		return "", s.Spaces.Delete(name)
	case verb == "delete":
		return "", fmt.Errorf("Cannot remove namespace file \"/run/netns/%s\": No such file or directory", name) //nolint:staticcheck // ip's words
	default:
		return "", fmt.Errorf("netns %s %w", strings.Join(words, " "), errUsage)
	}
	return out.String(), nil
}
