package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory/remote"
)

func down(change func(d *network.Down)) *network.Down {
	d := &network.Down{}
	change(d)
	return d
}

func TestDownNamesAnInterfaceOrWhatItCarries(t *testing.T) {
	for _, c := range []struct {
		node   string
		change func(d *network.Down)
		want   []string
	}{
		{"ctl-1", func(*network.Down) {}, []string{"", "198.18.0.11/32"}},
		{"ctl-2", func(*network.Down) {}, []string{"", "fd00::12/128"}},
		{"ctl-1", func(d *network.Down) { d.Interface = "bond0.12" }, []string{"bond0.12", ""}},
		{"ctl-1", func(d *network.Down) { d.Carries = "10.1.2.3/24" }, []string{"", "10.1.2.0/24"}},
		{"ctl-1", func(d *network.Down) { d.Carries = "10.1.2.3" }, []string{"", "10.1.2.3/32"}},
	} {
		s, err := down(c.change).Scripts(target(t, c.node, ""))
		require.NoError(t, err)
		require.Equal(t, append([]string{"7f3c0a1e-strike-1-1"}, c.want...), s.Args)
		require.Equal(t, []string{"network:link"}, s.Resources)
	}
	for _, c := range []struct {
		service string
		change  func(d *network.Down)
		want    string
	}{
		{"", func(d *network.Down) { d.Interface, d.Carries = "eth1", "10.0.0.1" }, "interface, carries: one of them names the interface"},
		{"", func(d *network.Down) { d.Interface = "eth1; reboot" }, `interface: "eth1; reboot" is no name of one`},
		{"", func(d *network.Down) { d.Interface = "-batch" }, `interface: "-batch" is no name of one`},
		{"", func(d *network.Down) { d.Interface = "a-name-that-is-too-long" }, "is no name of one"},
		{"", func(d *network.Down) { d.Interface = "lo" }, "lo is where a node reaches itself"},
		{"", func(d *network.Down) { d.Carries = "eth1" }, `carries: "eth1" is no address and no prefix`},
		{"", func(d *network.Down) { d.Carries = "fe80::1%eth0" }, "is no address and no prefix"},
		{"keystone", func(*network.Down) {}, "this fault strikes whole nodes"},
	} {
		_, err := down(c.change).Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
	}
}

func TestDownNeverTakesErisOwnWay(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	preflight := func(d *network.Down, connection string) string {
		s, err := d.Scripts(bed.Target())
		require.NoError(t, err)
		controller, _, _ := strings.Cut(connection, " ")
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: "ERIS_CONTROLLER='" + controller + "' ERIS_SSH_CONNECTION='" + connection + "'\n" + s.Preflight})
		require.Equal(t, remote.Done, result.State)
		require.Equal(t, len(result.Stdout) > 0, result.Exit != 0)
		return string(result.Stdout)
	}
	const apart = "127.0.0.1 9 127.0.0.1 22"
	own := "eris reaches this node by eth0, from "
	for _, c := range []struct {
		change           func(d *network.Down)
		connection, want string
	}{
		{func(*network.Down) {}, apart, ""},
		{func(*network.Down) {}, "127.1.0.12 9 127.1.0.13 22", own + "127.1.0.12: it never cuts its own way\n"},
		{func(d *network.Down) { d.Interface = "eth0" }, "127.1.0.12 9 127.0.0.1 22", own + "127.1.0.12: it never cuts its own way\n"},
		{func(d *network.Down) { d.Interface = "eth0" }, "127.0.0.1 9 127.1.0.13 22", own + "127.0.0.1: it never cuts its own way\n"},
		{func(*network.Down) {}, "198.51.100.7 9 127.0.0.1 22", "this node has no route to 198.51.100.7, from where eris comes: nobody knows by which interface\n"},
		{func(*network.Down) {}, "", "ssh does not say from where it comes, so nobody knows which interface must not be touched\n"},
		{func(d *network.Down) { d.Interface = "eth7" }, apart, "this node has no interface eth7\n"},
		{func(d *network.Down) { d.Carries = "10.0.0.0/8" }, apart, "no interface of this node carries an address in 10.0.0.0/8\n"},
		{func(d *network.Down) { d.Carries = "127.0.0.1" }, apart, "127.0.0.1/32 is on lo, where the node reaches itself\n"},
		{func(d *network.Down) { d.Carries = "0.0.0.0/0" }, apart, "several interfaces carry an address in 0.0.0.0/0: eth0 lo \n"},
	} {
		require.Equal(t, c.want, preflight(down(c.change), c.connection))
	}
	said := preflight(&network.Down{}, apart)
	require.Empty(t, said)
	bed.Shell(t, "ip link set eth0 down")
	require.Equal(t, "eth0 is down already\n", preflight(&network.Down{}, apart))
}

func TestDownRefusesWhatItCannotPutBack(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	s, err := (&network.Down{}).Scripts(bed.Target())
	require.NoError(t, err)
	for _, c := range []struct{ setup, asked, answer, want string }{
		{setup: "mkdir -p /sys/class/net/eth0 /sys/class/net/eth0.12; ln -s ../eth0.12 /sys/class/net/eth0/upper_eth0.12", want: "eth0.12 stands on eth0, and its addresses would go with it\n"},
		{setup: "mkdir -p /sys/class/net/eth0; ln -s ../br0 /sys/class/net/eth0/master; ln -s ../br0 /sys/class/net/eth0/upper_br0; mkdir /sys/class/net/br0"},
		{asked: `ip neigh show dev "$link" nud permanent`, answer: "echo 10.0.0.9 PERMANENT", want: "eth0 has permanent neighbours, which go with it and cannot be put back\n"},
		{
			asked: `ip -o "-$family" route show table all`, answer: `echo 'default proto static \	nexthop via 10.0.0.1 dev eth0 weight 1 \ nexthop via'`,
			want: "eth0 has routes by next hops, which cannot be put back\neth0 has routes by next hops, which cannot be put back\n",
		},
	} {
		bed.Shell(t, "%s", c.setup)
		preflight := s.Preflight
		if c.asked != "" {
			require.Contains(t, preflight, c.asked)
			preflight = strings.ReplaceAll(preflight, c.asked, c.answer)
		}
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: "ERIS_CONTROLLER=127.0.0.1\n" + preflight})
		require.Equal(t, c.want, string(result.Stdout))
		require.Equal(t, c.want == "", result.OK())
		bed.Shell(t, "rm -rf /sys/class/net")
	}
}

// What goes with the link is put back: what the kernel does not bring, in an
// order in which it can be, and nothing that was not there.
func TestWhatGoesWithALinkComesBack(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	bed.Shell(t, `ip addr add fd00::13/64 dev eth0
ip addr add 127.1.0.99/32 label eth0:x noprefixroute dev eth0
ip route add 198.51.100.0/24 via 127.1.0.11
ip route add default via 127.1.0.12 proto static metric 7
ip -6 route add fd05::/64 via fd00::1
ip route add 203.0.113.0/24 dev eth0 table 77`)
	fault := &network.Down{}
	run := stepper(t, bed, fault)
	bed.Shell(t, "mkdir -p /root/step; cat /proc/sys/kernel/random/boot_id >/root/step/boot")
	before := bed.Fingerprint(t, fault)
	require.Contains(t, before, "Route=198.51.100.0/24 via 127.1.0.11\n")
	require.Contains(t, before, "Address=inet6 fd00::13/64 scope global\n")
	said, code := run("127.0.0.1", "undo")
	require.Zero(t, code, "%s: nothing was prepared", said)
	for _, step := range []string{"preflight", "prepare"} {
		said, code = run("127.0.0.1", step)
		require.Zero(t, code, said)
	}
	require.Equal(t, before, bed.Fingerprint(t, fault), "prepare has no effect by itself")
	_, code = run("127.0.0.1", "observe")
	require.Equal(t, 1, code)
	for range 2 {
		said, code = run("127.0.0.1", "inject")
		require.Zero(t, code, said)
	}
	said, code = run("127.0.0.1", "observe")
	require.Zero(t, code)
	require.Equal(t, "down: eth0, and with it 2 addresses and 11 routes\n", said)
	held := bed.Fingerprint(t, fault)
	require.Contains(t, held, "State=down\n")
	require.NotContains(t, held, "fd00::13")
	for range 2 {
		said, code = run("127.0.0.1", "undo")
		require.Zero(t, code, said)
		require.Equal(t, before, bed.Fingerprint(t, fault))
	}
	_, code = run("127.0.0.1", "observe")
	require.Equal(t, 1, code)
}

func TestAnUndoOfDownLeavesWhatOthersMadeMeanwhile(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	run := stepper(t, bed, &network.Down{})
	bed.Shell(t, "mkdir -p /root/step; cat /proc/sys/kernel/random/boot_id >/root/step/boot; ip route add 198.51.100.0/24 via 127.1.0.11")
	for _, step := range []string{"prepare", "inject"} {
		said, code := run("127.0.0.1", step)
		require.Zero(t, code, said)
	}
	bed.Shell(t, "ip link set eth0 up; ip route add 198.51.100.0/24 via 127.1.0.12")
	_, code := run("127.0.0.1", "observe")
	require.Equal(t, 1, code, "somebody has healed it")
	said, code := run("127.0.0.1", "undo")
	require.Equal(t, 1, code)
	require.Equal(t, "not put back on eth0: route 198.51.100.0/24 via 127.1.0.11 \n", said)
	require.Contains(t, bed.Shell(t, "ip route show"), "198.51.100.0/24 via 127.1.0.12")

	bed.Shell(t, "ip route del 198.51.100.0/24; echo another >/root/step/boot")
	said, code = run("127.0.0.1", "undo")
	require.Zero(t, code, said)
	require.NotContains(t, bed.Shell(t, "ip route show"), "198.51.100.0/24", "after a reboot the node's own configuration has made what there is")
}
