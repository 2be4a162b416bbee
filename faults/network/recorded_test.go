package network_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

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
