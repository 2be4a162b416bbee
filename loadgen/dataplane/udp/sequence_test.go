package udp_test

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/udp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service gives each datagram that comes to answer, with its place among them and
// what sends one back.
func service(t *testing.T, answer func(n int, text []byte, back func([]byte))) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 0; ; n++ {
			in := make([]byte, 1<<16)
			size, from, err := conn.ReadFrom(in)
			if err != nil {
				return
			}
			answer(n, in[:size], func(text []byte) { _, _ = conn.WriteTo(text, from) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		running.Wait()
	})
	return conn.LocalAddr().String()
}

// operations keeps the names of what is reported.
type operations struct {
	mu    sync.Mutex
	names []string
}

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.names = append(o.names, name)
	return func(loadgen.Outcome) {}
}

func open(t *testing.T, address string, wait time.Duration) loadgen.Session {
	t.Helper()
	w := udp.NewSequence()
	w.Address, w.Wait = address, wait
	s, err := w.Open(t.Context(), loadgen.Env{Run: "r1"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	return s
}

func TestWhatComesBackIsWell(t *testing.T) {
	s := open(t, service(t, func(_ int, text []byte, back func([]byte)) { back(text) }), time.Minute)
	var seen operations
	for n := range int64(100) {
		require.NoError(t, s.Iterate(t.Context(), n, &seen).Err)
	}
	require.Empty(t, seen.names)
}

func TestWhatIsLostIsATimeout(t *testing.T) {
	at := service(t, func(n int, text []byte, back func([]byte)) {
		switch {
		case n%2 == 0:
			back(text)
		case n == 1:
			back(text[:30]) // cut short
			text[0]++
			back(text) // somebody else's
		}
	})
	patient, short := open(t, at, time.Minute), open(t, at, 100*time.Millisecond)
	for n := range int64(6) {
		if n%2 == 0 {
			require.NoError(t, patient.Iterate(t.Context(), n, &operations{}).Err)
			continue
		}
		o := short.Iterate(t.Context(), n, &operations{})
		require.Equal(t, record.Timeout, o.Class)
		require.EqualError(t, o.Err, "no echo within 100ms")
	}
}

// What comes twice, and what comes after one that was sent later, is told by the next.
func TestWhatIsDoubledOrOvertakenIsTold(t *testing.T) {
	var kept []byte
	s := open(t, service(t, func(n int, text []byte, back func([]byte)) {
		switch n {
		case 0: // held back until the next has come
			kept = slices.Clone(text)
		case 1:
			back(text)
			back(kept)
		case 2:
			back(text)
			back(text)
			back(text)
		default:
			back(text)
		}
	}), time.Minute)
	var seen operations
	first := make(chan loadgen.Outcome)
	go func() { first <- s.Iterate(t.Context(), 0, &seen) }()
	// Whichever of the two is sent first is held back.
	require.NoError(t, s.Iterate(t.Context(), 1, &seen).Err)
	require.NoError(t, (<-first).Err)
	require.NoError(t, s.Iterate(t.Context(), 2, &seen).Err)
	require.Eventually(t, func() bool {
		require.NoError(t, s.Iterate(t.Context(), 3, &seen).Err)
		return len(seen.names) == 3
	}, 20*time.Second, time.Millisecond)
	slices.Sort(seen.names)
	require.Equal(t, []string{"udp.doubled", "udp.doubled", "udp.overtaken"}, seen.names)
}

// refusing is an address that stays nobody's for whoever asks there: its socket takes
// what one other sends, and nothing else.
func refusing(t *testing.T) string {
	t.Helper()
	other, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	conn, err := net.Dial("udp", other.LocalAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		require.NoError(t, other.Close())
	})
	return conn.LocalAddr().String()
}

func TestNobodyThere(t *testing.T) {
	s := open(t, refusing(t), 3*time.Second)
	o := s.Iterate(t.Context(), 0, &operations{})
	require.Equal(t, record.Connect, o.Class, "%v", o.Err)
	require.ErrorContains(t, o.Err, "connection refused")
	require.NotContains(t, o.Err.Error(), "127.0.0.1")
}

// What comes after the last iteration is told at the end.
func TestWhatComesLateIsTold(t *testing.T) {
	s := open(t, service(t, func(_ int, text []byte, back func([]byte)) {
		back(text)
		time.AfterFunc(20*time.Millisecond, func() { back(text) })
	}), 3*time.Second)
	var seen operations
	require.NoError(t, s.Iterate(t.Context(), 0, &seen).Err)
	require.Empty(t, seen.names)
	last, is := s.(loadgen.Finisher)
	require.True(t, is)
	last.Finish(t.Context(), &seen)
	require.Equal(t, []string{"udp.doubled"}, seen.names)

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	last.Finish(stopped, &seen)
	require.Less(t, time.Since(began), 3*time.Second)
	require.Len(t, seen.names, 1, "it was told once")
}

func TestACutEndsAtOnce(t *testing.T) {
	s := open(t, service(t, func(int, []byte, func([]byte)) {}), time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	classes := make([]record.Class, 50)
	var running sync.WaitGroup
	for n := range classes {
		running.Go(func() { classes[n] = s.Iterate(ctx, int64(n), &operations{}).Class })
	}
	cancel()
	running.Wait()
	for _, class := range classes {
		require.Equal(t, record.Aborted, class)
	}
}

func TestArguments(t *testing.T) {
	w := udp.NewSequence()
	w.Address, w.Bytes, w.Wait = "vm-1:0", 23, 0
	err := w.Validate()
	for _, want := range []string{`address: "vm-1:0" is not HOST:PORT`, "bytes: 23 is not", "wait: 0s is less"} {
		require.ErrorContains(t, err, want)
	}
	_, err = w.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "udp.sequence: ")
}
