package inventory

import (
	"net/netip"

	"github.com/openstack-eris/eris/document"
)

// PowerKind is the protocol by which a node is switched on and off.
type PowerKind string

// IPMI is IPMI 2.0 over LAN (RMCP+).
const IPMI PowerKind = "ipmi"

// Power says how a node is switched on and off from outside, without its help.
// The password is referred to, never contained.
type Power struct {
	Kind         PowerKind
	Address      netip.AddrPort // of the management controller; UDP 623 unless given
	User         string
	PasswordFile string // path; its first line is the password
}

const ipmiPort = 623

type powerSpec struct {
	Kind         text `yaml:"kind" required:"true"`
	Address      text `yaml:"address" required:"true"`
	User         text `yaml:"user" required:"true"`
	PasswordFile text `yaml:"password_file" required:"true"`
}

// power reads a node's power; nil where the file says nothing of it.
func (l *loader) power(given document.Value[*powerSpec]) *Power {
	if !given.Given() || given.V == nil {
		return nil
	}
	s := given.V
	p := &Power{Kind: PowerKind(s.Kind.V), User: s.User.V, PasswordFile: l.path(s.PasswordFile.V)}
	if s.Kind.Given() && p.Kind != IPMI {
		l.report.At(s.Kind.Node).Unknown("kind of power", s.Kind.V, []string{string(IPMI)})
	}
	if both, err := netip.ParseAddrPort(s.Address.V); err == nil && both.Port() > 0 {
		p.Address = both
	} else if ip, err := netip.ParseAddr(s.Address.V); err == nil {
		p.Address = netip.AddrPortFrom(ip, ipmiPort)
	} else if s.Address.Given() {
		l.report.At(s.Address.Node).Hint("the management controller's IP address, with a port where it is not %d", ipmiPort).
			Errorf("address %q is not an IP address", s.Address.V)
	}
	return p
}
