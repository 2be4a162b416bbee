package udp

import (
	"encoding/binary"
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// quoting has the kernel keep what it is told of a socket's datagrams with the
// beginning of each: an ICMP error quotes the datagram that it is about. It is false
// where the kernel does not.
//
// Source: ip(7), IP_RECVERR.
func quoting(conn net.Conn) (does bool) {
	return control(conn, func(fd int) {
		v4 := unix.SetsockoptInt(fd, unix.SOL_IP, unix.IP_RECVERR, 1)
		v6 := unix.SetsockoptInt(fd, unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
		does = v4 == nil || v6 == nil // a socket is of one of them
	}) == nil && does
}

// quoted gives what the kernel was told since it was asked last.
func quoted(conn net.Conn) (all []quote) {
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
			all = append(all, quote{text[:n], reason(beside[:many])})
		}
	})
	return all
}

// reason is the error in what the kernel says beside a datagram (sock_extended_err).
func reason(beside []byte) error {
	messages, err := unix.ParseSocketControlMessage(beside)
	if err != nil {
		return err
	}
	for _, m := range messages {
		v4 := m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR
		v6 := m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if (v4 || v6) && len(m.Data) >= 4 {
			return syscall.Errno(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return unix.EHOSTUNREACH // it was not delivered, and the kernel does not say why
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
