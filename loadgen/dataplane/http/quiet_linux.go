package http

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// quiet tells whether nothing has come on a connection on which nothing is expected:
// neither bytes nor its end, with which no request may be sent on it any more. Of one that
// is no socket it knows nothing, and says yes.
type quiet struct {
	raw  syscall.RawConn
	look func(fd uintptr) bool
	is   bool
	one  [1]byte
}

func newQuiet(conn net.Conn) *quiet {
	q := &quiet{}
	q.look = func(fd uintptr) bool {
		_, _, err := unix.Recvfrom(int(fd), q.one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		q.is = err == unix.EAGAIN || err == unix.EINTR
		return true
	}
	if socket, is := conn.(syscall.Conn); is {
		q.raw, _ = socket.SyscallConn() // without it, it is as one that is none
	}
	return q
}

func (q *quiet) now() bool {
	if q.raw == nil {
		return true
	}
	return q.raw.Read(q.look) == nil && q.is
}
