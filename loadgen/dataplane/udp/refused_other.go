//go:build !linux

package udp

import "net"

// quoting is not known of other kernels.
func quoting(net.Conn) bool { return false }

// quoted gives nothing: which datagram an error is about is not told.
func quoted(net.Conn) []quote { return nil }
