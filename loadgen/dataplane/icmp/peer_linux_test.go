package icmp_test

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// peer is who is asked: a raw socket that sees each request and says what it likes.
type peer struct {
	t    *testing.T
	conn net.PacketConn
	six  bool
}

// send sends a message.
func (p *peer) send(m icmp.Message) {
	text, err := m.Marshal(nil)
	require.NoError(p.t, err)
	p.raw(text)
}

func (p *peer) raw(text []byte) {
	_, err := p.conn.WriteTo(text, p.conn.LocalAddr())
	require.NoError(p.t, err)
}

// reply answers a request, with its data or others.
func (p *peer) reply(request []byte, data []byte) {
	p.send(icmp.Message{Type: p.kind(ipv4.ICMPTypeEchoReply, ipv6.ICMPTypeEchoReply), Body: echo(request, data)})
}

// refuse says that a request was not delivered, and quotes so much of it.
func (p *peer) refuse(request []byte, bytes int) {
	at, ok := p.conn.LocalAddr().(*net.IPAddr)
	require.True(p.t, ok)
	head := make([]byte, 20, 20+bytes)
	head[0], head[3], head[8], head[9] = 0x45, byte(20+len(request)), 64, 1
	copy(head[12:], at.IP.To4())
	copy(head[16:], at.IP.To4())
	if p.six {
		head = make([]byte, 40, 40+bytes)
		head[0], head[5], head[6], head[7] = 0x60, byte(len(request)), 58, 64
		copy(head[8:], at.IP)
		copy(head[24:], at.IP)
	}
	m := icmp.Message{Type: p.kind(ipv4.ICMPTypeDestinationUnreachable, ipv6.ICMPTypeDestinationUnreachable), Code: 1, Body: &icmp.RawBody{Data: append(make([]byte, 4), append(head, request[:bytes]...)...)}}
	if p.six {
		m.Code = 3
	}
	p.send(m)
}

func (p *peer) kind(four, six icmp.Type) icmp.Type {
	if p.six {
		return six
	}
	return four
}

func echo(request []byte, data []byte) *icmp.Echo {
	return &icmp.Echo{ID: int(request[4])<<8 | int(request[5]), Seq: int(request[6])<<8 | int(request[7]), Data: data}
}

// newPeer has each request be seen, with its place among them.
func newPeer(t *testing.T, w way, see func(p *peer, n int, request []byte)) {
	t.Helper()
	p := &peer{t: t, six: strings.Contains(w.address, ":")}
	network, kind := "ip4:icmp", byte(ipv4.ICMPTypeEcho)
	if p.six {
		network, kind = "ip6:ipv6-icmp", byte(ipv6.ICMPTypeEchoRequest)
	}
	var err error
	p.conn, err = net.ListenPacket(network, w.address)
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 0; ; {
			in := make([]byte, 1<<16)
			size, _, err := p.conn.ReadFrom(in)
			if err != nil {
				return
			}
			if in[0] == kind {
				see(p, n, in[:size])
				n++
			}
		}
	})
	t.Cleanup(func() {
		require.NoError(t, p.conn.Close())
		running.Wait()
	})
}
