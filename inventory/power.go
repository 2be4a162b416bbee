package inventory

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// PowerKind is the protocol by which a node is switched on and off.
type PowerKind string

// The kinds of power.
const (
	IPMI    PowerKind = "ipmi"    // IPMI 2.0 over LAN (RMCP+)
	Redfish PowerKind = "redfish" // DMTF's Redfish over HTTPS
	Libvirt PowerKind = "libvirt" // the node is a domain of libvirt
	Nova    PowerKind = "nova"    // the node is a server of another OpenStack
)

// Power says how a node is switched on and off from outside, without its help.
// Passwords are referred to, never contained. What a kind does not have is empty.
type Power struct {
	Kind         PowerKind
	Address      netip.AddrPort // ipmi: of the management controller; UDP 623 unless given
	URL          string         // redfish: https://HOST[:PORT]; libvirt: the URI of the connection
	Machine      string         // redfish: id of the system; libvirt: domain; nova: id of the server
	User         string         // ipmi, redfish
	PasswordFile string         // path; its first line is the password
	CAFile       string         // redfish: path of the certificates to verify with; empty: the machine's own
	Insecure     bool           // redfish: the certificate is not verified
	CloudsFile   string         // nova: path of a clouds.yaml
	Cloud        string         // nova: whose entry in it
}

// Place says in one line where a node is switched, for people.
func (p *Power) Place() string {
	switch p.Kind {
	case Redfish:
		return p.URL + " system " + p.Machine
	case Libvirt:
		return p.URL + " domain " + p.Machine
	case Nova:
		return "server " + p.Machine + " of " + p.Cloud + " in " + p.CloudsFile
	default:
		return p.Address.String()
	}
}

// Identity is by what a machine is known again: two inventories that switch the same
// one agree on it, wherever their files lie. The id of a server of Nova is a UUID,
// which no other cloud has.
func (p *Power) Identity() string {
	if p.Kind == Nova {
		return string(p.Kind) + " " + strings.ToLower(p.Machine)
	}
	return p.Place()
}

const ipmiPort = 623

type powerSpec struct {
	Kind         text                 `yaml:"kind" required:"true"`
	Address      text                 `yaml:"address"`
	URI          text                 `yaml:"uri"`
	System       text                 `yaml:"system"`
	Domain       text                 `yaml:"domain"`
	Server       text                 `yaml:"server"`
	User         text                 `yaml:"user"`
	PasswordFile text                 `yaml:"password_file"`
	CAFile       text                 `yaml:"ca_file"`
	Insecure     document.Value[bool] `yaml:"insecure"`
	CloudsFile   text                 `yaml:"clouds_file"`
	Cloud        text                 `yaml:"cloud"`
}

// powerKeys are the keys that a kind of power must have, and those that it may.
func powerKeys() map[PowerKind][2][]string {
	return map[PowerKind][2][]string{
		IPMI:    {{"address", "user", "password_file"}, nil},
		Redfish: {{"address", "system", "user", "password_file"}, {"ca_file", "insecure"}},
		Libvirt: {{"uri", "domain"}, nil},
		Nova:    {{"clouds_file", "cloud", "server"}, nil},
	}
}

// power reads a node's power; nil where the file says nothing of it.
func (l *loader) power(given document.Value[*powerSpec]) *Power {
	if !given.Given() || given.V == nil {
		return nil
	}
	s := given.V
	p := &Power{
		Kind: PowerKind(s.Kind.V), User: s.User.V, PasswordFile: l.path(s.PasswordFile.V),
		Machine: s.System.V + s.Domain.V + s.Server.V, URL: s.URI.V,
		CAFile: l.path(s.CAFile.V), Insecure: s.Insecure.V, CloudsFile: l.path(s.CloudsFile.V), Cloud: s.Cloud.V,
	}
	if !s.Kind.Given() {
		return p // which was reported
	}
	keys, known := powerKeys()[p.Kind]
	if !known {
		l.report.At(s.Kind.Node).Unknown("kind of power", s.Kind.V, []string{string(IPMI), string(Libvirt), string(Nova), string(Redfish)})
		keys = powerKeys()[IPMI]
	}
	l.powerKeys(given.Node.Key, s, p.Kind, keys)
	if at, err := url.Parse(p.URL); p.URL != "" && err == nil && at.User != nil {
		if _, has := at.User.Password(); has {
			l.report.At(s.URI.Node).Unquoted().Hint("libvirt's auth.conf is for it").Errorf("power: uri has a password in it")
		}
	}
	if p.Kind == Redfish {
		p.URL = l.redfish(s)
	} else {
		p.Address = l.controller(s)
	}
	return p
}

// powerKeys reports the keys that are missing, and those of another kind.
func (l *loader) powerKeys(at *document.Node, s *powerSpec, kind PowerKind, keys [2][]string) {
	given := map[string]*document.Node{
		"address": s.Address.Node, "uri": s.URI.Node, "system": s.System.Node, "domain": s.Domain.Node, "server": s.Server.Node,
		"user": s.User.Node, "password_file": s.PasswordFile.Node, "ca_file": s.CAFile.Node, "insecure": s.Insecure.Node,
		"clouds_file": s.CloudsFile.Node, "cloud": s.Cloud.Node,
	}
	for _, key := range keys[0] {
		if node := given[key]; node == nil {
			l.report.At(at).Errorf("power: %s is missing", key)
		}
		delete(given, key)
	}
	for _, key := range keys[1] {
		delete(given, key)
	}
	for _, key := range []string{"address", "uri", "system", "domain", "server", "user", "password_file", "ca_file", "insecure", "clouds_file", "cloud"} {
		if node := given[key]; node != nil {
			l.report.At(node.Key).Errorf("power: %s is not a key of %s", key, kind)
		}
	}
}

// controller reads the address of a management controller that speaks IPMI.
func (l *loader) controller(s *powerSpec) netip.AddrPort {
	if both, err := netip.ParseAddrPort(s.Address.V); err == nil && both.Port() > 0 {
		return both
	}
	ip, err := netip.ParseAddr(s.Address.V)
	if err == nil {
		return netip.AddrPortFrom(ip, ipmiPort)
	}
	if s.Address.Given() && slices.Contains([]PowerKind{Libvirt, Nova}, PowerKind(s.Kind.V)) {
		return netip.AddrPort{} // which was reported
	}
	if strings.Contains(s.Address.V, "@") { // a password is before it, perhaps
		l.report.At(s.Address.Node).Unquoted().Errorf("the address is not an IP address")
		return netip.AddrPort{}
	}
	if s.Address.Given() {
		l.report.At(s.Address.Node).Hint("the management controller's IP address, with a port where it is not %d", ipmiPort).
			Errorf("address %q is not an IP address", s.Address.V)
	}
	return netip.AddrPort{}
}

// redfish reads the address of a Redfish service. An unencrypted one would be given
// the password in the clear.
func (l *loader) redfish(s *powerSpec) string {
	if !s.Address.Given() {
		return ""
	}
	at, err := url.Parse(s.Address.V)
	if err != nil || at.Scheme != "https" || at.Host == "" || at.User != nil || at.Path != "" || at.RawQuery != "" || at.Fragment != "" {
		l.report.At(s.Address.Node).Unquoted().Hint("https://HOST, with :PORT where it is not 443; the user has a key of its own").
			Errorf("the address is not that of an https service alone")
		return ""
	}
	if s.Insecure.V && s.CAFile.V != "" {
		l.report.At(s.Insecure.Node).Errorf("power: ca_file is for verifying, and insecure does not")
	}
	return at.Scheme + "://" + at.Host
}
