//go:build !linux

package sequence

import "net"

// Quoting is not known of other kernels.
func Quoting(net.Conn) bool { return false }

// Quoted gives nothing: which datagram an error is about is not told.
func Quoted(net.Conn) []Quote { return nil }
