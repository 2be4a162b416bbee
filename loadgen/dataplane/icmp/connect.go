package icmp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/sequence"
)

// errForbidden is why this user cannot ping, and what would help.
var errForbidden = errors.New("this user may have no socket for it: neither a ping socket (his group is not in net.ipv4.ping_group_range, which is for IPv6 too) nor a raw one (he has no CAP_NET_RAW)")

// connect makes a socket that asks one address: a ping socket, which every user may
// have that the kernel is told of, or else a raw one. The run's own dialler makes a raw
// one.
func connect(ctx context.Context, env loadgen.Env, to netip.Addr) (*wire, error) {
	w := &wire{six: to.Is6()}
	var err error
	if env.Dial == nil {
		w.Conn, w.id, err = ping(to)
	}
	if env.Dial != nil || unmade(err) {
		err = w.raw(ctx, env, to)
	}
	switch {
	case unmade(err) && errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w", errForbidden, err)
	case err != nil:
		return nil, err
	}
	w.quotes = sequence.Quoting(w.Conn)
	return w, nil
}

// making is the call that makes a socket.
const making = "socket"

// unmade tells whether there is no socket, which is no matter of where it leads.
func unmade(err error) bool {
	call, is := errors.AsType[*os.SyscallError](err)
	return is && call.Syscall == making
}

// raw makes a raw socket, whose requests have an identifier that is drawn.
func (w *wire) raw(ctx context.Context, env loadgen.Env, to netip.Addr) (err error) {
	dial, network := env.Dial, "ip4:icmp"
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	if w.six {
		network = "ip6:ipv6-icmp"
	}
	if w.Conn, err = dial(ctx, network, to.String()); err != nil {
		return err
	}
	_, kernels := w.Conn.(*net.IPConn)
	w.packet = kernels && !w.six
	var id [2]byte
	_, _ = rand.Read(id[:]) // never fails
	w.id = int(binary.BigEndian.Uint16(id[:]))
	return nil
}
