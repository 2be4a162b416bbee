// Package neutron holds the faults of what Neutron keeps on a node beside its
// daemons: the routers of tenants, each a network namespace with interfaces and
// with processes of its own, which go on without the agent that has made them.
//
// Who of the nodes has a router's addresses is agreed on among the nodes, and may
// be another one after a fault than before. So the fingerprint has what each node
// needs to take its turn, and not whose turn it is.
package neutron

import (
	"embed"

	"github.com/openstack-eris/eris/faults/script"
)

//go:embed *.sh
var files embed.FS

// text returns the family's scripts of those names, one after the other.
func text(names ...string) string { return script.Text(files, names...) }
