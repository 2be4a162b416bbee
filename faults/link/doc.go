// Package link holds the faults of one client's connections to one service: they
// come late, are slow, are reset, or are answered with a status of HTTP. Nobody else
// who talks to that service, and nothing else that the client does, is struck.
//
// A proxy of the fault's own listens on the node's loopback, in a transient unit, and
// one table of nftables redirects there what the client begins. Whose connection it
// is the kernel knows by the user that opened it, which the table asks; the proxy
// itself runs as root, and is redirected nowhere. Where a connection was meant to go
// the kernel tells the proxy (SO_ORIGINAL_DST).
//
// A redirect is of nat, which sees the first packet of a connection only: what is
// established when the fault begins goes by it untouched, unless it is to be ended, and
// what it carried is ended when the fault ends. Its unit takes the redirect away when the proxy ends,
// however it does, so that nobody is sent where nobody listens.
//
// The proxy is a program in Python with nothing but its own library. OpenStack is
// written in it, so that each node of a cloud has it or gets it from the same
// packages; a haproxy is only on some nodes, in Kolla's clouds within a container,
// and before its version 2.7 it can limit no rate and delay nothing but by Lua.
//
// Sources: https://wiki.nftables.org/wiki-nftables/index.php/Performing_Network_Address_Translation_(NAT)
// (redirect), https://man7.org/linux/man-pages/man8/nft.8.html (meta skuid),
// https://www.kernel.org/doc/html/latest/networking/tproxy.html (what a proxy is told).
package link

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh *.py
var files embed.FS

// text returns the family's files of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
