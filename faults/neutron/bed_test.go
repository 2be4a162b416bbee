package neutron_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// space sets the name of the only router's namespace, in scripts of the tests.
const space = "space=$(echo /run/netns/qrouter-*); space=${space##*/}\n"

// bedOf is the router in the cloud of an inventory, on the node that leads.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Service: cloud.ServiceByName("neutron-l3-agent"),
		Changed: unrouted, Disturb: addressed,
	}
	faulttest.Eventually(t, time.Minute, "a node has the router's addresses", func() bool {
		bed.Node = leading(t, bed)
		return bed.Node != nil
	})
	return bed
}

// leading is the node whose namespace has the address of the router's tenant, nil
// while none has or two have.
func leading(t *testing.T, bed faulttest.Bed) *inventory.Node {
	t.Helper()
	var found []*inventory.Node
	for _, name := range bed.Service.Nodes {
		node := bed.Cloud.NodeByName(name)
		said := bed.Runner.Run(t.Context(), node.Name, remote.Command{Script: space + `ip -n "$space" -o -4 address show to 10.20.0.1`, Root: true})
		if said.OK() && strings.Contains(string(said.Stdout), "10.20.0.1/24") {
			found = append(found, node)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// unrouted tells whether the router on the node is other than one that can lead:
// with all of its interfaces up, and a keepalived.
func unrouted(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	links := bed.Shell(t, space+`ip -n "$space" -o link show`)
	for _, prefix := range []string{" ha-", " qr-", " qg-"} {
		if strings.Count(links, prefix) != 1 {
			return true
		}
	}
	running := bed.Shell(t, space+`for pid in $(ip netns pids "$space"); do cat "/proc/$pid/comm"; done`)
	return strings.Count(links, ",UP,LOWER_UP>")+strings.Count(links, ",UP>") < 4 || !strings.Contains(running, "keepalived")
}

// addressed is what somebody gives the interface meanwhile.
func addressed(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	ask := func(verb string) {
		bed.Shell(t, space+`ip -n "$space" address %s 192.0.2.77/32 dev "$(ip -n "$space" -o link show | cut -d ' ' -f 2 | grep '^ha-' | cut -d @ -f 1 | tr -d :)"`, verb)
	}
	ask("add")
	return func() { ask("del") }
}

// refused is what preflight says of a fault on a bed, "" for nothing.
func refused(t *testing.T, bed faulttest.Bed, router string) string {
	t.Helper()
	return bed.Refusal(t, down(router))
}
