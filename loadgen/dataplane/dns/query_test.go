package dns_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers each question as change makes the answer, or not at all where that
// says so.
func server(t *testing.T, change func(*dnsmessage.Message) bool) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		in := make([]byte, 1<<16)
		for {
			n, from, err := conn.ReadFrom(in)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(in[:n]) != nil {
				continue
			}
			m.Response = true
			head := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: m.Questions[0].Type, Class: dnsmessage.ClassINET, TTL: 60}
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}}}}
			if !change(&m) {
				continue
			}
			if text, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(text, from)
			}
		}
	})
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		running.Wait()
	})
	return conn.LocalAddr().String()
}

func ask(ctx context.Context, t *testing.T, w *dns.Query) loadgen.Outcome {
	t.Helper()
	s, err := w.Open(t.Context(), loadgen.Env{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(ctx)) }()
	return s.Iterate(ctx, 0, loadgen.Unrecorded{})
}

func TestAnswersAreLookedAt(t *testing.T) {
	code := func(code dnsmessage.RCode) func(*dnsmessage.Message) bool {
		return func(m *dnsmessage.Message) bool {
			m.RCode, m.Answers = code, nil
			return true
		}
	}
	well := func(*dnsmessage.Message) bool { return true }
	for _, c := range []struct {
		what, expect string
		change       func(*dnsmessage.Message) bool
		class        record.Class
		says         string
	}{
		{"any answer", "", well, record.OK, ""},
		{"the right address", "192.0.2.7", well, record.OK, ""},
		{"another address", "192.0.2.8", well, record.WrongResult, "the answer has not 192.0.2.8"},
		{"no such name", "", code(dnsmessage.RCodeNameError), record.WrongResult, "the answer is NXDOMAIN"},
		{"no such name, as expected", "nothing", code(dnsmessage.RCodeNameError), record.OK, ""},
		{"a name that was to be gone", "nothing", well, record.WrongResult, "the answer is NOERROR, and there was to be no such name"},
		{"a failure", "", code(dnsmessage.RCodeServerFailure), record.WrongResult, "the answer is SERVFAIL"},
		{"nothing", "", code(dnsmessage.RCodeSuccess), record.WrongResult, "the answer has nothing"},
		{"another's answer", "", func(m *dnsmessage.Message) bool { m.ID++; return true }, record.Timeout, "no answer within 200ms"},
		{"silence", "", func(*dnsmessage.Message) bool { return false }, record.Timeout, "no answer within 200ms"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := dns.NewQuery()
			w.Server, w.Name, w.Expect = server(t, c.change), "vm-1.example.org", c.expect
			if w.Wait = time.Minute; c.class == record.Timeout {
				w.Wait = 200 * time.Millisecond
			}
			o := ask(t.Context(), t, w)
			require.Equal(t, c.class, o.Class, "%v", o.Err)
			if c.says != "" {
				require.ErrorContains(t, o.Err, c.says)
			}
		})
	}
}

// overTCP has the same address answer over TCP too, whole; how it ends a connection
// of which that says so without an answer is what a name server without TCP does.
func overTCP(t *testing.T, address string, answer func(m *dnsmessage.Message) bool) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			in := make([]byte, 1<<16)
			n, err := conn.Read(in)
			var m dnsmessage.Message
			if err == nil && n > 2 && m.Unpack(in[2:n]) == nil && answer(&m) {
				text, err := m.Pack()
				if err == nil {
					text = append([]byte{byte(len(text) >> 8), byte(len(text))}, text...)
					_, _ = conn.Write(text[:5]) // a stream comes as it likes
					_, _ = conn.Write(text[5:])
				}
			}
			_ = conn.Close()
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		running.Wait()
	})
}

// parts keeps what is told of the parts of an iteration.
type parts []string

func (p *parts) Operation(name string) func(loadgen.Outcome) {
	return func(o loadgen.Outcome) { *p = append(*p, name+" "+o.Class.String()) }
}

func TestAnAnswerThatWasCutShortIsFetchedOverTCP(t *testing.T) {
	short := func(m *dnsmessage.Message) bool {
		m.Truncated, m.Answers = true, nil
		return true
	}
	full := func(m *dnsmessage.Message) bool {
		m.Response = true
		head := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
		for i := range byte(100) { // more than a datagram of 512 bytes takes
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, i}}})
		}
		return true
	}
	fetch := func(address string) (loadgen.Outcome, parts) {
		w := dns.NewQuery()
		w.Server, w.Name, w.Expect = address, "vm-1.example.org", "192.0.2.99"
		s, err := w.Open(t.Context(), loadgen.Env{})
		require.NoError(t, err)
		var seen parts
		return s.Iterate(t.Context(), 0, &seen), seen
	}

	address := server(t, short)
	o, seen := fetch(address)
	require.Equal(t, record.Connect, o.Class, "there is no TCP")
	require.ErrorContains(t, o.Err, "the answer was cut short, and over TCP: dial: connect: connection refused")
	require.Equal(t, parts{"dns.tcp connect"}, seen)

	overTCP(t, address, full)
	o, seen = fetch(address)
	require.NoError(t, o.Err)
	require.Equal(t, parts{"dns.tcp ok"}, seen)

	hangsUp := server(t, short)
	overTCP(t, hangsUp, func(*dnsmessage.Message) bool { return false })
	o, _ = fetch(hangsUp)
	require.Equal(t, record.Connect, o.Class)
	require.ErrorContains(t, o.Err, "over TCP: EOF")

	o, seen = fetch(server(t, func(m *dnsmessage.Message) bool { m.Answers = nil; return true }))
	require.Equal(t, record.WrongResult, o.Class)
	require.Empty(t, seen, "what is whole is not asked for again")
}

func TestNobodyThere(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	w := dns.NewQuery()
	w.Server, w.Name = conn.LocalAddr().String(), "a"
	o := ask(t.Context(), t, w)
	require.Equal(t, record.Connect, o.Class)
	require.ErrorContains(t, o.Err, "connection refused")
}

func TestACutEndsAtOnce(t *testing.T) {
	w := dns.NewQuery()
	w.Server, w.Name, w.Wait = server(t, func(*dnsmessage.Message) bool { return false }), "a", time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	require.Equal(t, record.Aborted, ask(ctx, t, w).Class)
}

func TestArguments(t *testing.T) {
	w := dns.NewQuery()
	w.Server, w.Name, w.Type, w.Expect, w.Wait = "ns", "..", "ANY", "x", 0
	err := w.Validate()
	for _, want := range []string{`server: "ns" is not HOST:PORT`, `name: ".." is no name`, `type: "ANY" is none of A, AAAA,`, `expect: "x" is no address`, "wait: 0s is less"} {
		require.ErrorContains(t, err, want)
	}
}
