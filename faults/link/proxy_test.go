package link_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// told has the proxy take every connection for one that was meant to go to an address
// on loopback, as a redirect of the kernel's would tell it.
const told = `import asyncio.trsock, socket, struct, sys
real = asyncio.trsock.TransportSocket.getsockopt
def meant(sock, level, name, *size):
    if name != 80:
        return real(sock, level, name, *size)
    return struct.pack('!HH4s8x', socket.AF_INET, int(%q), socket.inet_aton('127.0.0.1'))
asyncio.trsock.TransportSocket.getsockopt = meant
exec(compile(open('link.py').read() + open('ask.py').read(), 'link.py', 'exec'))
`

// proxy runs link.py with those words before whoever listens at port, and returns where
// it listens, what it has counted, and what ends it and tells that once more.
func proxy(t *testing.T, port int, how string) (at string, counts, end func() string) {
	t.Helper()
	directory := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "python3", append([]string{"-c", fmt.Sprintf(told, fmt.Sprint(port)), "serve", directory}, strings.Fields(how)...)...)
	var said strings.Builder
	cmd.Stderr = &said
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	read := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(directory, name))
		return strings.TrimSpace(string(text))
	}
	faulttest.Eventually(t, 20*time.Second, "it listens", func() bool { return read("listening") != "" })
	listens, _, _ := strings.Cut(read("listening"), " ")
	counts = func() string { return read("counts") }
	return "127.0.0.1:" + listens, counts, func() string {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, <-ended, "%s", &said)
		return counts()
	}
}

// speaker is a service that says something first, and then what it is told.
func speaker(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.WriteString(conn, "220 ready\n")
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// say connects, says something, and returns the first line of what is answered, or what
// came instead.
func say(t *testing.T, at, what string) string {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, _ = io.WriteString(conn, what) // who is reset hears of it next
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return line
}

// Who waits for the service to speak first, or says a head that never ends, is passed on
// and told apart.
func TestWhoSaysNoHeadIsPassedOn(t *testing.T) {
	t.Parallel()
	at, _, end := proxy(t, speaker(t), "http_status 503 0 100")
	require.Equal(t, "220 ready\n", say(t, at, ""))
	require.Equal(t, "220 ready\n", say(t, at, "GET / HTTP/1.1\nHost: bare\n\n"))
	require.Equal(t, "220 ready\n", say(t, at, "\x16\x03\x01"))
	require.Equal(t, "HTTP/1.1 503 Eris\r\n", say(t, at, "GET / HTTP/1.1\r\nHost: probe\r\n\r\n"))
	require.Equal(t, "4 1 0 3", end())
}

// A connection that found nobody was not made late or slow.
func TestWhoFindsNobodyIsNotStruck(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"delay 10 0 100", "rate 65536 0 100"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			at, counts, end := proxy(t, int(faulttest.ClosedPort(t).Port()), how)
			require.Contains(t, say(t, at, ""), "reset")
			faulttest.Eventually(t, time.Minute, "it is counted", func() bool { return counts() == "1 0 1 0" })
			require.Equal(t, "1 0 1 0", end())
		})
	}
}

// Who is asked to end says who came until then, and not until a moment before.
func TestWhoEndsCountsTheLast(t *testing.T) {
	t.Parallel()
	at, counts, end := proxy(t, int(faulttest.ClosedPort(t).Port()), "reset 0 0 100")
	for n := range 40 {
		require.Contains(t, say(t, at, ""), "reset")
		if counts() == fmt.Sprintf("%[1]d %[1]d 0 0", n+1) {
			continue // it has just been laid
		}
		require.Equal(t, fmt.Sprintf("%[1]d %[1]d 0 0", n+1), end())
		return
	}
	t.Fatal("each was laid before it was told")
}
