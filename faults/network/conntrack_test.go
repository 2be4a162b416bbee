package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestAFaultKnowsItsEntriesByItsMark(t *testing.T) {
	one := target(t, "ctl-3", "")
	s, err := network.NewConntrack().Scripts(one)
	require.NoError(t, err)
	require.Equal(t, "7f3c0a1e-strike-1-1|3843360473|100|ctl-3", strings.Join(s.Args, "|"))
	require.Equal(t, []string{"network:conntrack"}, s.Resources)
	other := one
	other.ID = "7f3c0a1e-strike-1-2"
	another, err := network.NewConntrack().Scripts(other)
	require.NoError(t, err)
	require.NotEqual(t, s.Args[1], another.Args[1])
	for _, c := range []struct {
		fill    float64
		service string
		want    string
	}{
		{0.49, "", "fill: 49% is not a whole percentage from 50% to 100%"},
		{1.01, "", "fill: 101% is not"},
		{0.755, "", "fill: 75.5% is not"},
		{1, "memcached", "memcached@ctl-3 is a service, and this fault strikes whole nodes"},
	} {
		_, err := (&network.Conntrack{Fill: percent(c.fill)}).Scripts(target(t, "ctl-3", c.service))
		require.ErrorContains(t, err, c.want)
	}
}

const table = "/proc/sys/net/netfilter/nf_conntrack_"

func TestPreflightOfConntrack(t *testing.T) {
	t.Parallel()
	saysWhy(t, network.NewConntrack(), []world{
		{"echo 131071 >" + table + "max", "echo 131072 >" + table + "max", "the table of connections has 131071 entries (nf_conntrack_max): it is filled from 131072"},
		{"echo 0 >" + table + "max", "echo 262144 >" + table + "max", "has 0 entries"},
		{"echo 1048577 >" + table + "max", "echo 1048576 >" + table + "max", "has 1048577 entries"},
		{"echo 978577 >" + table + "count", "echo 978576 >" + table + "count", "the table of connections has 978577 of 1048576 entries taken: there is no room for the 64512 by which eris is to come in"},
		{"echo 48576 >" + table + "count; rm /proc/meminfo; echo 'MemAvailable:  799999 kB' >/proc/meminfo", "echo 'MemAvailable:  800000 kB' >/proc/meminfo", "1000000 entries take 390 MiB, and this node has 781 MiB: it wants twice as much"},
		{"rm /proc/kallsyms; echo 0 t nothing >/proc/kallsyms", "mkdir -p /sys/module/nf_conntrack_netlink", "the kernel of this node has no way to lay entries (ctnetlink)"},
		{"rm /proc/self/ns/net; ln -s 'net:[4026532999]' /proc/self/ns/net", "rm /proc/self/ns/net; ln -s 'net:[4026531840]' /proc/self/ns/net", "this login is in a network namespace of its own"},
		{"systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-conntrack sleep 60", "systemctl stop eris-7f3c0a1e-x-1-1-conntrack", "what fills the table for another fault is left here; eris heal removes it"},
		{"rm " + table + "max", "echo 1048576 >" + table + "max", "nothing tracks connections on this node: it has no /proc/sys/net/netfilter/nf_conntrack_max"},
	})
}

// What preflight asks of programs: what they say is what it says.
func TestPreflightOfWhatIsLimitedAsksTheNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	const came = "ERIS_CONTROLLER=198.18.0.1 ERIS_SSH_CONNECTION='198.18.0.1 40000 198.18.0.13 22'"
	ask := func(preflight string, args []string, world string) string {
		at := strings.LastIndex(preflight, "_preflight.sh: ")
		at = strings.LastIndex(preflight[:at], "\n") + 1
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Script: world + "\n" + preflight[:at] + world + "\n" + preflight[at:], Args: args, Root: true})
		require.Equal(t, remote.Done, result.State, "%v", result.Err)
		require.Equal(t, result.Exit != 0, len(result.Stdout) > 0, "%s: %s", world, result.Stderr)
		return string(result.Stdout)
	}
	ports, err := network.NewPorts().Scripts(bed.Target())
	require.NoError(t, err)
	conntrack, err := network.NewConntrack().Scripts(bed.Target())
	require.NoError(t, err)
	for _, c := range []struct{ world, want string }{
		{came, ""},
		{"ERIS_CONTROLLER= ERIS_SSH_CONNECTION=", "ssh does not say from where it comes"},
		{"ERIS_CONTROLLER=198.18.0.1 ERIS_SSH_CONNECTION='198.18.0.1'", "ssh does not say which connection it came by\n"},
		{came + `
ss() { case "$*" in "-Htn state established "*"src 198.18.0.1:40000 and dst 198.18.0.13:22 "*) echo 0 0 198.18.0.1:40000 198.18.0.13:22 ;; esac; }`, "eris comes from ctl-3 itself: its own connections to all others would be struck\n"},
		{`ERIS_CONTROLLER=fd00::1 ERIS_SSH_CONNECTION='fd00::1 40000 fd00::13 22'
ss() { case "$*" in "-Htn state established "*"src [fd00::1]:40000 and dst [fd00::13]:22 "*) echo 0 0 a b ;; esac; }`, "eris comes from ctl-3 itself"},
		{came + "\npython3() { echo no such module >&2; false; }", "python3 on this node is older than 3.7, or has no "},
	} {
		for _, s := range [][2]any{{ports.Preflight, ports.Args}, {conntrack.Preflight, conntrack.Args}} {
			said := ask(s[0].(string), s[1].([]string), c.world)
			require.Contains(t, said, c.want)
			require.Equal(t, c.want == "", said == "", said)
		}
	}
	require.Equal(t, "the kernel of this node (3.10.0-1160) is older than 4.0, and could not be told which entries to forget\n",
		ask(conntrack.Preflight, conntrack.Args, came+"\nuname() { echo 3.10.0-1160; }"))
	require.Contains(t, ask(conntrack.Preflight, conntrack.Args, came+"\ntable() { [ \"$1\" != tracks ]; }"),
		"nothing tracks connections on this node: one over loopback leaves no entry")
}
