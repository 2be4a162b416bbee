package link_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// runner runs lines of a program on a set of links.
func runner(t *testing.T, s *link.Set) func(line string) (string, int) {
	t.Helper()
	return func(line string) (string, int) {
		var out bytes.Buffer
		code := s.Command(t.Context(), &shell.Proc{Args: strings.Fields(line), Stdout: &out, Stderr: &out})
		return out.String(), code
	}
}

func links(t *testing.T) *link.Set {
	t.Helper()
	s, err := link.New("10.0.0.1")
	require.NoError(t, err)
	return s
}

// The lists are those of iproute2 6.1 of a link with the same addresses and
// routes, but for what another hardware address makes.
func TestALinkIsListedAsIpListsIt(t *testing.T) {
	run := runner(t, links(t))
	for _, step := range []struct{ line, out string }{
		{"ip addr add fd00::1/64 dev eth0", ""},
		{"ip addr add 10.0.0.5/32 scope global label eth0:x dev eth0", ""},
		{"ip route add 10.5.0.0/16 via 10.0.0.2", ""},
		{"ip route add default via 10.0.0.2 dev eth0 metric 50 proto static", ""},
		{"ip -6 route add fd05::/64 via fd00::2 dev eth0", ""},
		{"ip route add 10.6.0.0/16 dev eth0 src 10.0.0.5 table 77", ""},
		{"ip -o link show dev eth0", `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 02:00:0a:00:00:01 brd ff:ff:ff:ff:ff:ff
`},
		{"ip -o address show dev eth0", `2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::aff:fe00:1/64 scope link \       valid_lft forever preferred_lft forever
2: eth0    inet6 fd00::1/64 scope global \       valid_lft forever preferred_lft forever
2: eth0    inet 10.0.0.5/32 scope global eth0:x\       valid_lft forever preferred_lft forever
`},
		{"ip -4 route show table all dev eth0", `10.6.0.0/16 table 77 scope link src 10.0.0.5 
default via 10.0.0.2 proto static metric 50 
10.0.0.0/24 proto kernel scope link src 10.0.0.1 
10.5.0.0/16 via 10.0.0.2 
local 10.0.0.1 table local proto kernel scope host src 10.0.0.1 
local 10.0.0.5 table local proto kernel scope host src 10.0.0.5 
broadcast 10.0.0.255 table local proto kernel scope link src 10.0.0.1 
`},
		{"ip -6 route show table all dev eth0", `fd00::/64 proto kernel metric 256 pref medium
fd05::/64 via fd00::2 metric 1024 pref medium
fe80::/64 proto kernel metric 256 pref medium
local fd00::1 table local proto kernel metric 0 pref medium
local fe80::aff:fe00:1 table local proto kernel metric 0 pref medium
multicast ff00::/8 table local proto kernel metric 256 pref medium
`},
		{"ip route show", `default via 10.0.0.2 dev eth0 proto static metric 50 
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 
10.5.0.0/16 via 10.0.0.2 dev eth0 
`},
		{"ip -o addr show to 10.0.0.0/28", `2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\       valid_lft forever preferred_lft forever
2: eth0    inet 10.0.0.5/32 scope global eth0:x\       valid_lft forever preferred_lft forever
`},
		{"ip -o route get 10.0.0.77", "10.0.0.77 dev eth0 src 10.0.0.1 uid 0 \\    cache \n"},
		{"ip -o route get 8.8.8.8", "8.8.8.8 via 10.0.0.2 dev eth0 src 10.0.0.1 uid 0 \\    cache \n"},
		{"ip -o route get 127.0.0.1", "local 127.0.0.1 dev lo src 127.0.0.1 uid 0 \\    cache <local> \n"},
		{"ip -o route get 10.0.0.1", "local 10.0.0.1 dev lo src 10.0.0.1 uid 0 \\    cache <local> \n"},
		{"ip neigh show dev eth0 nud permanent", ""},
	} {
		out, code := run(step.line)
		require.Equal(t, step.out, out, step.line)
		require.Zero(t, code, step.line)
	}
}

// What was seen of Linux 6.18: IPv4 addresses stay when their link goes down,
// and with them the routes of the table local; all else of the link is gone,
// and the kernel makes its own anew when it comes up.
func TestALinkThatGoesDownTakesAddressesAndRoutesWithIt(t *testing.T) {
	s := links(t)
	run := runner(t, s)
	peer, beyond, own := netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("10.5.0.1"), netip.MustParseAddr("10.0.0.1")
	for _, line := range []string{"ip addr add fd00::1/64 dev eth0", "ip route add 10.5.0.0/16 via 10.0.0.2", "ip -6 route add fd05::/64 via fd00::2"} {
		_, code := run(line)
		require.Zero(t, code, line)
	}
	require.True(t, s.Sends(peer) && s.Sends(beyond) && s.Hears(own) && s.Hears(netip.MustParseAddr("10.0.0.10")))
	require.False(t, s.Sends(netip.MustParseAddr("10.9.0.1")))
	for range 2 {
		_, code := run("ip link set dev eth0 down")
		require.Zero(t, code)
	}
	require.False(t, s.Sends(peer) || s.Sends(beyond) || s.Hears(own))
	require.True(t, s.Sends(own), "it reaches itself")
	for line, want := range map[string]string{
		"ip -o link show dev eth0":            "<BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN",
		"ip -o address show dev eth0":         "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft forever\n",
		"ip -4 route show table all dev eth0": "local 10.0.0.1 table local proto kernel scope host src 10.0.0.1 \n",
		"ip -6 route show table all dev eth0": "",
		"ip -o route get 10.0.0.2":            "RTNETLINK answers: Network is unreachable\n",
	} {
		out, _ := run(line)
		require.Contains(t, out, want, line)
		if strings.HasSuffix(want, "\n") || want == "" {
			require.Equal(t, want, out, line)
		}
	}
	_, code := run("ip link set eth0 up")
	require.Zero(t, code)
	require.True(t, s.Sends(peer) && s.Hears(own))
	require.False(t, s.Sends(beyond))
	out, _ := run("ip -o -6 address show dev eth0")
	require.Equal(t, "2: eth0    inet6 fe80::aff:fe00:1/64 scope link \\       valid_lft forever preferred_lft forever\n", out)
}

func TestIpRefusesAsTheKernelDoes(t *testing.T) {
	run := runner(t, links(t))
	for _, step := range []struct {
		line, out string
		code      int
	}{
		{"ip addr add 10.0.0.1/24 dev eth0", "Error: Address already assigned.\n", 2},
		{"ip addr add 10.0.0.1/99 dev eth0", "any valid prefix is expected rather than \"10.0.0.1/99\"\n", 2},
		{"ip addr add 10.0.0.3/24 peer 10.0.0.4 dev eth0", "either \"local\" is duplicate, or \"peer\" is a garbage\n", 2},
		{"ip addr del 10.9.9.9/32 dev eth0", "Error: Address not found.\n", 2},
		{"ip route add 10.0.0.0/24 dev eth0", "RTNETLINK answers: File exists\n", 2},
		{"ip route add 10.5.0.0/16 via 10.7.0.1", "Error: Nexthop has invalid gateway.\n", 2},
		{"ip route add 10.5.0.0/16 via 10.7.0.1 dev eth0", "Error: Nexthop has invalid gateway.\n", 2},
		{"ip route add 10.5.0.0/16 dev eth9", "Cannot find device \"eth9\"\n", 2},
		{"ip route add 10.5.0.0/16 dev eth0 onlink", "command line is not complete. Try option \"help\"\n", 2},
		{"ip route del 10.99.0.0/16", "RTNETLINK answers: No such process\n", 2},
		{"ip -o link show dev eth9", "Device \"eth9\" does not exist.\n", 2},
		{"ip link set eth9 up", "Cannot find device \"eth9\"\n", 2},
		{"ip link set eth0 mtu 9000", "ip: link set eth0 mtu 9000 is not known here\n", 255},
		{"ip addr show", "ip: address without -o is not known here\n", 255},
		{"ip rule show", "ip: \"rule show\" is not known here\n", 255},
		{"ip -j link show", "Option \"-j\" is unknown, try \"ip -help\".\n", 255},
		{"ip link set eth0 down", "", 0},
		{"ip route add 10.5.0.0/16 dev eth0", "Error: Device for nexthop is not up.\n", 2},
	} {
		out, code := run(step.line)
		require.Equal(t, step.out, out, step.line)
		require.Equal(t, step.code, code, step.line)
	}
}
