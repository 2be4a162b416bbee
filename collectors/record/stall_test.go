package record

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestADiskThatStallsHoldsNoCollectorUp writes into a pipe that nobody empties,
// until the writer behind it waits, and goes on writing.
func TestADiskThatStallsHoldsNoCollectorUp(t *testing.T) {
	out, in, err := os.Pipe()
	require.NoError(t, err)
	s := &SignalWriter{fail: func(err error) error { return err }, file: in, stop: make(chan struct{})}
	flushed := make(chan error)
	reading := Reading{Signal: "sockets.established", Labels: map[string]string{"node": strings.Repeat("x", 1000)}}
	const stalled, more = 200, 100 // a pipe holds 64 KiB
	for range stalled {
		require.NoError(t, s.Write(reading))
	}
	go func() { flushed <- s.flush() }()
	_, err = out.Read(make([]byte, 1)) // it has begun, and cannot end
	require.NoError(t, err)
	written := make(chan error, more)
	go func() {
		for range more {
			written <- s.Write(reading)
		}
	}()
	for range more {
		select {
		case err := <-written:
			require.NoError(t, err)
		case <-time.After(10 * time.Second):
			require.Fail(t, "a collector waits for the disk")
		}
	}
	lines := make(chan int)
	go func() {
		n := 0
		for scan := bufio.NewScanner(out); scan.Scan(); n++ {
			if !strings.HasSuffix(scan.Text(), "}") {
				n = -1
				break
			}
		}
		lines <- n
	}()
	require.NoError(t, <-flushed)
	require.NoError(t, s.flush())
	require.NoError(t, in.Close())
	require.Equal(t, stalled+more, <-lines)
	require.NoError(t, out.Close())
}
