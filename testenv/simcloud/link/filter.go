package link

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// parseFilter reads `protocol P prio N u32 match … flowid H:M`.
func parseFilter(words []string) (filter, error) {
	refused := fmt.Errorf("filter %s %w", strings.Join(words, " "), errUsage)
	if words[0] != "protocol" || words[2] != "prio" || words[4] != "u32" || !slices.Contains([]string{"ip", "ipv6"}, words[1]) {
		return filter{}, refused
	}
	priority, err := strconv.Atoi(words[3])
	if err != nil {
		return filter{}, refused
	}
	f := filter{protocol: words[1], priority: priority}
	for rest := words[5:]; len(rest) > 1; {
		if rest[0] == "flowid" && len(rest) == 2 {
			_, f.flow = minor(rest[1])
			return f, nil
		}
		if rest[0] != "match" {
			return filter{}, refused
		}
		match, used := parseMatch(rest[1:])
		if used == 0 {
			return filter{}, refused
		}
		f.matches = append(f.matches, match)
		rest = rest[1+used:]
	}
	return filter{}, refused
}

// parseMatch reads one condition of u32, and says how many words it has.
func parseMatch(words []string) (match func(Packet) bool, used int) {
	line := strings.Join(words, " ") + " "
	starts := func(text string) bool { return strings.HasPrefix(line, text+" ") }
	switch {
	case starts("u32 0 0"):
		return func(Packet) bool { return true }, 3
	case starts("u8 5 0xf at 0"): // a header without options
		return func(Packet) bool { return true }, 5
	case starts("u8 0x84 0xfc at 40"), starts("u8 0x88 0xfe at 40"): // kinds of ICMPv6, which nobody sends here
		return func(Packet) bool { return false }, 5
	case len(words) >= 3 && (words[0] == "ip" || words[0] == "ip6") && words[1] == "dst":
		prefix, err := netip.ParsePrefix(words[2])
		if err != nil {
			return nil, 0
		}
		return func(p Packet) bool { return prefix.Contains(p.To) }, 3
	case len(words) >= 4 && (words[0] == "ip" || words[0] == "ip6"):
		number, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, 0
		}
		switch words[1] + " " + words[3] {
		case "protocol 0xff":
			return func(p Packet) bool { return p.number() == number }, 4
		case "dport 0xffff":
			return func(p Packet) bool { return p.DestinationPort == number }, 4
		case "sport 0xffff":
			return func(p Packet) bool { return p.SourcePort == number }, 4
		}
	}
	return nil, 0
}

// number is that of the packet's protocol.
func (p Packet) number() int {
	return map[string]int{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "vrrp": 112}[p.Protocol]
}
