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
