package tcp_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/tcp"
)

// serving has this test program be an echo service until its input ends.
const serving = "ERIS_TEST_ECHO"

func TestMain(m *testing.M) {
	if os.Getenv(serving) != "" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go accept(listener, echoes)
		fmt.Println(listener.Addr())
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	goleak.VerifyTestMain(m)
}

// echoes copies by hand: between two connections the kernel would be asked to, which
// takes a pipe, and two more files, for each session.
func echoes(c net.Conn) { _, _ = io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c}) }

func accept(listener net.Listener, serve func(net.Conn)) {
	for {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = c.Close() }()
			serve(c)
		}()
	}
}

// service serves until the test ends, and closes what is open then.
func service(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.Map
	var running sync.WaitGroup
	running.Go(func() {
		accept(listener, func(c net.Conn) {
			all.Store(c, true)
			running.Add(1)
			defer running.Done()
			serve(c)
		})
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		all.Range(func(c, _ any) bool { return c.(net.Conn).Close() != nil || true })
		running.Wait()
	})
	return listener.Addr().String()
}

func once(ctx context.Context, t *testing.T, w loadgen.Workload) loadgen.Outcome {
	t.Helper()
	s, err := w.Open(t.Context(), loadgen.Env{Run: "r1", Seed: 7})
	require.NoError(t, err)
	o := s.Iterate(ctx, 3, loadgen.Unrecorded{})
	require.NoError(t, s.Close(t.Context()))
	return o
}

func all(address string) map[string]loadgen.Workload {
	echo, hold := tcp.NewEcho(), tcp.NewHold()
	echo.Address, hold.Address = address, address
	hold.Hold, hold.Every = time.Second, 100*time.Millisecond
	return map[string]loadgen.Workload{"connect": &tcp.Connect{Address: address}, "echo": echo, "hold": hold}
}

func TestWhoAnswersIsFoundWell(t *testing.T) {
	for name, w := range all(service(t, echoes)) {
		require.NoError(t, once(t.Context(), t, w).Err, name)
	}
}

func TestALongEchoComesBackWhole(t *testing.T) {
	echo := tcp.NewEcho()
	echo.Address, echo.Bytes = service(t, echoes), 1<<20
	require.NoError(t, once(t.Context(), t, echo).Err)
}

func TestAClosedPortIsNoConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	for name, w := range all(listener.Addr().String()) {
		o := once(t.Context(), t, w)
		require.Equal(t, record.Connect, o.Class, name)
		require.ErrorIs(t, o.Err, syscall.ECONNREFUSED)
		require.EqualError(t, o.Err, "dial: connect: connection refused", "without the address")
	}
}

func TestOtherBytesAreAWrongResult(t *testing.T) {
	address := service(t, func(c net.Conn) {
		text := make([]byte, 64)
		for {
			if _, err := io.ReadFull(c, text); err != nil {
				return
			}
			text[63]++
			_, _ = c.Write(text)
		}
	})
	for _, name := range []string{"echo", "hold"} {
		o := once(t.Context(), t, all(address)[name])
		require.Equal(t, record.WrongResult, o.Class, name)
		require.ErrorContains(t, o.Err, "other bytes came back")
	}
}

func TestASessionThatBreaksIsTold(t *testing.T) {
	address := service(t, func(c net.Conn) {
		_, _ = io.CopyN(c, c, 64*3) // three echoes
	})
	o := once(t.Context(), t, all(address)["hold"])
	require.Equal(t, record.Connect, o.Class)
	require.ErrorContains(t, o.Err, "held, and then: ")
	require.NotContains(t, o.Err.Error(), "127.0.0.1")
}

func TestWhoSaysNothingIsATimeout(t *testing.T) {
	address := service(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	for _, name := range []string{"echo", "hold"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		require.Equal(t, record.Timeout, once(ctx, t, all(address)[name]).Class, name)
		cancel()
	}
}

func TestACutEndsASession(t *testing.T) {
	var held atomic.Int64
	address := service(t, func(c net.Conn) {
		held.Add(1)
		echoes(c)
	})
	hold := tcp.NewHold()
	hold.Address, hold.Hold = address, time.Hour
	s, err := hold.Open(t.Context(), loadgen.Env{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	classes := make([]record.Class, 20)
	var running sync.WaitGroup
	for n := range classes {
		running.Go(func() { classes[n] = s.Iterate(ctx, int64(n), loadgen.Unrecorded{}).Class })
	}
	require.Eventually(t, func() bool { return held.Load() == 20 }, 20*time.Second, 5*time.Millisecond)
	cancel()
	running.Wait()
	for _, class := range classes {
		require.Equal(t, record.Aborted, class)
	}
	require.NoError(t, s.Close(t.Context()))
}

// Ten thousand sessions are held at once, each with an echo in that time.
func TestTenThousandSessionsAtOnce(t *testing.T) {
	const sessions = 10_000
	limit := syscall.Rlimit{}
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.GreaterOrEqual(t, limit.Cur, uint64(sessions+200), "ulimit -n")
	server := exec.CommandContext(t.Context(), os.Args[0])
	server.Env = append(os.Environ(), serving+"=1")
	in, err := server.StdinPipe()
	require.NoError(t, err)
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	var address string
	_, err = fmt.Fscanln(out, &address)
	require.NoError(t, err)

	hold := tcp.NewHold()
	hold.Address, hold.Hold, hold.Every = address, 24*time.Hour, 24*time.Hour // one echo each
	spec := loadgen.DefaultSpec()
	spec.Concurrency, spec.Timeout = sessions, time.Hour
	runner, err := loadgen.Open(t.Context(), loadgen.Load{Name: "held", Workload: hold, Spec: spec}, record.NewClock(), failing{t})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan loadgen.Totals)
	go func() {
		totals, _ := runner.Run(ctx)
		ended <- totals
	}()
	require.Eventually(t, func() bool {
		return runner.Live().Totals().InFlight() == sessions && open(t, server.Process.Pid) >= sessions
	}, time.Minute, 50*time.Millisecond)
	cancel()
	totals := <-ended
	totals.Aborted += totals.InFlight() // that end a moment after the load
	require.Equal(t, loadgen.Totals{Planned: sessions, Started: sessions, Aborted: sessions}, totals)
	require.NoError(t, in.Close())
	require.NoError(t, server.Wait())
}

// open is how many sockets a process has.
func open(t *testing.T, pid int) int {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	sockets := 0
	for _, file := range files {
		if link, err := os.Readlink(dir + "/" + file.Name()); err == nil && strings.HasPrefix(link, "socket:") {
			sockets++
		}
	}
	return sockets
}

// failing tells what failed.
type failing struct{ t *testing.T }

func (f failing) Sample(s record.Sample) {
	if s.Class != record.OK && s.Class != record.Aborted {
		f.t.Errorf("%+v", s)
	}
}

func TestArguments(t *testing.T) {
	hold := tcp.NewHold()
	hold.Address, hold.Bytes, hold.Hold, hold.Every = "vm-1", 0, 0, 0
	err := hold.Validate()
	for _, want := range []string{`address: "vm-1" is not HOST:PORT`, "bytes: 0 is not", "hold: 0s is not", "every: 0s is not"} {
		require.ErrorContains(t, err, want)
	}
	_, err = hold.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "tcp.hold: ")
}
