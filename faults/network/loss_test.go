package network_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

func loss(change func(l *network.Loss)) *network.Loss {
	l := network.NewLoss()
	change(l)
	return l
}

func TestLossDropsAShareOfWhatIsBetweenNodes(t *testing.T) {
	s, err := network.NewLoss().Scripts(target(t, "ctl-1", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-strike-1-1", "loss"}, s.Args[:2])
	require.Equal(t, []string{
		`iifname "lo" accept`,
		"ip saddr { 198.18.0.12, 198.18.0.13, 198.18.0.21 } counter",
		"ip saddr { 198.18.0.12, 198.18.0.13, 198.18.0.21 } numgen random mod 100 < 10 counter drop",
		"ip6 saddr { fd00::12 } counter",
		"ip6 saddr { fd00::12 } numgen random mod 100 < 10 counter drop",
	}, rules(s.Args[2]))
	require.Equal(t, strings.NewReplacer("saddr", "daddr", "iif", "oif").Replace(s.Args[2]), s.Args[3])
	require.Equal(t, []string{
		"198.18.0.12 198.18.0.13 198.18.0.21 fd00::12", "198.18.0.21:22 198.18.0.12:22 198.18.0.13:22",
		"ctl-1 and cmp-1, ctl-2, ctl-3", "10",
	}, s.Args[4:])
	require.Equal(t, []string{"network:loss"}, s.Resources)
	require.Contains(t, s.Healthy, "keystone does not do its work")
}

func TestLossOfPortsOneWay(t *testing.T) {
	s, err := loss(func(l *network.Loss) {
		l.Share, l.Direction, l.Ports = 0.25, "in", []int{5672, 4567, 5672}
		l.From, l.Addresses = inventory.Selector{Node: "ctl-3"}, []netip.Addr{netip.MustParseAddr("198.18.0.10")}
	}).Scripts(target(t, "ctl-1", ""))
	require.NoError(t, err)
	const of = "ip saddr { 198.18.0.10, 198.18.0.13 } meta l4proto { tcp, udp } th "
	require.Equal(t, []string{
		`iifname "lo" accept`,
		of + "dport { 4567, 5672 } counter",
		of + "dport { 4567, 5672 } numgen random mod 100 < 25 counter drop",
		of + "sport { 4567, 5672 } th dport != { 4567, 5672 } counter",
		of + "sport { 4567, 5672 } th dport != { 4567, 5672 } numgen random mod 100 < 25 counter drop",
	}, rules(s.Args[2]))
	require.Empty(t, s.Args[3])
	require.Equal(t, []string{"198.18.0.10 198.18.0.13", "198.18.0.13:4567", "ctl-1 and ctl-3, port 4567, 5672", "25"}, s.Args[4:])
}

func TestLossRefusesWhatItCannotDraw(t *testing.T) {
	for _, c := range []struct {
		service string
		change  func(l *network.Loss)
		want    string
	}{
		{"", func(l *network.Loss) { l.Share = 1 }, "share: 100% is not a whole percentage from 1% to 99%; network.partition drops all"},
		{"", func(l *network.Loss) { l.Share = 0 }, "share: 0% is not"},
		{"", func(l *network.Loss) { l.Share = 0.015 }, "share: 1.5% is not"},
		{"", func(l *network.Loss) { l.Direction = "up" }, `direction: "up" is none of in, out and both`},
		{"", func(l *network.Loss) { l.Ports = []int{70000} }, "ports: 70000 is not between 1 and 65535"},
		{"", func(l *network.Loss) { l.Addresses = []netip.Addr{netip.MustParseAddr("ff02::1")} }, "addresses: ff02::1 is nobody's"},
		{"", func(l *network.Loss) { l.From.Node = "ctl-1" }, "nobody is left on the other side"},
		{"keystone", func(*network.Loss) {}, "keystone@ctl-1 is a service, and this fault strikes whole nodes"},
	} {
		_, err := loss(c.change).Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
	}
	for _, share := range []float64{0.01, 0.07, 0.29, 0.58, 0.99} {
		require.NoError(t, loss(func(l *network.Loss) { l.Share = percent(share) }).Validate(), share)
	}
}

func TestIsolateIsAPartitionFromAll(t *testing.T) {
	vip := netip.MustParseAddr("198.18.0.10")
	one, err := (&network.Isolate{Addresses: []netip.Addr{vip}}).Scripts(target(t, "ctl-1", ""))
	require.NoError(t, err)
	other, err := partition(func(p *network.Partition) { p.Addresses = []netip.Addr{vip} }).Scripts(target(t, "ctl-1", ""))
	require.NoError(t, err)
	require.Equal(t, other, one)
	require.ErrorContains(t, (&network.Isolate{Addresses: []netip.Addr{netip.MustParseAddr("::1")}}).Validate(), "addresses: ::1 is nobody's")
}

// The proof is what the rules counted: too few packets, none lost, or a share
// that chance does not make of the one asked for is none.
func TestTheShareThatIsSeenIsTheOneAskedFor(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	s, err := loss(func(l *network.Loss) { l.Share = 0.3 }).Scripts(bed.Target())
	require.NoError(t, err)
	for _, c := range []struct {
		all, lost string
		want      string
	}{
		{"400", "120", "lossy: ctl-3 and ctl-1, ctl-2: 240 of 800 packets dropped, 30% (asked for 30%)\n"},
		{"400", "150", "lossy: ctl-3 and ctl-1, ctl-2: 300 of 800 packets dropped, 38% (asked for 30%)\n"},
		{"400", "170", ""}, {"400", "60", ""}, {"400", "400", ""}, {"9", "3", ""}, {"30", "0", ""}, {"0", "0", ""},
	} {
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: `timeout() { :; }
nft() {
	echo '	iifname "lo" accept
		ip saddr 127.1.0.11 counter packets ` + c.all + ` bytes 60
		ip saddr 127.1.0.11 numgen random mod 100 < 30 counter packets ` + c.lost + ` bytes 60 drop
		ip daddr 127.1.0.11 counter packets ` + c.all + ` bytes 60
		ip daddr 127.1.0.11 numgen random mod 100 < 30 counter packets ` + c.lost + ` bytes 60 drop'
}
` + s.Observe})
		require.Equal(t, c.want, string(result.Stdout))
		require.Equal(t, c.want != "", result.OK())
	}
}

func TestOnlyThePortsThatAreNamedAreLossy(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	run := stepper(t, bed, loss(func(l *network.Loss) { l.Share, l.Ports, l.Direction = 0.9, []int{11211}, "in" }))
	for _, step := range []string{"preflight", "prepare", "inject", "observe"} {
		said, code := run("127.1.0.1", step)
		require.Zero(t, code, said)
	}
	heard := func(node, port, within string) string {
		other := faulttest.Bed{Runner: bed.Runner, Node: bed.Cloud.NodeByName(node)}
		return other.Shell(t, "{ for i in 1 2 3 4 5 6 7 8; do (timeout %s nc -z 127.1.0.13 %s; echo $?) & done; wait; } | sort | uniq -c | tr -s ' ' | tr '\\n' ' '", within, port)
	}
	require.Equal(t, "8 0", heard("ctl-2", "3306", "10"))
	require.Equal(t, "8 0", heard(struck, "11211", "10"), "loopback")
	require.Contains(t, heard("ctl-2", "11211", "0.7"), " 124")
	for range 2 {
		said, code := run("127.1.0.1", "undo")
		require.Zero(t, code, said)
	}
	require.Equal(t, "8 0", heard("ctl-2", "11211", "10"))
	_, code := run("127.1.0.1", "observe")
	require.Equal(t, 1, code)
}
