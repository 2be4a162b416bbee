package network_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

func partition(change func(p *network.Partition)) *network.Partition {
	p := network.NewPartition()
	change(p)
	return p
}

func rules(arg string) []string { return strings.Split(arg, "; ") }

func TestPartitionCutsANodeOffFromEveryOther(t *testing.T) {
	s, err := network.NewPartition().Scripts(target(t, "ctl-1", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-strike-1-1", "partition"}, s.Args[:2])
	require.Equal(t, []string{
		`iifname "lo" accept`, "ip saddr 198.18.0.12 counter drop", "ip saddr 198.18.0.13 counter drop",
		"ip saddr 198.18.0.21 counter drop", "ip6 saddr fd00::12 counter drop",
	}, rules(s.Args[2]))
	require.Equal(t, []string{
		`oifname "lo" accept`, "ip daddr 198.18.0.12 counter drop", "ip daddr 198.18.0.13 counter drop",
		"ip daddr 198.18.0.21 counter drop", "ip6 daddr fd00::12 counter drop",
		"ip daddr 224.0.0.0/4 counter drop", "ip6 daddr ff02::12 counter drop",
	}, rules(s.Args[3]))
	require.Equal(t, []string{
		"198.18.0.12 198.18.0.13 198.18.0.21 fd00::12", "198.18.0.21:22 198.18.0.12:22 198.18.0.13:22",
		"ctl-1 from cmp-1, ctl-2, ctl-3",
	}, s.Args[4:])
	require.Equal(t, []string{"network:partition"}, s.Resources)
	require.Contains(t, s.Healthy, "keystone does not do its work")
	require.Contains(t, s.Healthy, "haproxy does not do its work")
	require.Contains(t, s.Tools, "curl")
}

// A | B is struck on every node of A, which go on hearing each other.
func TestTheFaultsOwnTargetsAreOnOneSide(t *testing.T) {
	at := target(t, "ctl-1", "")
	at.Others = []faults.Target{target(t, "ctl-2", "")}
	s, err := partition(func(p *network.Partition) { p.From = inventory.Selector{Role: "controller"} }).Scripts(at)
	require.NoError(t, err)
	require.Equal(t, []string{`iifname "lo" accept`, "ip saddr 198.18.0.13 counter drop"}, rules(s.Args[2]))
	require.Equal(t, []string{`oifname "lo" accept`, "ip daddr 198.18.0.13 counter drop"}, rules(s.Args[3]),
		"multicast is not cut where others on this side hear it")
	require.Equal(t, "ctl-1 from ctl-3", s.Args[6])
}

func TestPartitionOneWayAndFurtherAddresses(t *testing.T) {
	of := func(way string) []string {
		s, err := partition(func(p *network.Partition) {
			p.From, p.Direction = inventory.Selector{Nodes: []string{"ctl-3"}}, way
			p.Addresses = []netip.Addr{netip.MustParseAddr("198.18.0.10"), netip.MustParseAddr("198.18.0.13")}
		}).Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, "198.18.0.10 198.18.0.13", s.Args[4])
		require.Equal(t, "198.18.0.13:22", s.Args[5], "who has the further one now is not known")
		return s.Args
	}
	require.Equal(t, `iifname "lo" accept; ip saddr 198.18.0.10 counter drop; ip saddr 198.18.0.13 counter drop`, of("in")[2])
	require.Empty(t, of("in")[3])
	require.Empty(t, of("out")[2])
	require.Equal(t, `oifname "lo" accept; ip daddr 198.18.0.10 counter drop; ip daddr 198.18.0.13 counter drop`, of("out")[3])
}

func TestPartitionRefusesWhatIsNoOtherSide(t *testing.T) {
	for _, c := range []struct {
		service string
		change  func(p *network.Partition)
		want    string
	}{
		{"keystone", nil, "keystone@ctl-1 is a service, and this fault strikes whole nodes"},
		{"", func(p *network.Partition) { p.From.Node = "ctl-1" }, "nobody is left on the other side"},
		{"", func(p *network.Partition) { p.From.Role = "controler" }, `from: unknown role "controler"; did you mean controller?`},
		{"", func(p *network.Partition) { p.Direction = "" }, `direction: "" is none of in, out and both`},
		{"", func(p *network.Partition) { p.Addresses = []netip.Addr{netip.MustParseAddr("127.0.0.1")} }, "addresses: 127.0.0.1 is nobody's on the other side"},
		{"", func(p *network.Partition) { p.Addresses = []netip.Addr{netip.MustParseAddr("fe80::1%eth0")} }, "addresses: fe80::1%eth0 is nobody's"},
	} {
		p := network.NewPartition()
		if c.change != nil {
			c.change(p)
		}
		_, err := p.Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
	}
	same := target(t, "ctl-1", "")
	for _, node := range same.Cloud.Nodes {
		node.Address, node.Listen = address("127.0.0.1:22"), "127.0.0.1"
	}
	_, err := network.NewPartition().Scripts(same)
	require.ErrorContains(t, err, "cmp-1 has no address of its own")
	alone := target(t, "ctl-1", "")
	alone.Cloud = nil
	_, err = network.NewPartition().Scripts(alone)
	require.ErrorContains(t, err, "nobody knows the other nodes")
}
