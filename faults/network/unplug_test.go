package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

func unplug(change func(u *network.Unplug)) *network.Unplug {
	u := network.NewUnplug()
	change(u)
	return u
}

func TestUnplugCutsTheServicesPortsAtItsNodesOwnAddresses(t *testing.T) {
	s, err := network.NewUnplug().Scripts(target(t, "ctl-2", "keystone"))
	require.NoError(t, err)
	const ports = " meta l4proto { tcp, udp } th "
	require.Equal(t, []string{
		"7f3c0a1e-strike-1-1", "unplug-keystone",
		"ip daddr { 127.0.0.1, 198.18.0.12 }" + ports + "dport { 5000 } counter drop; ip6 daddr { ::1, fd00::12 }" + ports + "dport { 5000 } counter drop",
		"ip saddr { 127.0.0.1, 198.18.0.12 }" + ports + "sport { 5000 } counter drop; ip6 saddr { ::1, fd00::12 }" + ports + "sport { 5000 } counter drop",
		"", "198.18.0.12:5000", "port 5000 of 198.18.0.12 fd00::12",
	}, s.Args)
	require.Equal(t, []string{"network:unplug-keystone"}, s.Resources)
	require.Contains(t, s.Healthy, "http://[fd00::12]:5000/healthcheck")
	require.Contains(t, s.Tools, "curl")
}

func TestUnplugOneWayAndFurtherPorts(t *testing.T) {
	s, err := unplug(func(u *network.Unplug) { u.Direction, u.Ports = "out", []int{4567, 11211, 4567} }).Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	require.Empty(t, s.Args[2])
	require.Contains(t, s.Args[3], "ip saddr { 127.0.0.1, 198.18.0.13 } meta l4proto { tcp, udp } th sport { 4567, 11211 } counter drop")
	require.Equal(t, "198.18.0.13:11211", s.Args[5], "the service listens at its port; further ones may be silent")
	s, err = unplug(func(u *network.Unplug) { u.Direction = "in" }).Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	require.Empty(t, s.Args[3])
}

func TestUnplugThatRejectsRefusesWhatIsSent(t *testing.T) {
	s, err := unplug(func(u *network.Unplug) { u.Answer = "reject" }).Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	const to = "ip daddr { 127.0.0.1, 198.18.0.13 } "
	require.Contains(t, s.Args[2], to+"tcp dport { 11211 } counter reject with tcp reset; "+to+"udp dport { 11211 } counter reject")
	require.Empty(t, s.Args[3])
	require.Equal(t, "198.18.0.13:11211", s.Args[5])
}

func TestUnplugFromAPeer(t *testing.T) {
	from := func(service string) *network.Unplug {
		return unplug(func(u *network.Unplug) { u.From = service })
	}
	s, err := from("nova-compute").Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	require.Equal(t, "ip daddr { 127.0.0.1, 198.18.0.13 } ip saddr { 198.18.0.21 } meta l4proto { tcp, udp } th dport { 11211 } counter drop", s.Args[2])
	require.Equal(t, "198.18.0.21", s.Args[4], "who must not be the one with Eris")
	require.Empty(t, s.Args[5], "the node itself is let through, and proves nothing")
	require.Equal(t, "port 11211 of 198.18.0.13, from cmp-1", s.Args[6])

	s, err = from("keystone").Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	require.Contains(t, s.Args[2], "ip saddr { 127.0.0.1, 198.18.0.11, 198.18.0.12, 198.18.0.13 }", "a peer on the node comes through loopback")
	require.Contains(t, s.Args[2], "ip6 daddr { ::1 } ip6 saddr { ::1, fd00::12 }")
	require.Equal(t, "198.18.0.11 198.18.0.12 fd00::12", s.Args[4])
	require.Equal(t, "198.18.0.13:11211", s.Args[5])
}

func TestAnAddressThatNodesShareIsAForwarders(t *testing.T) {
	at := target(t, "ctl-3", "memcached")
	at.Cloud.NodeByName("ctl-1").Address = address("198.18.0.13:2222")
	at.Cloud.NodeByName("ctl-3").Listen = "10.0.0.3"
	s, err := network.NewUnplug().Scripts(at)
	require.NoError(t, err)
	require.Contains(t, s.Args[2], "ip daddr { 10.0.0.3, 127.0.0.1 }")
}

func TestUnplugRefusesWhatItCannotCutAlone(t *testing.T) {
	for _, c := range []struct {
		node, service string
		change        func(u *network.Unplug)
		want          string
	}{
		{"ctl-1", "", nil, "ctl-1 is a whole node, and this fault strikes a service"},
		{"cmp-1", "nova-compute", nil, "the inventory knows no port of nova-compute"},
		{"cmp-1", "bastion", nil, "port 22 of cmp-1 is its sshd's, through which Eris comes"},
		{"ctl-1", "haproxy", nil, "port 5000 of ctl-1 is that of keystone too, and the inventory does not tell which of them is at 198.18.0.11"},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.Ports = []int{5000} }, "port 5000 of ctl-2 belongs to haproxy, which would be lost uncounted"},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.From = "keyston" }, `from: unknown service "keyston"; did you mean keystone?`},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.Direction = "up" }, `direction: "up" is none of in, out and both`},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.Answer = "lie" }, `answer: "lie" is neither drop nor reject`},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.Answer, u.Direction = "reject", "out" }, "and direction: out is what it answers"},
		{"ctl-2", "memcached", func(u *network.Unplug) { u.Ports = []int{0} }, "ports: 0 is not between 1 and 65535"},
	} {
		u := network.NewUnplug()
		if c.change != nil {
			c.change(u)
		}
		_, err := u.Scripts(target(t, c.node, c.service))
		require.ErrorContains(t, err, c.want)
	}
	alone := target(t, "ctl-1", "keystone")
	alone.Cloud = nil
	_, err := network.NewUnplug().Scripts(alone)
	require.ErrorContains(t, err, "nobody knows the cloud")
	both := target(t, "ctl-1", "keystone")
	both.Cloud.ServiceByName("haproxy").Health = &inventory.Probe{TCP: true}
	_, err = network.NewUnplug().Scripts(both)
	require.ErrorContains(t, err, "only one may have it")
}
