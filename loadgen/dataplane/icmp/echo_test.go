package icmp_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	own "github.com/openstack-eris/eris/loadgen/dataplane/icmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// The run's own dialler is asked for a raw socket; what is lost is so after its time.
func TestTheRunsOwnDiallerIsAsked(t *testing.T) {
	for address, of := range map[string]struct {
		network        string
		request, reply byte
	}{
		"192.0.2.1":        {"ip4:icmp", byte(ipv4.ICMPTypeEcho), byte(ipv4.ICMPTypeEchoReply)},
		"::ffff:192.0.2.1": {"ip4:icmp", byte(ipv4.ICMPTypeEcho), byte(ipv4.ICMPTypeEchoReply)},
		"2001:db8::1":      {"ip6:ipv6-icmp", byte(ipv6.ICMPTypeEchoRequest), byte(ipv6.ICMPTypeEchoReply)},
	} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			var asked string
			load := own.NewEcho()
			load.Address, load.Wait = address, 3*time.Second
			s, err := load.Open(t.Context(), loadgen.Env{Dial: func(_ context.Context, network, _ string) (net.Conn, error) {
				asked = network
				return here, nil
			}})
			require.NoError(t, err)
			require.Equal(t, of.network, asked)
			go func() {
				for n := 0; ; n++ {
					in := make([]byte, 1<<10)
					size, err := there.Read(in)
					if err != nil {
						return
					}
					if n == 1 || in[0] != of.request {
						continue
					}
					in[0] = of.reply
					_, _ = there.Write(in[:size])
				}
			}()
			require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
			began := time.Now()
			require.Equal(t, record.Timeout, s.Iterate(t.Context(), 1, &operations{}).Class)
			require.Equal(t, 3*time.Second, time.Since(began))
			require.NoError(t, s.Iterate(t.Context(), 2, &operations{}).Err)
			require.NoError(t, there.Close())
			require.NoError(t, s.Close(t.Context()))
		})
	}
}

func TestArguments(t *testing.T) {
	for _, address := range []string{"", "vm-1:7", "[::1]", "192.0.2.1:0", "a b"} {
		load := own.NewEcho()
		load.Address, load.Bytes, load.Wait = address, 23, 0
		err := load.Validate()
		for _, want := range []string{"is no address and no name", "bytes: 23 is not", "wait: 0s is less"} {
			require.ErrorContains(t, err, want)
		}
		_, err = load.Open(t.Context(), loadgen.Env{})
		require.ErrorContains(t, err, "icmp.echo: ")
	}
	for _, address := range []string{"vm-1", "vm-1.example.org", "192.0.2.1", "::1", "fe80::1%eth0"} {
		load := own.NewEcho()
		load.Address = address
		require.NoError(t, load.Validate())
	}
}
