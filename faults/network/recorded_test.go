package network_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory/remote"
)

// What scripts read of the queues of a real kernel: testdata is what `tc -s qdisc
// show` of iproute2 6.1.0 printed while Linux 6.1 (Debian 6.1.192-2) did what
// these faults asked for.
func TestWhatIsReadOfARealKernelsQueues(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	functions, err := os.ReadFile("queue.sh")
	require.NoError(t, err)
	for name, want := range map[string]string{
		"rate":      "536 6 0 0 0\nrate 1048Kbit burst 1599b lat 500ms\n",
		"delay":     "222 3 0 0 0\nlimit 100000 delay 300ms 50ms 25%\n",
		"corrupt":   "2238 29 0 0 0\nlimit 100000 corrupt 20% 25%\n",
		"duplicate": "2016 26 0 0 0\nlimit 100000 duplicate 10%\n",
		"reorder":   "2386 31 0 0 8\nlimit 100000 delay 10ms reorder 25% gap 1\n",
	} {
		said, err := os.ReadFile("testdata/" + name + ".txt")
		require.NoError(t, err)
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: []string{string(said)}, Script: string(functions) + `
recorded=$1
tc() { echo "$recorded"; }
counted a0
asked a0
ours a0 7f3c0a1e-strike-1-1 || echo not ours
ours a0 7f3c0a1f-strike-1-1 && echo ours`})
		require.Equal(t, remote.Done, result.State)
		require.Equal(t, want, string(result.Stdout), name)
	}
}

// Who answered before and does not answer at all is late; who answers as quickly as
// before is not, and neither is one who has never answered.
func TestWhoDoesNotAnswerAtAllIsLate(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	target := bed.Target()
	target.ID = "7f3c0a1e-strike-1-1"
	s, err := network.NewDelay().Scripts(target)
	require.NoError(t, err)
	said, err := os.ReadFile("testdata/delay.txt")
	require.NoError(t, err)
	recorded := strings.ReplaceAll(string(said), " 3 pkt", " $(cat /root/packets) pkt")
	for _, c := range []struct{ before, nc, want string }{
		{"127.1.0.11:11211 2", "return 124", "delayed: a0: limit 100000 delay 300ms 50ms 25%, 127.1.0.11:11211 does not answer within 3000 ms (2 ms before); 4 packets so far, 0 dropped\n"},
		{"127.1.0.11:11211 2", "return 0", ""},
		{"", "return 124", ""},
	} {
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: `cd /root; echo a0 >queue.link; echo 3 >packets
echo '` + c.before + `' | grep . >queue.before
tc() {
	cat <<END
` + recorded + `END
}
ip() { echo '127.1.0.11 dev a0 src 127.1.0.13 uid 0'; }
timeout() { echo 4 >/root/packets; ` + c.nc + `; }
` + s.Observe})
		require.Equal(t, c.want, string(result.Stdout), "%s, %s: %s", c.before, c.nc, result.Stderr)
		require.Equal(t, c.want != "", result.OK())
	}
}

// Too few packets, none put first, or a queue of another fault prove nothing.
func TestWhatOfARealKernelsQueuesIsAnEffect(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	for _, c := range []struct {
		fault          faults.Fault
		name, was, now string
		want           string
	}{
		{network.NewReorder(), "reorder", "", "", "reordered: a0: limit 100000 delay 10ms reorder 25% gap 1: 31 packets so far, 8 of them put first, 0 dropped\n"},
		{network.NewReorder(), "reorder", "requeues 8)", "requeues 0)", ""},
		{network.NewReorder(), "reorder", "31 pkt", "19 pkt", ""},
		{network.NewReorder(), "reorder", "0x7f3c0a1e", "0x7f3c0a1f", ""},
		{network.NewCorrupt(), "corrupt", "", "", "corrupted: a0: limit 100000 corrupt 20% 25%: 29 packets so far, 0 dropped\n"},
		{network.NewDuplicate(), "duplicate", "", "", "duplicated: a0: limit 100000 duplicate 10%: 26 packets so far, 0 dropped\n"},
		{network.NewDuplicate(), "duplicate", "e516:", "e517:", ""},
		{network.NewRate(), "rate", "", "", "limited: a0: rate 1048Kbit burst 1599b lat 500ms: 0 kbit/s now, 6 packets so far, held back 0 times, 0 dropped\n"},
		{network.NewRate(), "rate", "536 bytes 6 pkt", "0 bytes 0 pkt", ""},
		{network.NewDelay(), "delay", "", "", ""}, // nobody answers any later
	} {
		target := bed.Target()
		target.ID = "7f3c0a1e-strike-1-1"
		s, err := c.fault.Scripts(target)
		require.NoError(t, err)
		said, err := os.ReadFile("testdata/" + c.name + ".txt")
		require.NoError(t, err)
		recorded := strings.ReplaceAll(string(said), c.was+" ", c.now+" ")
		if c.was == "" {
			recorded = string(said)
		}
		result := bed.Runner.Run(t.Context(), struck, remote.Command{Root: true, Args: s.Args, Script: `cd /root; echo a0 >queue.link; touch queue.before
cat >recorded <<'END'
` + recorded + `END
tc() { cat /root/recorded; }
ip() { echo '127.1.0.11 dev a0 src 127.1.0.13 uid 0'; }
` + s.Observe})
		require.Equal(t, c.want, string(result.Stdout), c.name)
		require.Equal(t, c.want != "", result.OK())
	}
}
