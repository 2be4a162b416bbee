package nft

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// match is one condition of a rule, such as `ip saddr { A, B }`.
type match struct {
	of, field  string
	not        bool     // it is one of none of the values
	values     []string // as they are printed
	prefixes   []netip.Prefix
	ports      []int
	mod, below int // of numgen: a number under below of those under mod
}

// String is the condition as nft prints it.
func (m match) String() string {
	set := strings.Join(m.values, ", ")
	switch {
	case m.of == "numgen":
		return fmt.Sprintf("numgen random mod %d < %d", m.mod, m.below)
	case m.flags() && m.not:
		return "tcp flags ! " + set
	case m.flags():
		return "tcp flags & " + set + " == " + set
	case m.of == "@th":
		return m.of + "," + m.field + " " + set
	case m.field == "":
		return m.of + ` "` + set + `"`
	case len(m.values) > 1:
		set = "{ " + set + " }"
	}
	if m.not {
		set = "!= " + set
	}
	return m.of + " " + m.field + " " + set
}

// chance tells a condition that says something else of the next packet.
func (m match) chance() bool { return m.of == "numgen" }

// flags tells a condition of a packet's flags: psh, which what carries data has, or
// not syn, which all have but those that make a connection.
func (m match) flags() bool { return m.field == "flags" }

// fits asks a packet; draw gives a number under its argument.
func (m match) fits(p Packet, draw func(int) int) bool {
	if m.chance() {
		return draw(m.mod) < m.below
	}
	if m.flags() {
		return p.Data && p.Protocol == "tcp"
	}
	if m.of == "@th" {
		return p.Protocol == "udp" && len(p.Said) >= 4 && fmt.Sprintf("0x%x", binary.BigEndian.Uint32([]byte(p.Said))) == m.values[0]
	}
	if m.of == "th" || m.of == "tcp" || m.of == "udp" {
		port := p.SourcePort
		if m.field == "dport" {
			port = p.DestinationPort
		}
		return (m.of == "th" || m.of == p.Protocol) && port != 0 && slices.Contains(m.ports, port) != m.not
	}
	return m.says(p) != m.not
}

func (m match) says(p Packet) bool {
	switch m.of {
	case "iifname", "oifname":
		// A packet that leaves has come by no interface, one that came leaves by none.
		return p.Loopback && (m.of == "iifname") == (p.Hook == Input)
	case "ip", "ip6":
		address := p.Source
		if m.field == "daddr" {
			address = p.Destination
		}
		return slices.ContainsFunc(m.prefixes, func(n netip.Prefix) bool { return n.Contains(address) })
	}
	if m.field == "skuid" {
		return slices.Contains(m.values, strconv.Itoa(p.User))
	}
	return slices.Contains(m.values, p.Protocol) // meta l4proto
}

// newChance reads the two numbers of `numgen random mod MOD < BELOW`.
func newChance(mod, below string) (match, error) {
	m := match{of: "numgen"}
	var err error
	if m.mod, err = strconv.Atoi(mod); err != nil || m.mod < 1 {
		return m, fmt.Errorf("numgen: modulus %q", mod)
	}
	if m.below, err = strconv.Atoi(below); err != nil || m.below < 0 || m.below >= m.mod {
		return m, fmt.Errorf("value %s exceeds valid range 0-%d", below, m.mod-1)
	}
	return m, nil
}

// newMatch reads the values of a condition, sorted as nft sorts them.
func newMatch(of, field string, values []string) (match, error) {
	m := match{of: of, field: field}
	for _, value := range values {
		if err := m.add(value); err != nil {
			return m, err
		}
	}
	slices.SortFunc(m.prefixes, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	for i := 1; i < len(m.prefixes); i++ {
		if m.prefixes[i-1].Overlaps(m.prefixes[i]) && m.prefixes[i-1] != m.prefixes[i] {
			return m, fmt.Errorf("conflicting intervals specified: %s and %s", m.prefixes[i-1], m.prefixes[i])
		}
	}
	for _, n := range slices.Compact(m.prefixes) {
		m.values = append(m.values, strings.TrimSuffix(strings.TrimSuffix(n.String(), "/32"), "/128"))
	}
	slices.Sort(m.ports)
	for _, port := range slices.Compact(m.ports) {
		m.values = append(m.values, strconv.Itoa(port))
	}
	if len(m.values) == 0 {
		return m, fmt.Errorf("%s %s has an empty set", of, field)
	}
	return m, nil
}

func (m *match) add(value string) error {
	switch m.of {
	case "ip", "ip6":
		prefix, err := netip.ParsePrefix(value)
		if err != nil {
			address, wrong := netip.ParseAddr(value)
			if wrong != nil {
				return fmt.Errorf("%q is no address", value)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		if prefix.Addr().Is4() != (m.of == "ip") {
			return fmt.Errorf("%q is no address of %s", value, m.of)
		}
		m.prefixes = append(m.prefixes, prefix)
	case "meta":
		m.values = append(m.values, value)
	default:
		port, err := strconv.Atoi(value)
		if err != nil || port < 1 || port > 65535 {
			return fmt.Errorf("%q is no port", value)
		}
		m.ports = append(m.ports, port)
	}
	return nil
}
