package network_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/network"
)

func addrs(list ...string) []netip.Addr {
	var all []netip.Addr
	for _, one := range list {
		all = append(all, netip.MustParseAddr(one))
	}
	return all
}

func TestDNSDropsAnswersOrRejectsQueries(t *testing.T) {
	for _, c := range []struct {
		fault                     network.DNS
		in, out, others, attempts string
	}{
		{network.DNS{Answer: "drop"}, "meta l4proto { tcp, udp } th sport 53 counter drop", "", "", ""},
		{network.DNS{Answer: "reject"}, "", "tcp dport 53 counter reject with tcp reset; udp dport 53 counter reject", "", ""},
		{
			network.DNS{Answer: "drop", Servers: addrs("10.0.0.53", "fd00::53", "10.0.0.9")},
			"ip saddr { 10.0.0.9, 10.0.0.53 } meta l4proto { tcp, udp } th sport 53 counter drop; ip6 saddr { fd00::53 } meta l4proto { tcp, udp } th sport 53 counter drop", "",
			"10.0.0.9 10.0.0.53 fd00::53", "10.0.0.9:53 10.0.0.53:53 [fd00::53]:53",
		},
		{
			network.DNS{Answer: "reject", Servers: addrs("10.0.0.53")}, "",
			"ip daddr { 10.0.0.53 } tcp dport 53 counter reject with tcp reset; ip daddr { 10.0.0.53 } udp dport 53 counter reject", "10.0.0.53", "10.0.0.53:53",
		},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, []string{"7f3c0a1e-strike-1-1", "dns", c.in, c.out, c.others, c.attempts, "ctl-1 from its resolvers"}, s.Args)
		require.Equal(t, []string{"network:dns"}, s.Resources)
	}
	for _, c := range []struct {
		fault   network.DNS
		service string
		want    string
	}{
		{network.DNS{Answer: "lie"}, "", `answer: "lie" is neither drop nor reject`},
		{network.DNS{Answer: "drop", Servers: addrs("fe80::1%eth0")}, "", "servers: fe80::1%eth0 is no resolver's address"},
		{network.DNS{Answer: "drop", Servers: addrs("0.0.0.0")}, "", "servers: 0.0.0.0 is no resolver's address"},
		{network.DNS{Answer: "drop"}, "keystone", "this fault strikes whole nodes"},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
	}
}

func TestPreflightWantsAResolverThatErisDoesNotComeFrom(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	none := "this node knows no resolver: /etc/resolv.conf names none with a plain address, and the arguments none\n"
	own := "eris comes from 127.1.0.2, which is this node's resolver and is let through\n"
	for _, c := range []struct {
		conf, controller string
		servers          []netip.Addr
		want             string
	}{
		{"nameserver 127.1.0.2", "127.0.0.1", nil, ""},
		{"nameserver 127.1.0.2", "127.1.0.2", nil, own},
		{"search x", "127.0.0.1", nil, none},
		{"nameserver fe80::1%eth0", "127.0.0.1", nil, none},
		{"nameserver fd00::53", "fd00::53", nil, "eris comes from fd00::53, which is this node's resolver and is let through\n"},
		{"search x", "127.0.0.1", addrs("127.1.0.2"), ""},
		{"search x", "127.1.0.2", addrs("127.1.0.2"), own},
		{"# nameserver 1.1.1.1\nnameserver  127.1.0.2 ", "", nil, "ssh does not say from where it comes, so nobody knows what must not be cut off\n"},
	} {
		bed.Shell(t, "echo '%s' >/etc/resolv.conf", c.conf)
		said, code := stepper(t, bed, &network.DNS{Answer: "drop", Servers: c.servers})(c.controller, "preflight")
		require.Equal(t, c.want, said)
		require.Equal(t, c.want != "", code != 0)
	}
}

func TestANodeWithoutAnAnswerFromItsResolver(t *testing.T) {
	t.Parallel()
	for answer, c := range map[string]struct{ seen, connect, name string }{
		"drop":   {"cut off: ctl-3 from its resolvers: 1 of 1 attempts without an answer, ", "124", "124"},
		"reject": {"cut off: ctl-3 from its resolvers: 1 of 1 attempts refused, ", "1", "2"},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "")
			connects := func(want string) {
				t.Helper()
				require.Equal(t, want, bed.Shell(t, "timeout %s nc -z 127.1.0.2 53 >/dev/null 2>&1; echo $?", patience(want)))
			}
			named := func(want string) {
				t.Helper()
				require.Equal(t, want, bed.Shell(t, "timeout %s getent hosts ctl-1 >/dev/null; echo $?", patience(want)))
			}
			run := stepper(t, bed, &network.DNS{Answer: answer})
			_, code := run("127.0.0.1", "observe")
			require.Equal(t, 1, code)
			for _, step := range []string{"preflight", "prepare", "inject"} {
				said, code := run("127.0.0.1", step)
				require.Zero(t, code, said)
			}
			said, code := run("127.0.0.1", "observe")
			require.Zero(t, code)
			require.Contains(t, said, c.seen)
			connects(c.connect)
			named(c.name)
			require.Equal(t, "0", bed.Shell(t, "nc -z -w 5 127.1.0.11 5000; echo $?"), "who is asked by its address")
			for _, verdict := range []string{"drop", "reject"} {
				bed.Shell(t, "echo 'table inet foreign { chain o { type filter hook output priority -500; tcp dport 53 %s; } }' | nft -f -", verdict)
				_, code = run("127.0.0.1", "observe")
				require.Equal(t, 75, code, "a silence, or a refusal, that the fault's own rules have not made")
				bed.Shell(t, "nft delete table inet foreign")
			}
			for range 2 {
				said, code = run("127.0.0.1", "undo")
				require.Zero(t, code, said)
			}
			connects("0")
			named("0")
		})
	}
}
