package nft_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

const table = `
table inet cut
delete table inet cut
table inet cut {
chain cut-in {
type filter hook input priority -400; policy accept
ip saddr 198.18.0.1 accept
iifname "lo" udp dport 53 accept
ip daddr { 198.18.0.11, 127.0.0.1 } meta l4proto { tcp, udp } th dport { 5000, 4567 } counter drop; ip6 daddr { ::1 } tcp dport 5000 counter drop
}
chain aside { counter }
}
`

// listed is what nft 1.0.6 prints of it.
const listed = `table inet cut {
	chain cut-in {
		type filter hook input priority -400; policy accept;
		ip saddr 198.18.0.1 accept
		iifname "lo" udp dport 53 accept
		ip daddr { 127.0.0.1, 198.18.0.11 } meta l4proto { tcp, udp } th dport { 4567, 5000 } counter packets 0 bytes 0 drop
		ip6 daddr ::1 tcp dport 5000 counter packets 0 bytes 0 drop
	}

	chain aside {
		counter packets 0 bytes 0
	}
}
`

func packet(from, to, protocol string, port int) nft.Packet {
	return nft.Packet{
		Hook: nft.Input, Source: netip.MustParseAddr(from), Destination: netip.MustParseAddr(to),
		Protocol: protocol, SourcePort: 40000, DestinationPort: port,
	}
}

func passes(r *nft.Ruleset, p nft.Packet) bool { return r.Fate(p) == nft.Passed }

func TestATableIsPrintedAsNftPrintsIt(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load(table, true))
	require.Empty(t, r.Tables(), "it was only checked")
	require.NoError(t, r.Load(table, false))
	require.NoError(t, r.Load(table, false), "it is replaced")
	text, err := r.List("inet", "cut", false)
	require.NoError(t, err)
	require.Equal(t, listed, text)
	require.NoError(t, (&nft.Ruleset{}).Load(listed, false), "what is printed can be read")
	text, err = r.List("inet", "cut", true)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(listed, " packets 0 bytes 0", ""), text)
}

func TestWhatIsDroppedIsCounted(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load(table, false))
	for _, c := range []struct {
		packet nft.Packet
		passes bool
	}{
		{packet("198.18.0.12", "198.18.0.11", "tcp", 5000), false},
		{packet("198.18.0.12", "198.18.0.11", "udp", 4567), false},
		{packet("198.18.0.12", "198.18.0.11", "icmp", 0), true},
		{packet("198.18.0.12", "198.18.0.11", "tcp", 22), true},
		{packet("198.18.0.12", "198.18.0.10", "tcp", 5000), true},
		{packet("198.18.0.1", "198.18.0.11", "tcp", 5000), true},
		{packet("127.0.0.1", "127.0.0.1", "tcp", 5000), false},
		{packet("::1", "::1", "tcp", 5000), false},
		{packet("::1", "::1", "udp", 5000), true},
	} {
		require.Equal(t, c.passes, passes(r, c.packet), "%+v", c.packet)
		out := c.packet
		out.Hook = nft.Output
		require.True(t, passes(r, out), "no chain hooks there")
	}
	text, err := r.List("inet", "cut", false)
	require.NoError(t, err)
	require.Contains(t, text, "{ 4567, 5000 } counter packets 3 bytes 180 drop")
	require.Contains(t, text, "tcp dport 5000 counter packets 1 bytes 60 drop")
}

// An accept ends its own chain only, whatever comes first; a drop is final.
func TestAnAcceptIsNoLastWord(t *testing.T) {
	chain := func(priority, verdict string) string {
		return "{ chain c { type filter hook input priority " + priority + "; policy accept; tcp dport 80 " + verdict + " } }\n"
	}
	for _, order := range [][2]string{{"-10", "10"}, {"10", "-10"}} {
		r := &nft.Ruleset{}
		require.NoError(t, r.Load("table inet a "+chain(order[0], "accept")+"table ip b "+chain(order[1], "drop"), false))
		require.False(t, passes(r, packet("198.18.0.12", "198.18.0.11", "tcp", 80)))
		require.True(t, passes(r, packet("fd00::12", "fd00::11", "tcp", 80)), "the table that drops is one of IPv4")
	}
}

func TestChainsAreAskedByTheirPriority(t *testing.T) {
	for first, counted := range map[string]string{"-10": "0", "10": "1"} {
		r := &nft.Ruleset{}
		require.NoError(t, r.Load("table inet a { chain c { type filter hook input priority 0; tcp dport 80 counter accept } }\n"+
			"table inet b { chain c { type filter hook input priority "+first+"; tcp dport 80 drop } }\n", false))
		require.False(t, passes(r, packet("198.18.0.12", "198.18.0.11", "tcp", 80)))
		text, err := r.List("inet", "a", false)
		require.NoError(t, err)
		require.Contains(t, text, "type filter hook input priority filter; policy accept;")
		require.Contains(t, text, "counter packets "+counted+" ")
	}
}

func TestWhatStaysOnTheNodeIsTold(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load(`table inet a {
		chain i { type filter hook input priority 0; iifname lo accept; ip saddr 198.18.0.12 drop; }
		chain o { type filter hook output priority 0; iifname "lo" drop; oifname "lo" accept; ip daddr 198.18.0.11 drop; }
	}`, false))
	p := packet("198.18.0.12", "198.18.0.11", "tcp", 80)
	for _, hook := range []nft.Hook{nft.Input, nft.Output} {
		p.Hook, p.Loopback = hook, false
		require.False(t, passes(r, p))
		p.Loopback = true
		require.True(t, passes(r, p), hook)
	}
}

// A condition that is drawn anew for each packet loses its share of them, which
// is not the same as dropping all: a sender that repeats comes through.
func TestAShareIsLost(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load(`table inet a {
		chain i { type filter hook input priority 0; tcp dport 81 drop; ip saddr 198.18.0.12 tcp dport != { 22, 80 } counter
			ip saddr 198.18.0.12 tcp dport != { 22, 80 } numgen random mod 100 < 30 counter drop; }
		chain o { type filter hook output priority 0; policy drop; numgen random mod 10 < 5 accept; }
	}`, false))
	text, err := r.List("inet", "a", true)
	require.NoError(t, err)
	require.Contains(t, text, "ip saddr 198.18.0.12 tcp dport != { 22, 80 } numgen random mod 100 < 30 counter drop\n")
	fates := map[nft.Fate]int{}
	for range 1000 {
		fates[r.Fate(packet("198.18.0.12", "198.18.0.11", "tcp", 5000))]++
		require.True(t, passes(r, packet("198.18.0.12", "198.18.0.11", "tcp", 80)), "not one of the others")
		require.Equal(t, nft.Dropped, r.Fate(packet("198.18.0.12", "198.18.0.11", "tcp", 81)))
	}
	require.InDelta(t, 300, fates[nft.Lost], 60)
	require.Zero(t, fates[nft.Dropped])
	text, err = r.List("inet", "a", false)
	require.NoError(t, err)
	require.Contains(t, text, "{ 22, 80 } counter packets 1000 bytes 60000\n")
	require.Contains(t, text, fmt.Sprintf("mod 100 < 30 counter packets %d bytes %d drop\n", fates[nft.Lost], 60*fates[nft.Lost]))
	out := packet("198.18.0.11", "198.18.0.12", "tcp", 80)
	out.Hook = nft.Output
	for range 100 {
		fates[r.Fate(out)]++
	}
	require.Zero(t, fates[nft.Dropped], "a policy after a chance is one too")
}

func TestARejectIsTold(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load("table inet a { chain i { type filter hook input priority 0; tcp dport 53 counter reject with tcp reset; udp dport 53 counter reject; } }", false))
	text, err := r.List("inet", "a", true)
	require.NoError(t, err)
	require.Contains(t, text, "\t\ttcp dport 53 counter reject with tcp reset\n\t\tudp dport 53 counter reject\n")
	for _, protocol := range []string{"tcp", "udp"} {
		require.Equal(t, nft.Rejected, r.Fate(packet("198.18.0.12", "198.18.0.11", protocol, 53)))
		require.Equal(t, nft.Passed, r.Fate(packet("198.18.0.12", "198.18.0.11", protocol, 54)))
	}
}

func TestWhatIsNotKnownIsRefusedAsAWhole(t *testing.T) {
	for text, want := range map[string]string{
		"table inet a {}\nflush ruleset":                                                               `"flush" is not known here`,
		"table inet a {}\ntable arp b {}":                                                              "table arp b",
		"delete table inet a":                                                                          "No such file or directory",
		"table inet a { chain c { ct state established accept } }":                                     `"ct" is not known here`,
		"table inet a { chain c { type nat hook input priority 0; } }":                                 "is not known here",
		"table inet a { chain c { type filter hook forward priority 0; } }":                            "hook forward",
		"table inet a { chain c { tcp dport ssh drop } }":                                              `"ssh" is no port`,
		"table inet a { chain c { ip saddr ::1 drop } }":                                               `"::1" is no address of ip`,
		"table inet a { chain c { ip saddr { 127.0.0.0/8, 127.1.0.1 } drop } }":                        "conflicting intervals",
		"table inet a { chain c { iifname eth0 accept } }":                                             `interface "eth0"`,
		"table inet a { chain c { numgen random mod 100 < 100 drop } }":                                "value 100 exceeds valid range 0-99",
		"table inet a { chain c { numgen inc mod 10 < 1 drop } }":                                      `unexpected "inc"`,
		"table inet a { chain c { reject with icmp port-unreachable } }":                               "is not known here",
		"table inet a { chain c { drop counter } }":                                                    `unexpected "counter"`,
		"table inet a { chain c { ip saddr { 127.0.0.1":                                                "end of file",
		"table inet a { chain c { counter":                                                             "end of file",
		"table inet a { chain c { counter } }\ntable inet a { chain c { counter } }":                   "chain c is there already",
		"table inet a { chain c { type filter hook input priority 0; policy accept; th dport { } drop": "empty set",
	} {
		r := &nft.Ruleset{}
		require.ErrorContains(t, r.Load(text, false), want, text)
		require.Empty(t, r.Tables(), text)
	}
}

// What makes a connection and what is said on it are asked apart: the second only
// of rules that look at flags, and by none is it counted twice.
func TestRulesOfFlagsAreOfWhatIsSaid(t *testing.T) {
	r := &nft.Ruleset{}
	require.NoError(t, r.Load(`table inet hang {
chain i {
type filter hook input priority -400; policy accept
ip saddr 198.18.0.1 accept
tcp dport 80 counter
tcp dport 80 tcp flags & psh == psh counter drop
tcp dport 81 tcp flags & syn == 0 counter drop
}
}`, false))
	for _, port := range []int{80, 81} {
		p := packet("198.18.0.12", "198.18.0.11", "tcp", port)
		require.Equal(t, nft.Passed, r.Fate(p))
		p.Data = true
		require.Equal(t, nft.Dropped, r.Fate(p))
		p = packet("198.18.0.1", "198.18.0.11", "tcp", port)
		p.Data = true
		require.Equal(t, nft.Passed, r.Fate(p), "accepted before")
	}
	text, err := r.List("inet", "hang", false)
	require.NoError(t, err)
	require.Contains(t, text, `		tcp dport 80 counter packets 1 bytes 60
		tcp dport 80 tcp flags & psh == psh counter packets 1 bytes 60 drop
		tcp dport 81 tcp flags ! syn counter packets 1 bytes 60 drop
`)
	require.ErrorContains(t, r.Load("table inet t { chain c { tcp flags & fin == fin drop; } }", false), "tcp flags & fin == fin is not known here")
}
