package sequence

import (
	"encoding/binary"
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// Quoting has the kernel keep what it is told of a socket's datagrams with the
// beginning of each: an ICMP error quotes the datagram that it is about. It is false
// where the kernel does not.
//
// Source: ip(7), IP_RECVERR.
func Quoting(conn net.Conn) (does bool) {
	return control(conn, func(fd int) {
		v4 := unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_RECVERR, 1)
		v6 := unix.SetsockoptInt(fd, unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
		does = v4 == nil || v6 == nil // a socket is of one of them
	}) == nil && does
}

// Quoted gives what the kernel was told since it was asked last, as it was sent by the
// socket: of a raw one, or one for ICMP, with the header of ICMP. What the kernel itself
// said of a call is no quote, since that call has said it.
func Quoted(conn net.Conn) (all []Quote) {
	_ = control(conn, func(fd int) {
		for {
			text, beside := make([]byte, 1<<10), make([]byte, 1<<10)
			n, many, _, _, err := unix.Recvmsg(fd, text, beside, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil {
				return
			}
			if local, why := reason(beside[:many]); !local {
				all = append(all, Quote{Text: text[:n], Err: why})
			}
		}
	})
	return all
}

// reason is the error in what the kernel says beside a datagram (sock_extended_err);
// it is local where it is the kernel's own.
func reason(beside []byte) (local bool, why error) {
	messages, err := unix.ParseSocketControlMessage(beside)
	if err != nil {
		return false, err
	}
	for _, m := range messages {
		v4 := m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR
		v6 := m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if (v4 || v6) && len(m.Data) >= 5 {
			return m.Data[4] == unix.SO_EE_ORIGIN_LOCAL, syscall.Errno(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return false, unix.EHOSTUNREACH // it was not delivered, and the kernel does not say why
}

func control(conn net.Conn, do func(fd int)) error {
	socket, is := conn.(syscall.Conn)
	if !is {
		return errors.ErrUnsupported
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { do(int(fd)) })
}
