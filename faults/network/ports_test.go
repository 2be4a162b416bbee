package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
)

func TestPortsAreThoseOfAProtocol(t *testing.T) {
	for _, c := range []struct {
		fault *network.Ports
		want  string
	}{
		{network.NewPorts(), "0|tcp|ctl-3"},
		{&network.Ports{Protocol: "udp", Leave: 20}, "20|udp|ctl-3"},
		{&network.Ports{Protocol: "both"}, "0|tcp udp|ctl-3"},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-3", ""))
		require.NoError(t, err)
		require.Equal(t, "7f3c0a1e-strike-1-1|"+c.want, strings.Join(s.Args, "|"))
		require.Equal(t, []string{"network:ports"}, s.Resources)
		require.False(t, s.Volatile, "a unit holds them")
	}
	for _, c := range []struct {
		fault   *network.Ports
		service string
		want    string
	}{
		{&network.Ports{Protocol: "sctp"}, "", `protocol: "sctp" is none of tcp, udp and both`},
		{&network.Ports{Protocol: "tcp", Leave: -1}, "", "leave: -1 is not between 0 and 10000"},
		{&network.Ports{Protocol: "tcp", Leave: 10001}, "", "leave: 10001 is not"},
		{network.NewPorts(), "memcached", "memcached@ctl-3 is a service, and this fault strikes whole nodes"},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-3", c.service))
		require.ErrorContains(t, err, c.want)
	}
}

// world is what a preflight is shown that it does not find on the node.
type world struct{ spoil, mend, want string }

// saysWhy has a fault's preflight look at worlds in which it cannot be had.
func saysWhy(t *testing.T, fault faults.Fault, worlds []world) {
	t.Helper()
	bed, _ := simBed(t, "")
	require.Empty(t, bed.Refusal(t, fault))
	for _, w := range worlds {
		bed.Shell(t, "%s", w.spoil)
		require.Contains(t, bed.Refusal(t, fault), w.want, w.spoil)
		bed.Shell(t, "%s", w.mend)
		require.Empty(t, bed.Refusal(t, fault), w.mend)
	}
}

const ipv4 = "/proc/sys/net/ipv4/ip_local_"

func TestPreflightOfPorts(t *testing.T) {
	t.Parallel()
	saysWhy(t, &network.Ports{Protocol: "both", Leave: 100}, []world{
		{"echo '40000 40099' >" + ipv4 + "port_range", "echo '40000 40100' >" + ipv4 + "port_range", "leave: 100 is no less than the 100 ports that this node gives to who connects"},
		{"echo 40050,1-39999,40100-50000 >" + ipv4 + "reserved_ports", "echo 1-39999,40101-50000 >" + ipv4 + "reserved_ports", "leave: 100 is no less than the 99 ports"},
		{"echo '1024 65535' >" + ipv4 + "port_range; echo >" + ipv4 + "reserved_ports; rm /proc/sys/fs/file-nr; echo '1000 0 250000' >/proc/sys/fs/file-nr", "echo '1000 0 400000' >/proc/sys/fs/file-nr",
			"129024 sockets are too many for this node, which has 1000 files open and may have 250000 (fs.file-max)"},
		{"rm /proc/meminfo; echo 'MemAvailable:  1600000 kB' >/proc/meminfo", "echo 'MemAvailable:  1700000 kB' >/proc/meminfo", "129024 sockets take up to 820 MiB, and this node has 1562 MiB: it wants twice as much"},
		{"rm /proc/self/ns/net; ln -s 'net:[4026532999]' /proc/self/ns/net", "rm /proc/self/ns/net; ln -s 'net:[4026531840]' /proc/self/ns/net", "this login is in a network namespace of its own"},
		{"systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-ports sleep 60", "systemctl stop eris-7f3c0a1e-x-1-1-ports", "what holds ports for another fault is left here; eris heal removes it"},
		{"rm " + ipv4 + "port_range", "echo '1024 65535' >" + ipv4 + "port_range", "nobody knows which ports this node gives to who connects"},
	})
}
