package network_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
)

func TestAHangLetsThroughOnlyWhatMakesAConnection(t *testing.T) {
	s, err := (&network.Hang{Ports: []int{11311}}).Scripts(target(t, "ctl-2", "memcached"))
	require.NoError(t, err)
	require.Equal(t, []string{
		"7f3c0a1e-strike-1-1", "hang-memcached",
		"ip daddr { 127.0.0.1, 198.18.0.12 } tcp dport { 11211, 11311 } tcp flags & psh == psh counter drop; ip6 daddr { ::1, fd00::12 } tcp dport { 11211, 11311 } tcp flags & psh == psh counter drop",
		"ip saddr { 127.0.0.1, 198.18.0.12 } tcp sport { 11211, 11311 } tcp flags & syn == 0 counter drop; ip6 saddr { ::1, fd00::12 } tcp sport { 11211, 11311 } tcp flags & syn == 0 counter drop",
		"", "198.18.0.12:11211", "port 11211, 11311 of 198.18.0.12 fd00::12",
	}, s.Args)
	require.Equal(t, []string{"network:hang-memcached"}, s.Resources)
	for _, c := range []struct {
		fault         *network.Hang
		node, service string
		want          string
	}{
		{&network.Hang{Ports: []int{0}}, "ctl-3", "memcached", "ports: 0 is not between 1 and 65535"},
		{&network.Hang{Ports: []int{22}}, "ctl-3", "memcached", "port 22 of ctl-3 is its sshd's"},
		{&network.Hang{}, "ctl-3", "", "ctl-3 is a whole node, and this fault strikes a service"},
		{&network.Hang{}, "cmp-1", "nova-compute", "the inventory knows no port of nova-compute"},
	} {
		_, err := c.fault.Scripts(target(t, c.node, c.service))
		require.ErrorContains(t, err, c.want)
	}
}

// Who connects is let in, who asks waits, and the controller is answered.
func TestAPortThatHangsConnectsAndDoesNotAnswer(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, &network.Hang{})
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	connects := func() bool { return other.Shell(t, "timeout 10 nc -z %s 11211; echo $?", bed.Node.Listen) == "0" }
	answers := func(from, within string) bool {
		peer := bed
		peer.Node = bed.Cloud.NodeByName(from)
		return strings.Contains(peer.Shell(t, `printf 'version\r\nquit\r\n' | timeout %s nc %s 11211 || true`, within, bed.Node.Listen), "VERSION")
	}
	require.True(t, connects() && answers(asker, "10"))
	for _, step := range []string{"prepare", "inject"} {
		said, code := run("127.1.0.11", step)
		require.Zero(t, code, said)
	}
	require.True(t, connects())
	require.False(t, answers(asker, "1"))
	require.True(t, answers("ctl-1", "10"), "from there the node was armed")
	said, code := run("127.1.0.11", "observe")
	require.Zero(t, code, said)
	require.Contains(t, said, "hangs: port 11211 of 127.1.0.13: 1 of 1 attempts were connected and had no answer, ")
	bed.Shell(t, "systemctl stop memcached")
	_, code = run("127.1.0.11", "observe")
	require.Equal(t, 1, code, "a port that refuses does not hang")
	bed.Shell(t, "systemctl start memcached")
	_, code = run("127.1.0.11", "undo")
	require.Zero(t, code)
	faulttest.Eventually(t, 30*time.Second, "it answers again", func() bool { return answers(asker, "10") })
	_, code = run("127.1.0.11", "observe")
	require.Equal(t, 1, code)
}
