// Package network holds the faults of what a node says and hears: rules of
// nftables that drop packets on the node itself, all of them or a share, queues
// of an interface that hold back or damage what leaves by it, an interface that
// is taken down, connections that the kernel ends, packets that another node is sent,
// and what a kernel has only so many of: ports, and places for connections.
//
// A fault of packets is one table of its own, `inet eris-ID`, with a chain at
// the hooks input and output, before the kernel's connection tracking, so that
// what is established is cut too. A drop is final and a foreign table cannot take it
// back; an accept ends only the chain it stands in, and a foreign table may
// still drop. Nothing at the hook forward is touched: what the node passes on
// for others (its guests, its routers) is not the target's.
//
// The table is made and deleted in one transaction each. The address from which
// the node was armed is let through first, in every chain. Eris cannot cut
// itself off, and a load that comes from the same address is let through too.
//
// A rule is text of nft that is made here of addresses and ports, never of
// words; scripts put the rules of one fault into its table and know nothing of
// what they say.
//
// The lifecycle observes on the node that is struck, and so no peer is asked. A
// packet that a rule has dropped is counted, and the effect is that the node
// tried to get through, had no answer, and the rules counted what it cost. Where
// the node itself is let through, the effect is a peer's packet that was dropped.
package network

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh *.py
var files embed.FS

// text returns the family's files of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
