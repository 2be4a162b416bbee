//go:build !linux

package http

import "net"

// quiet is not known of other kernels' connections: a request that meets one which its
// server has closed fails there.
type quiet struct{}

func newQuiet(net.Conn) *quiet { return &quiet{} }

func (*quiet) now() bool { return true }
