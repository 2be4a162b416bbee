//go:build !linux

package icmp

import (
	"net"
	"net/netip"
	"os"
	"syscall"
)

// ping is not known of other kernels, whose raw sockets are taken.
func ping(netip.Addr) (net.Conn, int, error) {
	return nil, 0, os.NewSyscallError(making, syscall.EPROTONOSUPPORT)
}
