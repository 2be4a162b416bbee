package familytest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// Racks lays a switch of real bridges on a machine: in the network namespace racks the
// bridge sw-1, joined to br-core, and behind it the network namespace n1 as a node,
// who has 192.0.2.11 and refuses whoever comes.
const Racks = `set -e
for name in racks n1; do ip netns del "$name" 2>/dev/null || true; ip netns add "$name"; done
for bridge in sw-1 br-core; do ip -n racks link add "$bridge" type bridge forward_delay 0; done
ip -n racks link add up-1 master sw-1 type veth peer name down-1
ip -n racks link set down-1 master br-core
ip -n racks link add port-1 master sw-1 type veth peer name eth0 netns n1
for link in lo sw-1 br-core up-1 down-1 port-1; do ip -n racks link set "$link" up; done
ip -n racks addr add 192.0.2.1/24 dev br-core
for link in lo eth0; do ip -n n1 link set "$link" up; done
ip -n n1 addr add 192.0.2.11/24 dev eth0
`

// Unbridged asks for the node behind the switch of Racks: nobody refuses, not even when
// its own kernel has had the time to say that it has its carrier again. Who asked in vain
// before is told so once more, of that asking.
func Unbridged(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return bed.Shell(t, "timeout 10 sh -c 'until ip netns exec racks nc -z -v 192.0.2.11 9 2>&1 | grep -q refused; do sleep 0.1; done' && echo refused") != "refused"
}

// ForeignAddress gives a switch an address, which makes it more than one, and settles by
// taking it away. A port that is plugged in beside it, and is not up, is nobody's
// business: it stays so.
func ForeignAddress(bridge string) func(t testing.TB, bed faulttest.Bed) func() {
	return func(t testing.TB, bed faulttest.Bed) func() {
		t.Helper()
		bed.Shell(t, "ip -n racks link add foreign master %s type veth peer name foreign-end", bridge)
		bed.Shell(t, "ip -n racks address add 192.0.2.77/32 dev %s", bridge)
		return func() {
			require.Contains(t, bed.Shell(t, "ip -n racks -o link show dev foreign"), "state DOWN")
			bed.Shell(t, "ip -n racks link del foreign; ip -n racks address del 192.0.2.77/32 dev %s", bridge)
		}
	}
}
