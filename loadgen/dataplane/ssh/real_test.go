package ssh_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// The programs themselves, where this machine has them.
func TestRealIperf3(t *testing.T) {
	if _, err := exec.LookPath("iperf3"); err != nil {
		t.Skip("there is no iperf3 here")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at, is := free.Addr().(*net.TCPAddr)
	require.True(t, is)
	require.NoError(t, free.Close())
	server := exec.CommandContext(t.Context(), "iperf3", "--server", "--bind", "127.0.0.1", "--port", strconv.Itoa(at.Port))
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = server.Wait() })
	i := newShell(t, "", true)
	for _, udp := range []bool{false, true} {
		w := i.iperf3()
		w.To, w.Port, w.UDP, w.Rate = "127.0.0.1", at.Port, udp, 1<<20
		var o loadgen.Outcome
		var names []string
		require.Eventually(t, func() bool { // until it listens
			o, names = measure(t.Context(), t, w)
			return o.Err == nil || !strings.Contains(o.Err.Error(), "refused")
		}, time.Minute, 100*time.Millisecond)
		require.NoError(t, o.Err, "udp %t", udp)
		require.Contains(t, names, "iperf3.second")
		w.Least = 1 << 40
		o, _ = measure(t.Context(), t, w)
		require.Equal(t, record.WrongResult, o.Class)
		require.EqualError(t, o.Err, "less got through than 1TiB a second")
	}
}

func TestRealFio(t *testing.T) {
	if _, err := exec.LookPath("fio"); err != nil {
		t.Skip("there is no fio here")
	}
	disk := filepath.Join(t.TempDir(), "a:b")
	require.NoError(t, os.Mkdir(disk, 0o700))
	i := newShell(t, "", true)
	for mode, want := range map[string][]string{"read": {"fio.read"}, "randwrite": {"fio.write"}, "randrw": {"fio.read", "fio.write"}} {
		w := i.fio(disk)
		w.Mode, w.Direct = mode, false
		o, names := measure(t.Context(), t, w)
		require.NoError(t, o.Err, mode)
		require.Equal(t, append([]string{"ssh.login", "ssh.fio"}, want...), names)
		left, err := os.ReadDir(disk)
		require.NoError(t, err)
		require.Empty(t, left, mode)
	}
	none := filepath.Join(disk, "none")
	o, _ := measure(t.Context(), t, i.fio(none))
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "fio ended with code ")
	require.ErrorContains(t, o.Err, none)
	require.NoDirExists(t, none, "it is not made")
}
