package middleware_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/middleware"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// newFault is a fault of a kind, aimed at what both beds have.
func newFault(kind string) (faults.Fault, bool) {
	if kind == "haproxy.drain" {
		return &middleware.Drain{Backend: "keystone", Server: "ctl-2", State: "drain", Socket: "/run/haproxy/admin.sock"}, true
	}
	fault, ok := faulttest.New(kind)
	switch short := fault.(type) {
	case *middleware.Flush:
		short.Watch = 2 * time.Second
	case *middleware.CloseConnections:
		short.Watch = 2 * time.Second
	}
	return fault, ok
}

// bedOf is what a kind strikes in the cloud of an inventory: a member of the
// database, or the haproxy that clients reach.
func bedOf(t *testing.T, file, kind string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	bed := faulttest.Bed{Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud}
	bed.Node = cloud.NodeByName("ctl-3")
	switch {
	case strings.Contains(kind, "galera"):
		bed.Service, bed.Changed = cloud.ServiceByName("mariadb"), unsynced
		return bed
	case strings.Contains(kind, "keystone"):
		bed.Service, bed.Changed = cloud.ServiceByName("keystone"), rotated
		return bed
	case strings.Contains(kind, "memcached"), strings.Contains(kind, "rabbitmq") && cloud.ServiceByName("rabbitmq") == nil:
		bed.Service, bed.Changed, bed.Trace = cloud.ServiceByName("memcached"), uncached, flushes
		return bed
	case strings.Contains(kind, "rabbitmq.close"):
		// No fault before has sent its clients away, to stay where they went.
		bed.Node, bed.Service, bed.Changed, bed.Trace = cloud.NodeByName("ctl-1"), cloud.ServiceByName("rabbitmq"), unserved, hungUp
		return bed
	case strings.Contains(kind, "rabbitmq.memory"):
		bed.Service, bed.Changed = cloud.ServiceByName("rabbitmq"), alarmed
		return bed
	case strings.Contains(kind, "rabbitmq"):
		bed.Service, bed.Changed = cloud.ServiceByName("rabbitmq"), unserved
		return bed
	}
	bed.Service, bed.Node = cloud.ServiceByName("haproxy"), holder(t, bed)
	bed.Changed, bed.Disturb = unasked, drainedByHand
	return bed
}

// unsynced asks for the number of the member's state: 4 is Synced.
func unsynced(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return bed.Shell(t, `mysql -N -e "show status like 'wsrep_local_state'" | cut -f 2`) != "4"
}

// rotated tells whether the node issues tokens with another key than its neighbour.
func rotated(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	const last = "cd /etc/keystone/fernet-keys && for key in *; do name=$key; done && echo $name && cat $name"
	other := bed
	other.Node = bed.Cloud.NodeByName("ctl-1")
	return bed.Shell(t, last) != other.Shell(t, last)
}

// cache says a line to the bed's memcached.
func cache(t testing.TB, bed faulttest.Bed, line string) string {
	t.Helper()
	return bed.Shell(t, `printf '%%s\r\nquit\r\n' '%s' | nc -w 2 %s 11211`, line, bed.Node.Listen)
}

// uncached tells whether the cache does not take what it is told to hold.
func uncached(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return !strings.HasPrefix(cache(t, bed, "version"), "VERSION")
}

// flushes is how often the cache was flushed.
func flushes(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	_, rest, found := strings.Cut(cache(t, bed, "stats"), "STAT cmd_flush ")
	require.True(t, found)
	count, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(count)
}

// unserved tells whether a client finds no broker on the node.
func unserved(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return bed.Shell(t, `nc -z -w 2 %s 5672 && echo there`, bed.Node.Listen) != "there"
}

// alarmed tells whether any member has an alarm.
func alarmed(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	status := bed.Shell(t, `rabbitmqctl -q cluster_status --formatter json </dev/null`)
	require.Contains(t, status, `"alarms":[`)
	return !strings.Contains(status, `"alarms":[]`)
}

// hungUp tells whom a simulated broker serves, each on a connection of its own, and
// how often a real one has closed a connection by order, by its log.
func hungUp(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	if bed.Kind == inventory.Simulated {
		return bed.Shell(t, `ss -Htn state established '( sport = :5672 )'`)
	}
	return bed.Shell(t, `cat /var/log/rabbitmq/rabbit@*.log | grep -c 'because <<"eris '`)
}

// holder is the node that has the virtual address.
func holder(t *testing.T, bed faulttest.Bed) *inventory.Node {
	t.Helper()
	lead := bed.Cloud.ServiceByName("keepalived").Lead("")
	for _, node := range bed.Cloud.Nodes {
		said := bed.Runner.Run(t.Context(), node.Name, remote.Command{Script: lead.LeaderScript(), Root: true})
		if said.OK() && strings.TrimSpace(string(said.Stdout)) == inventory.Leads {
			return node
		}
	}
	require.Fail(t, "nobody has the virtual address")
	return nil
}

// virtualOf is the virtual address, as the nodes know it.
func virtualOf(kind inventory.Kind) string {
	if kind == inventory.Simulated {
		return "127.1.0.10"
	}
	return "198.18.0.10"
}

// admin says a line to the bed's haproxy.
func admin(t testing.TB, bed faulttest.Bed, line string) string {
	t.Helper()
	return bed.Shell(t, `printf '%%s\n' '%s' | nc -U -w 5 /run/haproxy/admin.sock`, line)
}

// unasked makes requests of Keystone as a client does and tells whether the
// server that the fault is aimed at had none of them.
func unasked(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	before := requests(t, bed)
	bed.Shell(t, `for n in 1 2 3 4 5 6; do curl -s -m 3 -o /dev/null http://%s:5000/v3; done`, virtualOf(bed.Kind))
	after := requests(t, bed)
	require.Len(t, after, 3)
	require.Greater(t, after["ctl-1"]+after["ctl-2"]+after["ctl-3"], before["ctl-1"]+before["ctl-2"]+before["ctl-3"])
	return after["ctl-2"] == before["ctl-2"]
}

// requests is how many each of Keystone's servers was given.
func requests(t testing.TB, bed faulttest.Bed) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for line := range strings.Lines(admin(t, bed, "show stat")) {
		field := strings.Split(line, ",")
		if field[0] == "keystone" && strings.HasPrefix(field[1], "ctl-") {
			n, err := strconv.Atoi(field[7])
			require.NoError(t, err)
			counts[field[1]] = n
		}
	}
	return counts
}

// drainedByHand is what an administrator does meanwhile with another server.
func drainedByHand(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	admin(t, bed, "set server keystone/ctl-3 state maint")
	return func() { admin(t, bed, "set server keystone/ctl-3 state ready") }
}
