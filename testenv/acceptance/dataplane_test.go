package acceptance

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// The data plane is probed beside the faults: the example of the docs against an echo
// service of this test's, which feels nothing of what the control plane loses.
func TestTheDataPlaneIsProbedBesideTheFaults(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 11})
	text, err := os.ReadFile("../../docs/scenarios/floating-ip.yaml")
	require.NoError(t, err)
	at := echoes(t)
	before, pages, found := strings.Cut(string(text), "  pages:\n")
	require.True(t, found)
	_, after, found := strings.Cut(pages, "faults:\n")
	require.True(t, found)
	source := before + "faults:\n" + strings.ReplaceAll(after, "  - availability(\"pages\") >= 99%\n", "")
	quick := scenario(t, source, "203.0.113.10:7", at, "warmup: 2s, baseline: 10s, chaos: 1m, recovery: 20s", "warmup: 1s, baseline: 2s, chaos: 10s, recovery: 3s",
		"at: 5s", "at: 1s", "hold: 10s", "hold: 2s", "hold: 5s", "hold: 1s", "every: 1s", "every: 200ms")
	run := eris(t, "run", quick, "-i", cloud.Inventory(), "--plain")
	require.Equal(t, 0, run.exit(t), "%s", run.stderr())
	said := run.stdout.String()
	for _, load := range []string{"sessions", "packets"} {
		require.Regexp(t, `(?m)^ +`+load+` +[1-9].* 0 +0 +0$`, said, "none failed, was dropped or cut off")
	}
}

// echoes answers TCP and UDP at one port of loopback.
func echoes(t *testing.T) string {
	t.Helper()
	streams, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	packets, err := net.ListenPacket("udp", streams.Addr().String())
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := streams.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			})
		}
	})
	running.Go(func() {
		in := make([]byte, 1<<16)
		for {
			n, from, err := packets.ReadFrom(in)
			if err != nil {
				return
			}
			_, _ = packets.WriteTo(in[:n], from)
		}
	})
	t.Cleanup(func() {
		require.NoError(t, streams.Close())
		require.NoError(t, packets.Close())
		running.Wait() // the program that asked has ended, and its connections with it
	})
	return fmt.Sprint(streams.Addr())
}
