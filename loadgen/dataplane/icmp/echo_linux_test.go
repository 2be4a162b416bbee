package icmp_test

import (
	"context"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	own "github.com/openstack-eris/eris/loadgen/dataplane/icmp"
)

func open(t *testing.T, w way, wait time.Duration) loadgen.Session {
	t.Helper()
	load := own.NewEcho()
	load.Address, load.Wait = w.address, wait
	before := rawSockets(t)
	s, err := load.Open(t.Context(), loadgen.Env{Run: "r1"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	require.Equal(t, map[bool]int{true: before, false: before + 1}[w.ping], rawSockets(t), "what it goes by")
	return s
}

// rawSockets counts those of the namespace.
func rawSockets(t *testing.T) (n int) {
	t.Helper()
	for _, file := range []string{"/proc/self/net/raw", "/proc/self/net/raw6"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		n += strings.Count(string(text), "\n") - 1
	}
	return n
}

func TestWhatTheKernelAnswersIsWell(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	for w := range everyWay(t, true) {
		t.Run(w.String(), func(t *testing.T) {
			s := open(t, w, time.Minute)
			var seen operations
			for n := range int64(100) {
				require.NoError(t, s.Iterate(t.Context(), n, &seen).Err)
			}
			require.Empty(t, seen.names)
		})
	}
}

func TestWhatIsLostIsATimeout(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	for w := range everyWay(t, false) {
		t.Run(w.String(), func(t *testing.T) {
			newPeer(t, w, func(p *peer, n int, request []byte) {
				data := slices.Clone(request[8:])
				switch n {
				case 0:
					p.reply(request, data)
				case 1:
					p.reply(request, data[:30]) // cut short
					data[0]++
					p.reply(request, data) // somebody else's
				case 2: // changed on the way
					reply, err := (&icmp.Message{Type: ipv4.ICMPTypeEchoReply, Body: echo(request, data)}).Marshal(nil)
					require.NoError(p.t, err)
					reply[8+30]++
					if !p.six { // whose kernel knows the right checksum alone
						p.raw(reply)
					}
				}
			})
			patient := open(t, w, time.Minute)
			require.NoError(t, patient.Iterate(t.Context(), 0, &operations{}).Err)
			s := open(t, w, 100*time.Millisecond)
			for n := range int64(3) {
				o := s.Iterate(t.Context(), n+1, &operations{})
				require.Equal(t, record.Timeout, o.Class, "%d: %v", n, o.Err)
				require.EqualError(t, o.Err, "no echo within 100ms")
			}
		})
	}
}

// What comes twice, and what comes after one that was sent later, is told by the next.
func TestWhatIsDoubledOrOvertakenIsTold(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	for w := range everyWay(t, false) {
		t.Run(w.String(), func(t *testing.T) {
			var kept []byte
			held := make(chan struct{})
			newPeer(t, w, func(p *peer, n int, request []byte) {
				if n == 0 { // held back until the next has come
					kept = request
					close(held)
					return
				}
				p.reply(request, request[8:])
				switch n {
				case 1:
					p.reply(kept, kept[8:])
				case 2:
					p.reply(request, request[8:])
				}
			})
			s := open(t, w, time.Minute)
			var seen operations
			first := make(chan loadgen.Outcome)
			go func() { first <- s.Iterate(t.Context(), 0, &seen) }()
			<-held // the one that is sent first
			require.NoError(t, s.Iterate(t.Context(), 1, &seen).Err)
			require.NoError(t, (<-first).Err)
			require.NoError(t, s.Iterate(t.Context(), 2, &seen).Err)
			require.Eventually(t, func() bool {
				require.NoError(t, s.Iterate(t.Context(), 3, &seen).Err)
				return len(seen.names) == 2
			}, 20*time.Second, time.Millisecond)
			slices.Sort(seen.names)
			require.Equal(t, []string{"icmp.doubled", "icmp.overtaken"}, seen.names)
		})
	}
}

// A refusal is that of the request that it is about, whatever else is under way, and
// however little of that is quoted.
func TestARefusalIsOfItsRequest(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	for w := range everyWay(t, false) {
		t.Run(w.String(), func(t *testing.T) {
			came := make(chan []byte, 3)
			newPeer(t, w, func(_ *peer, _ int, request []byte) { came <- request })
			for _, bytes := range []int{8, 20, 32, 72} {
				p := &peer{t: t, six: strings.Contains(w.address, ":")}
				var err error
				p.conn, err = net.ListenPacket(map[bool]string{true: "ip6:ipv6-icmp", false: "ip4:icmp"}[p.six], w.address)
				require.NoError(t, err)
				s := open(t, w, 200*time.Millisecond)
				outcomes, requests := make([]loadgen.Outcome, 3), make([][]byte, 3)
				var running sync.WaitGroup
				for n := range outcomes {
					running.Go(func() { outcomes[n] = s.Iterate(t.Context(), int64(n), &operations{}) })
					requests[n] = <-came
				}
				p.refuse(requests[1], bytes)
				running.Wait()
				require.Equal(t, record.Connect, outcomes[1].Class, "%d bytes: %v", bytes, outcomes[1].Err)
				require.ErrorContains(t, outcomes[1].Err, "it was not delivered: no route to host")
				require.NotContains(t, outcomes[1].Err.Error(), w.address)
				require.Equal(t, record.Timeout, outcomes[0].Class, "%d bytes: %v", bytes, outcomes[0].Err)
				require.Equal(t, record.Timeout, outcomes[2].Class, "%d bytes: %v", bytes, outcomes[2].Err)

				// That of another program's is nobody's here, though one alone is under way.
				running.Go(func() { outcomes[0] = s.Iterate(t.Context(), 3, &operations{}) })
				other := <-came
				other[5]++ // its identifier, and what it carries
				other[8]++
				p.refuse(other, bytes)
				running.Wait()
				require.Equal(t, record.Timeout, outcomes[0].Class, "%d bytes: %v", bytes, outcomes[0].Err)
				require.NoError(t, p.conn.Close())
			}
		})
	}
}

func TestWhereThereIsNoWay(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	up(t)
	for _, ping := range []bool{false, true} {
		if ping {
			set(t, "ipv4/ping_group_range", "0 0")
		}
		_, err := (&own.Echo{Address: "192.0.2.1", Args: own.NewEcho().Args}).Open(t.Context(), loadgen.Env{})
		require.ErrorContains(t, err, "icmp.echo: ")
		require.ErrorContains(t, err, "network is unreachable")
		require.NotContains(t, err.Error(), "ping_group_range")
	}
}

// Who may have no socket is told so before anything is sent.
func TestWhoMayNotPingIsToldSo(t *testing.T) {
	if !alone(t, 1000) {
		return
	}
	for _, address := range []string{"127.0.0.1", "::1"} {
		load := own.NewEcho()
		load.Address = address
		_, err := load.Open(t.Context(), loadgen.Env{})
		require.ErrorContains(t, err, "icmp.echo: this user may have no socket for it: neither a ping socket (his group is not in net.ipv4.ping_group_range")
	}
}

func TestACutEndsAtOnce(t *testing.T) {
	if !alone(t, 0) {
		return
	}
	for w := range everyWay(t, false) {
		t.Run(w.String(), func(t *testing.T) {
			s := open(t, w, time.Hour)
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
		})
	}
}
