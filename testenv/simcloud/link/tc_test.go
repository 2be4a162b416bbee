package link_test

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// tc runs lines of tc on a set of links.
func tc(t *testing.T, s *link.Set) func(line string) (string, int) {
	t.Helper()
	return func(line string) (string, int) {
		var out strings.Builder
		code := s.Queues(t.Context(), &shell.Proc{Args: strings.Fields("tc " + line), Stdout: &out, Stderr: &out})
		return out.String(), code
	}
}

// queued is a set of links with a qdisc in a class of htb, through which goes
// what is sent to 10.0.0.2.
func queued(t *testing.T, qdisc string) (*link.Set, func(line string) (string, int)) {
	t.Helper()
	s := links(t)
	run := tc(t, s)
	for _, line := range []string{
		"qdisc add dev eth0 root handle e515: htb default 7f3c0a1e direct_qlen 10000",
		"class add dev eth0 parent e515: classid e515:1 htb rate 34gbit burst 64k",
		"qdisc add dev eth0 parent e515:1 handle e516: " + qdisc,
		"filter add dev eth0 parent e515: protocol ip prio 1 u32 match ip dst 10.0.0.3/32 flowid e515:0",
		"filter add dev eth0 parent e515: protocol ip prio 3 u32 match ip dst 10.0.0.2/31 match ip protocol 6 0xff match ip dport 80 0xffff flowid e515:1",
	} {
		out, code := run(line)
		require.Zero(t, code, "%s: %s", line, out)
	}
	return s, run
}

func packet(to string, port int) link.Packet {
	return link.Packet{To: netip.MustParseAddr(to), Protocol: "tcp", SourcePort: 32768, DestinationPort: port, Size: 1000}
}

// The lines are those of iproute2 6.1.0 on Linux 6.1 (Debian 6.1.192-2), but for
// what was counted there and the last byte of a burst.
func TestAQueueIsListedAsTcListsIt(t *testing.T) {
	for told, want := range map[string]string{
		"tbf rate 1048576bit burst 1600 latency 500ms":                      "qdisc tbf e516: parent e515:1 rate 1048Kbit burst 1600b lat 500ms \n",
		"tbf rate 1000000bit burst 65536 latency 500ms":                     "qdisc tbf e516: parent e515:1 rate 1Mbit burst 64Kb lat 500ms \n",
		"netem limit 100000 delay 100000us":                                 "qdisc netem e516: parent e515:1 limit 100000 delay 100ms\n",
		"netem limit 100000 delay 300000us 50000us 25% distribution normal": "qdisc netem e516: parent e515:1 limit 100000 delay 300ms  50ms 25%\n",
		"netem limit 100000 corrupt 20% 25%":                                "qdisc netem e516: parent e515:1 limit 100000 corrupt 20% 25%\n",
		"netem limit 100000 duplicate 10%":                                  "qdisc netem e516: parent e515:1 limit 100000 duplicate 10%\n",
		"netem limit 100000 delay 10000us reorder 25%":                      "qdisc netem e516: parent e515:1 limit 100000 delay 10ms reorder 25% gap 1\n",
	} {
		_, run := queued(t, told)
		out, code := run("qdisc show dev eth0")
		require.Zero(t, code)
		require.Equal(t, "qdisc htb e515: root refcnt 2 r2q 10 default 0x7f3c0a1e direct_packets_stat 0 direct_qlen 10000\n"+want, out)
	}
	s, run := queued(t, "netem limit 100000 duplicate 100%")
	require.True(t, s.Send(packet("10.0.0.2", 80)).Twice)
	for _, other := range []link.Packet{packet("10.0.0.2", 81), packet("10.0.0.3", 80), packet("10.0.0.77", 80)} {
		require.Equal(t, link.Sent{}, s.Send(other))
	}
	out, _ := run("-s qdisc show")
	require.Equal(t, `qdisc noqueue 0: dev lo root refcnt 2 
 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0) 
 backlog 0b 0p requeues 0
qdisc htb e515: dev eth0 root refcnt 2 r2q 10 default 0x7f3c0a1e direct_packets_stat 3 direct_qlen 10000
 Sent 5000 bytes 5 pkt (dropped 0, overlimits 0 requeues 0) 
 backlog 0b 0p requeues 0
qdisc netem e516: dev eth0 parent e515:1 limit 100000 duplicate 100%
 Sent 2000 bytes 2 pkt (dropped 0, overlimits 0 requeues 0) 
 backlog 0b 0p requeues 0
`, out)
	show, _ := runner(t, s)("ip -o link show dev eth0")
	require.Contains(t, show, " qdisc htb state UP ")
}

func TestABucketHoldsBackWhatIsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, run := queued(t, "tbf rate 80000bit burst 2000 latency 500ms") // 10 kB a second
		send := func() link.Sent { return s.Send(packet("10.0.0.2", 80)) }
		require.Zero(t, send())
		require.Zero(t, send())
		for i := range 5 {
			require.Equal(t, link.Sent{Late: time.Duration(i+1) * 100 * time.Millisecond}, send())
		}
		require.Equal(t, link.Sent{Lost: true}, send(), "it would wait for 600 ms")
		time.Sleep(100 * time.Millisecond)
		require.Equal(t, link.Sent{Late: 500 * time.Millisecond}, send())
		time.Sleep(time.Minute)
		require.Zero(t, send())
		out, _ := run("-s qdisc show dev eth0")
		require.Contains(t, out, " Sent 9000 bytes 9 pkt (dropped 1, overlimits 7 requeues 0) ")
	})
}

func TestNetemStrikesAShare(t *testing.T) {
	count := func(qdisc string, is func(link.Sent) bool) int {
		s, _ := queued(t, qdisc)
		hits := 0
		for range 4000 {
			if is(s.Send(packet("10.0.0.2", 80))) {
				hits++
			}
		}
		return hits
	}
	const ms = time.Millisecond
	require.InDelta(t, 800, count("netem corrupt 20%", func(s link.Sent) bool { return s.Lost }), 130)
	require.InDelta(t, 1200, count("netem duplicate 30%", func(s link.Sent) bool { return s.Twice }), 150)
	require.InDelta(t, 1000, count("netem delay 10000us reorder 25%", func(s link.Sent) bool { return s.Late == 0 }), 140)
	require.Equal(t, 4000, count("netem delay 10000us", func(s link.Sent) bool { return s.Late == 10*ms }))
	require.Equal(t, 4000, count("netem delay 100000us 20000us", func(s link.Sent) bool { return s.Late >= 80*ms && s.Late <= 120*ms }))
	require.InDelta(t, 2000, count("netem delay 100000us 20000us", func(s link.Sent) bool { return s.Late >= 90*ms && s.Late <= 110*ms }), 200)
	require.InDelta(t, 2730, count("netem delay 100000us 20000us distribution normal", func(s link.Sent) bool { return s.Late >= 80*ms && s.Late <= 120*ms }), 200)
}

func TestTcRefusesAsTheKernelDoes(t *testing.T) {
	_, run := queued(t, "netem delay 1000us")
	for _, step := range []struct {
		line, out string
		code      int
	}{
		{"qdisc add dev eth0 root handle 5: pfifo limit 10", "Error: NLM_F_REPLACE needed to override.\n", 2},
		{"qdisc add dev eth0 parent e515:1 handle e517: netem delay 1000us", "Error: Exclusivity flag on, cannot modify.\n", 2},
		{"qdisc del dev eth0 root handle e516:", "Error: Invalid handle.\n", 2},
		{"qdisc del dev lo root", "Error: Cannot delete qdisc with handle of zero.\n", 2},
		{"qdisc show dev eth9", "Cannot find device \"eth9\"\n", 1},
		{"qdisc add dev lo root handle 5: prio", "tc: root prio is not known here\n", 255},
		{"filter add dev eth0 parent e515: protocol ip prio 5 u32 match ip tos 4 0xff flowid e515:1", "tc: filter protocol ip prio 5 u32 match ip tos 4 0xff flowid e515:1 is not known here\n", 255},
		{"qdisc change dev eth0 root netem delay 1000us", "tc: \"qdisc change dev eth0 root netem delay 1000us\" is not known here\n", 255},
		{"qdisc del dev eth0 root handle e515:", "", 0},
		{"qdisc show dev eth0", "qdisc noqueue 0: root refcnt 2 \n", 0},
	} {
		out, code := run(step.line)
		require.Equal(t, step.out, out, step.line)
		require.Equal(t, step.code, code, step.line)
	}
}
