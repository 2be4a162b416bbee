package simcloud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// filter makes a table with rules at a hook of a node.
func filter(t *testing.T, n *node.Node, hook, rules string) {
	t.Helper()
	out, code := onNode(t, n, fmt.Sprintf("nft -f - <<END\ntable inet cut-%[1]s { chain c { type filter hook %[1]s priority -400; policy accept; %[2]s; } }\nEND\n", hook, rules))
	require.Zero(t, code, out)
}

func unfilter(t *testing.T, n *node.Node) {
	t.Helper()
	out, code := onNode(t, n, "nft list tables | while read -r table family name; do nft delete table $family $name; done")
	require.Zero(t, code, out)
}

// apart cuts a node off from others by their addresses.
func apart(t *testing.T, n *node.Node, addresses string) {
	t.Helper()
	filter(t, n, "input", "ip saddr { "+addresses+" } counter drop")
	filter(t, n, "output", "ip daddr { "+addresses+" } counter drop")
}

func status(t *testing.T, n *node.Node, variable string) string {
	t.Helper()
	out, _ := onNode(t, n, fmt.Sprintf(`mysql -N -e "show status like '%s'" | cut -f 2`, variable))
	return out
}

func TestADroppedPortHangsUntilTheHealthChecksSeeIt(t *testing.T) {
	settings := quick()
	settings.Inter = 2 * time.Second // requests come before checks
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: settings})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	n := cloud.Node("ctl-2")
	for name, rule := range map[string]string{"input": "tcp dport 5000 counter drop", "output": "tcp sport 5000 counter drop"} {
		filter(t, n, name, rule)
		_, code := onNode(t, cloud.Node("ctl-1"), "curl -fsS -m 0.2 -o /dev/null http://127.1.0.12:5000/healthcheck")
		require.Equal(t, 28, code, "%s: it is not refused", name)
		_, code = onNode(t, n, "timeout 0.2 nc -z 127.0.0.1 5000")
		require.Equal(t, 124, code, "%s: loopback is filtered too", name)
		_, code = onNode(t, n, "nc -z -w 2 127.0.0.1 11211")
		require.Zero(t, code, "%s: another port", name)
		for range 6 {
			status, _ := c.issue(t)
			require.Equal(t, 201, status, "%s: after the time-out to connect it is tried elsewhere", name)
		}
		unfilter(t, n)
		_, code = onNode(t, cloud.Node("ctl-1"), "curl -fsS -m 20 -o /dev/null http://127.1.0.12:5000/healthcheck")
		require.Zero(t, code)
	}
}

func TestEveryKeystoneCutOffIsAnOutage(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	for _, name := range cloud.Nodes() {
		filter(t, cloud.Node(name), "input", "tcp dport 5000 counter drop")
	}
	c.eventually(t, 503)
	_, err := dial(t, cloud, "ctl-1")
	require.NoError(t, err, "SSH comes from outside")
	for _, name := range cloud.Nodes() {
		unfilter(t, cloud.Node(name))
	}
	c.eventually(t, 201)
}

func TestANodeThatIsCutOffLeavesTheClusters(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	three := cloud.Node("ctl-3")
	apart(t, three, "127.1.0.11, 127.1.0.12")
	require.Eventually(t, func() bool { return status(t, cloud.Node("ctl-1"), "wsrep_cluster_size") == "2" }, patience, 50*time.Millisecond)
	require.Equal(t, "OFF", status(t, three, "wsrep_ready"), "it is in the minority")
	c.eventually(t, 201)
	require.Equal(t, "ctl-1", cloud.Holder())
	_, code := onNode(t, cloud.Node("ctl-1"), "timeout 0.2 nc -z 127.1.0.13 22")
	require.Equal(t, 124, code, "not even refused")
	_, code = onNode(t, three, "timeout 0.2 nc -z 127.1.0.11 22")
	require.Equal(t, 124, code)

	unfilter(t, three)
	require.Eventually(t, func() bool { return status(t, three, "wsrep_cluster_size") == "3" }, patience, 50*time.Millisecond)
}

func TestAClusterWithoutAnyTwoThatHearEachOtherHasNoPrimary(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	apart(t, cloud.Node("ctl-1"), "127.1.0.12, 127.1.0.13")
	filter(t, cloud.Node("ctl-2"), "input", "ip saddr 127.1.0.13 drop") // one way is enough
	require.Eventually(t, func() bool { return status(t, cloud.Node("ctl-2"), "wsrep_ready") == "OFF" }, patience, 50*time.Millisecond)
	c.eventually(t, 500)
	unfilter(t, cloud.Node("ctl-1"))
	unfilter(t, cloud.Node("ctl-2"))
	c.eventually(t, 201)
}

func TestTheAddressLeavesAHolderThatNobodyHears(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	require.Equal(t, "ctl-1", cloud.Holder())
	apart(t, cloud.Node("ctl-1"), "127.1.0.12, 127.1.0.13")
	require.Eventually(t, func() bool { return cloud.Holder() == "ctl-2" }, patience, 10*time.Millisecond)
	c.eventually(t, 201)
	_, code := onNode(t, cloud.Node("ctl-1"), "nc -z -w 5 127.1.0.10 5000")
	require.Zero(t, code, "the virtual address is nobody's own: rules that do not name it do not cut it")
	filter(t, cloud.Node("ctl-3"), "output", "ip daddr 127.1.0.10 drop")
	_, code = onNode(t, cloud.Node("ctl-3"), "timeout 0.2 nc -z 127.1.0.10 5000")
	require.Equal(t, 124, code)
}

func TestWhatStaysOnANodeIsItsLoopback(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	require.Equal(t, "ctl-1", cloud.Holder())
	for name, want := range map[string]struct {
		limit string
		code  int
	}{"ctl-1": {"10", 0}, "ctl-2": {"1", 124}} {
		filter(t, cloud.Node(name), "input", "iifname lo accept; ip saddr 127.1.0.10 drop")
		filter(t, cloud.Node(name), "output", "oifname lo accept; ip daddr 127.1.0.10 drop")
		_, code := onNode(t, cloud.Node(name), "timeout "+want.limit+" nc -z 127.1.0.10 5000")
		require.Equal(t, want.code, code, name)
	}
}

func TestAQueueNeedsAMajorityThatHearsEachOther(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	apart(t, cloud.Node("ctl-3"), "127.1.0.11, 127.1.0.12")
	require.NoError(t, cloud.Message("ctl-1"))
	require.Error(t, cloud.Message("ctl-3"), "it reaches none of the majority")
	apart(t, cloud.Node("ctl-2"), "127.1.0.11")
	require.Error(t, cloud.Message("ctl-1"))
	unfilter(t, cloud.Node("ctl-3"))
	require.NoError(t, cloud.Message("ctl-1"), "the third hears both")
}

func TestACacheThatIsCutOffIsSilent(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	_, token := c.issue(t)
	slowest := func() (slowest time.Duration) {
		for range 12 {
			asked := time.Now()
			require.Equal(t, 200, c.validate(t, token))
			slowest = max(slowest, time.Since(asked))
		}
		return slowest
	}
	slowest()
	for _, name := range cloud.Nodes() {
		filter(t, cloud.Node(name), "input", "tcp dport 11211 counter drop")
	}
	require.Greater(t, slowest(), 500*time.Millisecond, "a silent cache costs the socket's time-out")
}
