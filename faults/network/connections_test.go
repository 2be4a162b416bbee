package network_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// ending is a fault of connections that is looked at for a second.
func ending(from inventory.Selector, ports ...int) *network.Connections {
	return &network.Connections{From: from, Ports: ports, Watch: time.Second}
}

func TestConnectionsAreChosenByPortAndAddress(t *testing.T) {
	for _, c := range []struct {
		fault         *network.Connections
		node, service string
		want          string
	}{
		{ending(inventory.Selector{}), "ctl-3", "memcached", "( sport = :11211 )|127.0.0.1 198.18.0.13 ::1||1|of port 11211"},
		{ending(inventory.Selector{Node: "ctl-2"}, 4567), "ctl-3", "memcached", "( sport = :4567 or sport = :11211 )|127.0.0.1 198.18.0.13 ::1|198.18.0.12 fd00::12|1|of port 4567, 11211, with ctl-2"},
		{ending(inventory.Selector{Node: "ctl-3"}), "ctl-3", "memcached", "( sport = :11211 )|127.0.0.1 198.18.0.13 ::1|127.0.0.1 198.18.0.13 ::1|1|of port 11211, with ctl-3"},
		{ending(inventory.Selector{}), "ctl-3", "", "||198.18.0.11 198.18.0.12 198.18.0.21 fd00::12|1|between ctl-3 and cmp-1, ctl-1, ctl-2"},
		{ending(inventory.Selector{Node: "ctl-1"}, 5672), "ctl-3", "", "( sport = :5672 or dport = :5672 )||198.18.0.11|1|between ctl-3 and ctl-1, of port 5672"},
	} {
		s, err := c.fault.Scripts(target(t, c.node, c.service))
		require.NoError(t, err)
		require.Equal(t, "7f3c0a1e-strike-1-1|"+c.want, strings.Join(s.Args, "|"))
		require.Equal(t, []string{"network:connections"}, s.Resources)
	}
	for _, c := range []struct {
		fault         *network.Connections
		node, service string
		want          string
	}{
		{&network.Connections{}, "ctl-3", "memcached", "watch: 0s is not 1s to 60s in whole seconds"},
		{&network.Connections{Watch: 61 * time.Second}, "ctl-3", "memcached", "watch: 1m1s is not"},
		{ending(inventory.Selector{}, 70000), "ctl-3", "memcached", "ports: 70000 is not between 1 and 65535"},
		{ending(inventory.Selector{}, 22), "ctl-3", "memcached", "port 22 of ctl-3 is its sshd's"},
		{ending(inventory.Selector{}), "cmp-1", "nova-compute", "the inventory knows no port of nova-compute"},
		{ending(inventory.Selector{Node: "ctl-3"}), "ctl-3", "", "nobody is left on the other side"},
	} {
		_, err := c.fault.Scripts(target(t, c.node, c.service))
		require.ErrorContains(t, err, c.want)
	}
}

// Of what ss shows, the fault notes what it is to end, in one writing of each
// address, without what is of one link only, and without the one of Eris.
func TestConnectionsAreNotedInOneWritingAndWithoutTheControllers(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	s, err := ending(inventory.Selector{}).Scripts(target(t, "ctl-3", "memcached"))
	require.NoError(t, err)
	result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: `mkdir -p /root/step; cd /root/step; echo 99999999 >ttl-until
ERIS_CONTROLLER=198.18.0.1
ss() {
	case $1 in
	-KHtn) shift; echo "$*" >>/root/ended ;;
	*) cat /root/shown ;;
	esac
}
cat >/root/shown <<'END'
0 0 [::ffff:198.18.0.13]:11211 [::ffff:198.18.0.11]:40001
0 0 198.18.0.13:11211 198.18.0.1:40002
0 0 127.0.0.1:11211 127.0.0.1:40003
0 0 [fe80::1]%eth0:11211 [fe80::2]%eth0:40004
0 0 198.18.0.99:11211 198.18.0.11:40005
0 0 [::1]:11211 [::1]:40006
END
set +e
(` + s.Inject + `)
(` + s.Inject + `)
cat was
cat /root/ended
(` + s.Observe + `)
echo $?
sed -i s/40001/40007/ /root/shown 2>/dev/null || { grep -v 40001 /root/shown >/root/less; echo '0 0 198.18.0.13:11211 198.18.0.11:40007' >>/root/less; mv /root/less /root/shown; }
(` + s.Observe + `)`})
	require.Equal(t, remote.Done, result.State)
	require.Equal(t, `127.0.0.1 11211 127.0.0.1 40003
198.18.0.13 11211 198.18.0.11 40001
::1 11211 ::1 40006
state established ( ( src 127.0.0.1:11211 and dst 127.0.0.1:40003 ) or ( src 198.18.0.13:11211 and dst 198.18.0.11:40001 ) or ( src [::1]:11211 and dst [::1]:40006 ) )
1
1 of 3 connections of port 11211 are gone; 3 are established now
`, string(result.Stdout), "%s", result.Stderr)
}

// What a node has with others: all of it goes, and only it.
func TestTheConnectionsBetweenTwoNodesAreEnded(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	const list = "ss -Htn state established '( sport = :4567 or sport = :25672 )' | sort"
	was := strings.Split(bed.Shell(t, list), "\n")
	require.Len(t, was, 4)
	run := bed.NewRun("run-pair", "ann@desk")
	i := run.Struck(t, ending(inventory.Selector{Node: "ctl-1"}, 4567))
	require.Contains(t, i.Targets()[0].Effect, "1 of 1 connections between ctl-3 and ctl-1, of port 4567 are gone; 1 are established now")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	now := strings.Split(bed.Shell(t, list), "\n")
	require.Len(t, now, 4, "each was made again")
	same := 0
	for _, line := range was {
		if strings.Contains("\n"+strings.Join(now, "\n")+"\n", "\n"+line+"\n") {
			same++
			continue
		}
		require.Contains(t, line, "127.1.0.11:", "only of that node")
	}
	require.Equal(t, 3, same)
	bed.Clean(t)
}

func TestWhereNothingIsConnectedNothingIsEnded(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	i := bed.LongRun("run-nobody", "ann@desk").Armed(t, ending(inventory.Selector{Node: "ctl-1"}, 9))
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "no connection between ctl-3 and ctl-1, of port 9 is established: there is nothing to end")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A kernel that says that it cannot is believed, and so is an ss without -K.
func TestPreflightOfConnectionsAsksTheKernelAndTheTool(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	run := stepper(t, bed, ending(inventory.Selector{}))
	said, code := run("", "preflight")
	require.Equal(t, 1, code)
	require.Contains(t, said, "ssh does not say from where it comes")
	said, code = run("127.1.0.1", "preflight")
	require.Zero(t, code, said)
	bed.Shell(t, `mkdir -p /boot; echo '# CONFIG_INET_DIAG_DESTROY is not set' >/boot/config-$(uname -r)`)
	said, code = run("127.1.0.1", "preflight")
	require.Equal(t, 1, code)
	require.Equal(t, "the kernel of this node ends no connections: it was built without INET_DIAG_DESTROY\n", said)
}
