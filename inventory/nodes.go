package inventory

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

const defaultSSHPort = 22

// DefaultSessions is how many sessions Eris has on a node at most unless the inventory says so.
const DefaultSessions = 8

func (l *loader) nodes(s *document.Map[nodeSpec]) {
	if s.Node != nil && s.Node.Shape == document.Mapping && len(s.Entries) == 0 {
		l.report.At(s.Node).Errorf("nodes: a cloud has at least one node")
	}
	byAddress := map[netip.AddrPort]string{}
	for _, e := range s.Entries {
		l.name("node", e.Name, e.Key)
		n := &Node{
			Name: e.Name, Roles: slices.Sorted(slices.Values(e.Value.Roles)),
			Zone: e.Value.Zone, Rack: e.Value.Rack, Switch: e.Value.Switch, Host: e.Value.Host,
			Never: l.never(e.Value.Chaos), SSH: l.ssh(l.cloud.SSH, &e.Value.SSH),
			Power: l.power(e.Value.Power),
		}
		n.Roles = slices.Compact(n.Roles)
		l.address(n, &e.Value)
		if other, double := byAddress[n.Address]; double {
			l.report.At(e.Value.Address.Node).Errorf("%s has the address of %s, %s", n.Name, other, n.Address)
		} else if n.Address.IsValid() {
			byAddress[n.Address] = n.Name
		}
		l.cloud.Nodes = append(l.cloud.Nodes, n)
	}
	slices.SortFunc(l.cloud.Nodes, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
}

// address fills in where sshd and the services listen. An explicit port of the
// address wins over those of ssh.
func (l *loader) address(n *Node, s *nodeSpec) {
	if s.Address.Given() {
		if both, err := netip.ParseAddrPort(s.Address.V); err == nil && both.Port() > 0 {
			n.Address, n.SSH.Port = both, int(both.Port())
		} else if ip, err := netip.ParseAddr(s.Address.V); err == nil {
			n.Address = netip.AddrPortFrom(ip, uint16(n.SSH.Port))
		} else if s.Address.V != "" {
			l.report.At(s.Address.Node).Hint("an IP address, with a port where it is not that of ssh: 198.18.0.11, '198.18.0.11:2222', '[fd00::1]:22'").
				Errorf("address %q is not an IP address", s.Address.V)
		}
	}
	if n.Address.IsValid() {
		n.Listen = n.Address.Addr().String()
	}
	if s.Listen.Given() {
		if ip, err := netip.ParseAddr(s.Listen.V); err != nil {
			l.report.At(s.Listen.Node).Errorf("listen %q is not an IP address", s.Listen.V)
		} else {
			n.Listen = ip.String()
		}
	}
}

// ssh lays what a file gives over the defaults.
func (l *loader) ssh(base SSH, s *sshSpec) SSH {
	set(&base.User, s.User)
	set(&base.Sudo, s.Sudo)
	if s.Key != nil {
		base.Key = l.path(*s.Key)
	}
	if s.KnownHosts != nil {
		base.KnownHosts = l.path(*s.KnownHosts)
	}
	if s.Jump.Given() {
		base.Jump = s.Jump.V
		l.jump(s.Jump)
	}
	base.Port = l.between(base.Port, s.Port, "port", defaultSSHPort, 1, 65535)
	base.Sessions = l.between(base.Sessions, s.Sessions, "sessions", DefaultSessions, 2, 1000)
	return base
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// between returns the given value, or the base, or where that is 0 the default.
func (l *loader) between(base int, given document.Value[int], what string, otherwise, least, most int) int {
	if given.Given() {
		if given.V < least || given.V > most {
			l.report.At(given.Node).Errorf("%s: %d is not between %d and %d", what, given.V, least, most)
			return otherwise
		}
		return given.V
	}
	if base == 0 {
		return otherwise
	}
	return base
}

// jump checks user@host:port, of which user and port may be left out.
func (l *loader) jump(jump text) {
	host := jump.V[strings.LastIndex(jump.V, "@")+1:]
	if h, port, err := net.SplitHostPort(host); err == nil {
		if p, err := strconv.Atoi(port); err != nil || p < 1 || p > 65535 {
			host = ""
		} else {
			host = h
		}
	}
	if host == "" || strings.ContainsAny(host, " \t\n,/") {
		l.report.At(jump.Node).Errorf("jump: %q is not user@host:port", jump.V)
	}
}
