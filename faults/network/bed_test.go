package network_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

// struck is the node of the beds, and asker the one that looks at it.
const struck, asker = "ctl-3", "ctl-2"

// sshPort is where a node's sshd listens, as its peers see it; on a simulated
// node nothing does, which is an answer too.
const sshPort = 22

// queuedPort is what faults of queues choose: memcached's, without which the
// cloud goes on.
const queuedPort = 11211

// bedOf is a node of the cloud in an inventory: a service on it, or with an
// empty name the whole node.
func bedOf(t *testing.T, file, service string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Changed: changedBy(kindOf(t.Name())), Disturb: disturbedBy(kindOf(t.Name())),
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck),
	}
	if kindOf(t.Name()) == "network.connections" {
		bed.Trace = talks
		if cloud.ServiceByName(service) == nil {
			service = "memcached" // whose client is the bed's own
		}
	}
	if service != "" {
		bed.Service = cloud.ServiceByName(service)
		require.NotNil(t, bed.Service)
	}
	return bed
}

// unheard asks from a peer: it tries the service, and a whole node's sshd, and
// never has an answer, not even a refusal.
func unheard(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return faulttest.Always(3, 500*time.Millisecond, func() bool { return silent(t, bed) })
}

// crowded is that of a full table of connections: a place that becomes free when another connection
// is forgotten is for who comes first, until the fault takes it, so that now and then one comes
// through. Without the fault all do.
func crowded(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	const tries = 5
	without := 0
	for range tries {
		if silent(t, bed) {
			without++
		}
	}
	return without > tries/2
}

// silent is one try of unheard.
func silent(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	port := bed.Node.SSH.Port
	if bed.Service != nil {
		port = bed.Service.Port
	}
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	said := other.Shell(t, `timeout 1.5 nc -z %s %d >/dev/null 2>&1; echo $?`, bed.Node.Listen, port)
	return said == "124"
}

// patience is how long timeout waits for what is to end so: shortly for a silence (124),
// and long for what has to come.
func patience(want string) string {
	if want == "124" {
		return "1"
	}
	return "10"
}

// refused asks as unheard does, and is told at once that nobody is there.
func refused(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	return other.Shell(t, `timeout 10 nc -z %s %d >/dev/null 2>&1; echo $?`, bed.Node.Listen, bed.Service.Port) == "1"
}

// mute tells whether a peer is connected to the bed's memcached, asks, and never has an
// answer.
func mute(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	return faulttest.Always(3, 500*time.Millisecond, func() bool {
		return other.Shell(t, `if timeout 10 nc -z %[1]s %[2]d; then printf 'version
quit
' | timeout 1 nc %[1]s %[2]d | grep -c VERSION; else echo shut; fi`, bed.Node.Listen, bed.Service.Port) == "0"
	})
}

// rejecting is service.unplug with the other of its answers.
func rejecting() faults.Fault {
	u := network.NewUnplug()
	u.Answer = "reject"
	return u
}

// refusing are beds of which it is asked whether they refuse.
func refusing(on faulttest.On) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		on(t, func(t *testing.T, bed faulttest.Bed) {
			t.Helper()
			bed.Changed = refused
			f(t, bed)
		})
	}
}

// lossy tells whether some connections to the node's sshd have no answer in time.
func lossy(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return late(t, bed, sshPort)
}

// queued is lossy for the port of faults of queues.
func queued(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return late(t, bed, queuedPort)
}

// late has a peer connect to a port of the node many times at once, again and again:
// each time some have no answer in time.
func late(t testing.TB, bed faulttest.Bed, port int) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	return faulttest.Always(4, time.Second, func() bool {
		missed := other.Shell(t, `for i in $(seq 40); do
	(timeout 0.9 nc -z %s %d >/dev/null 2>&1; echo $?) &
done >/tmp/answers; wait; grep -c '^124$' /tmp/answers`, bed.Node.Listen, port)
		return !slices.Contains([]string{"0", "1"}, missed)
	})
}

// talks is what tells the connections of before from those of after: who is
// connected to a simulated broker, and how often the bed's own client of a real
// service had to connect again.
func talks(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	if bed.Kind == inventory.Simulated {
		return bed.Shell(t, "ss -Htn state established '( sport = :%d )' | sort", bed.Service.Port)
	}
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	return other.Shell(t, "wc -l </run/probe-talks")
}

// twice has a peer count what the node answers to ten connections: more than it
// has counted a moment before the first fault of the bed.
func twice(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	count := func() string {
		return other.Shell(t, `echo 'table inet probe {
	chain input { type filter hook input priority 0; policy accept; ip saddr %[1]s tcp sport %[2]d counter; }
}' | nft -f -
for i in 1 2 3 4 5 6 7 8 9 10; do timeout 3 nc -z %[1]s %[2]d; done
nft list table inet probe | sed -n 's/.* counter packets \([0-9]*\) .*/\1/p'
nft delete table inet probe`, bed.Node.Listen, queuedPort)
	}
	usual := other.Shell(t, "cat /run/usual-answers 2>/dev/null")
	now := count()
	if usual == "" {
		other.Shell(t, "echo %s >/run/usual-answers", now)
		return false
	}
	return 4*number(t, now) > 5*number(t, usual)
}

// flooded has a peer count what it gets at the port of floods, from the bed's node and
// from nobody else: nothing within a second, or more and more.
func flooded(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	return number(t, other.Shell(t, `echo 'table inet probe {
	chain input { type filter hook input priority 0; policy accept; ip saddr %s udp dport 9 counter; }
}' | nft -f -
for look in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.5
	count=$(nft list table inet probe | sed -n 's/.* counter packets \([0-9]*\) .*/\1/p')
	if [ "$count" -gt 20 ] || { [ "$look" -gt 1 ] && [ "$count" = 0 ]; }; then break; fi
done
echo "$count"
nft delete table inet probe`, bed.Node.Listen)) > 20
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// foreignTable makes a table that is not ours.
func foreignTable(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, `echo 'table inet foreign {
	chain input { type filter hook input priority 0; policy accept; tcp dport 9 counter drop; }
}' | nft -f -`)
	require.Contains(t, bed.Shell(t, "nft list tables"), "table inet foreign")
	return func() { bed.Shell(t, "nft delete table inet foreign") }
}

// kindOf is the kind of fault that a test is about, by the test's name.
func kindOf(test string) string {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	for _, name := range kinds.Names() {
		if strings.Contains(test, "/"+name) {
			return name
		}
	}
	return ""
}

// serviceOf is what a kind of the family strikes: a service, or a whole node.
// The name of a test has that of its kind in it.
func serviceOf(kind string) string {
	switch {
	case strings.Contains(kind, "service."):
		return "memcached"
	case strings.Contains(kind, "network.connections"):
		return "rabbitmq" // which simulated services are connected to
	}
	return ""
}

// changedBy is how a peer, or the node itself, meets what a kind does.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
	switch kind {
	case "network.loss":
		return lossy
	case "network.rate", "network.delay", "network.corrupt", "network.reorder":
		return queued
	case "network.duplicate":
		return twice
	case "service.hang_port":
		return mute
	case "network.down":
		return unrouted
	case "network.dns":
		return unanswered
	case "network.flood":
		return flooded
	case "network.ports":
		return portless
	case "network.conntrack":
		return crowded
	}
	return unheard
}

// nic is what a bed's node has for faults of an interface: on a simulated node
// its one link, since SSH comes there by another way, and on a real one a pair
// that setUp makes.
type nic struct {
	carries string // an address or prefix
	beyond  string // who is reached by it
}

// nicOf tells the two by what the bed's node is.
func nicOf(bed faulttest.Bed) nic {
	if bed.Kind == inventory.Simulated {
		return nic{carries: bed.Node.Listen, beyond: "127.1.0.11"}
	}
	return nic{carries: "192.0.2.0/28", beyond: "198.51.100.9"}
}

// unrouted asks the node whether it has a way over its interface.
func unrouted(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return bed.Shell(t, "ip -o route get %s 2>&1 | grep -c ' src '", nicOf(bed).beyond) == "0"
}

// unanswered has the node ask its resolver.
func unanswered(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return faulttest.Always(3, 500*time.Millisecond, func() bool {
		said := bed.Shell(t, `read -r word server </etc/resolv.conf; timeout 1.5 nc -z "$server" 53 >/dev/null 2>&1; echo "$word" $?`)
		require.Contains(t, said, "nameserver ")
		return said == "nameserver 124"
	})
}

// newFault is a fault of a kind in the catalogue, with arguments that make a
// change which a test can tell from none.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	switch f := fault.(type) {
	case *network.Loss:
		f.Share, f.Ports = 0.6, []int{sshPort} // Galera would leave its cluster over it, and take a minute to come back
	case *network.Connections:
		f.Watch = 2 * time.Second
	case *network.Flood:
		f.To, f.Rate = inventory.Selector{Node: asker}, 400
	case *network.Down:
		f.Carries = carries
	case *network.Rate:
		f.Rate, f.Ports = 1<<10, []int{queuedPort}
	case *network.Delay:
		f.Delay, f.Jitter, f.Ports = 1300*time.Millisecond, 200*time.Millisecond, []int{queuedPort}
	case *network.Corrupt:
		f.Share, f.Ports = 0.6, []int{queuedPort}
	case *network.Duplicate:
		f.Share, f.Ports = 1, []int{queuedPort}
	case *network.Reorder:
		f.Share, f.Delay, f.Ports = 0.5, 1300*time.Millisecond, []int{queuedPort}
	}
	return fault, ok
}
