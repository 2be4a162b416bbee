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

// What is at the root of a link and was put there by somebody stays, byte for
// byte, whatever asks: preflight refuses, and neither an inject nor an undo that
// comes all the same touches it.
func TestAForeignRootIsNeverTouched(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	run := stepper(t, bed, network.NewRate())
	said, code := run("127.1.0.1", "prepare")
	require.Zero(t, code, said)
	for has, want := range map[string]string{
		"handle 5: pfifo limit 100":                           "eth0 has a queue of somebody's at its root: pfifo 5:; it is never taken away\n",
		"handle 1: htb default 10 direct_qlen 1000":           "eth0 has a queue of somebody's at its root: htb 1:; it is never taken away\n",
		"handle e515: htb default 0badcafe direct_qlen 10000": "the queue htb e515: at the root of eth0 is left of another fault; eris heal removes it\n",
		"handle 7f3c: htb default 7f3c0a1e direct_qlen 10000": "eth0 has a queue of somebody's at its root: htb 7f3c:; it is never taken away\n",
	} {
		bed.Shell(t, "tc qdisc add dev eth0 root %s", has)
		const queues = "tc qdisc show | sed 's/direct_packets_stat [0-9]*//'" // what passes meanwhile is counted on
		before := bed.Shell(t, queues)
		said, code = run("127.1.0.1", "preflight")
		require.Equal(t, want, said)
		require.Equal(t, 1, code)
		said, code = run("127.1.0.1", "inject")
		require.NotZero(t, code, said)
		_, code = run("127.1.0.1", "observe")
		require.Equal(t, 1, code)
		said, code = run("127.1.0.1", "undo")
		require.Zero(t, code, said)
		require.Equal(t, before, bed.Shell(t, queues))
		bed.Shell(t, "tc qdisc del dev eth0 root")
	}
}

// A root of handle 0: is the kernel's, and no other is. What the kernel would
// not make again as it is is refused.
func TestWhatTheKernelWouldMakeAgain(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	s, err := network.NewRate().Scripts(bed.Target())
	require.NoError(t, err)
	const codel = `qdisc mq 0: root 
qdisc fq_codel 0: parent :2 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms memory_limit 32Mb ecn drop_batch 64 
qdisc fq_codel 0: parent :1 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms memory_limit 32Mb ecn drop_batch 64 `
	for _, c := range []struct{ has, usual, length, want string }{
		{"qdisc noqueue 0: root refcnt 2 ", "fq_codel", "qlen 1000", ""},
		{codel, "fq_codel", "qlen 1000", ""},
		{codel, "", "qlen 1000", ""}, // a container does not see it
		{codel, "fq", "qlen 1000", "eth0 has fq_codel of a time when that was the kernel's default: fq would come in its place\n"},
		{"qdisc pfifo_fast 0: root refcnt 2 bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1", "pfifo_fast", "qlen 1000", ""},
		{"qdisc fq_codel 8001: root refcnt 2 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms memory_limit 32Mb ecn drop_batch 64 ", "fq_codel", "qlen 1000", "eth0 has a queue of somebody's at its root: fq_codel 8001:; it is never taken away\n"},
		{"qdisc noqueue 0: root refcnt 2 \nqdisc clsact ffff: parent ffff:fff1 ", "fq_codel", "qlen 1000", ""},
		{"qdisc noqueue 0: root refcnt 2 ", "fq_codel", "", "eth0 has a queue of no length, and the kernel would give it another one\n"},
	} {
		preflight := strings.NewReplacer(
			"$(tc qdisc show dev \"$link\" 2>&1)", "$(echo '"+c.has+"')",
			"$(cat /proc/sys/net/core/default_qdisc 2>/dev/null)", c.usual,
			`ip -o link show dev "$link" | grep -q ' qlen [1-9]'`, `echo 'group default `+c.length+`' | grep -q ' qlen [1-9]'`,
		).Replace(s.Preflight)
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: "ERIS_CONTROLLER=127.1.0.1\n" + preflight})
		require.Equal(t, c.want, string(result.Stdout))
		require.Equal(t, c.want == "", result.OK())
	}
}

func TestAKernelWithoutNetemIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	d := network.NewDelay()
	d.Jitter = time.Millisecond
	const none = "the kernel of this node has no netem: its module sch_netem is not there (some distributions have it in a package of further modules)\n"
	preflight := func(distribution string) string {
		d.Distribution = distribution
		s, err := d.Scripts(bed.Target())
		require.NoError(t, err)
		text := strings.NewReplacer("/proc/kallsyms", "/root/kallsyms", "/proc/sys/kernel/modules_disabled", "/root/disabled").Replace(s.Preflight)
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: "ERIS_CONTROLLER=127.1.0.1\n" + text})
		require.Equal(t, len(result.Stdout) == 0, result.OK())
		return string(result.Stdout)
	}
	bed.Shell(t, "grep -v netem /proc/kallsyms >/root/kallsyms")
	require.Equal(t, none, preflight(""))
	bed.Shell(t, `mkdir -p "/lib/modules/$(uname -r)"; echo kernel/net/sched/sch_netem.ko.xz: >"/lib/modules/$(uname -r)/modules.dep"`)
	require.Empty(t, preflight(""), "it is loaded when it is asked for")
	bed.Shell(t, "echo 1 >/root/disabled")
	require.Equal(t, none, preflight(""))
	bed.Shell(t, "rm /root/disabled; mkdir -p /etc/modprobe.d; echo blacklist sch_netem >/etc/modprobe.d/extra.conf")
	require.Equal(t, "the kernel of this node may not load netem: its module sch_netem is forbidden in modprobe.d\n", preflight(""))
	bed.Shell(t, "mkdir -p /sys/module/sch_netem")
	require.Empty(t, preflight("normal"), "it is loaded")
	require.Equal(t, "tc of this node has no table of the distribution pareto\n", preflight("pareto"))
}

func TestTheControllerIsLetThroughByAQueue(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	fault, _ := newFault("network.delay")
	run := stepper(t, bed, fault)
	for _, c := range []struct{ controller, want string }{
		{"", "ssh does not say from where it comes, so nobody knows what must not be cut off\n"},
		{"fe80::1%eth0", "ssh comes from fe80::1%eth0, which no rule can let through\n"},
		{"127.1.0.11", ""}, {"fd00::1", ""},
	} {
		said, code := run(c.controller, "preflight")
		require.Equal(t, c.want, said)
		require.Equal(t, c.want != "", code != 0)
	}
	slow := func(node string) bool {
		other := bed
		other.Node = bed.Cloud.NodeByName(node)
		return faulttest.Always(4, time.Second, func() bool {
			return other.Shell(t, "timeout 0.9 nc -z 127.1.0.13 11211; echo $?") == "124"
		})
	}
	for _, step := range []string{"prepare", "inject", "inject", "observe"} {
		said, code := run("127.1.0.11", step)
		require.Zero(t, code, said)
	}
	require.False(t, slow("ctl-1"), "from where it was armed")
	require.True(t, slow("ctl-2"))
	for range 2 {
		said, code := run("", "undo")
		require.Zero(t, code, said)
	}
	require.False(t, slow("ctl-2"))
	_, code := run("127.1.0.11", "observe")
	require.Equal(t, 1, code)

	run = stepper(t, bed, &network.Delay{Delay: time.Second, Egress: network.Egress{From: inventory.Selector{Node: "ctl-1"}}})
	said, code := run("127.1.0.11", "preflight")
	require.Equal(t, "eris comes from 127.1.0.11, which is to be cut off: it never cuts its own way\n", said)
	require.Equal(t, 1, code)
}

func TestAnInterfaceBelowErisOwnIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	r := network.NewRate()
	r.Interface = "eth0"
	s, err := r.Scripts(bed.Target())
	require.NoError(t, err)
	bed.Shell(t, "mkdir -p /sys/class/net/eth0.7 /sys/class/net/eth0; ln -s ../eth0 /sys/class/net/eth0.7/lower_eth0")
	preflight := strings.ReplaceAll(s.Preflight, `ip -o route get "$ERIS_CONTROLLER" 2>/dev/null`, `echo '10.0.0.9 dev eth0.7 src 10.0.0.1 uid 0'`)
	result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: "ERIS_CONTROLLER=10.0.0.9\n" + preflight})
	require.Equal(t, "eris is reached by eth0.7, which stands on eth0: what goes to it cannot be told from others there; strike eth0.7\n", string(result.Stdout))
}
