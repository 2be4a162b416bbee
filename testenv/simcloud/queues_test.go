package simcloud_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// Whoever asks for something of nodes whose links have queues has to wait.
func TestWhatTheQueuesOfLinksHoldBackIsLate(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	mean := func() time.Duration {
		asked := time.Now()
		for range 10 {
			status, _ := c.issue(t)
			require.Equal(t, 201, status)
		}
		return time.Since(asked) / 10
	}
	usual := mean()
	onAll := func(script string) {
		for _, name := range cloud.Nodes() {
			out, code := onNode(t, cloud.Node(name), script)
			require.Zero(t, code, out)
		}
	}
	onAll(`tc qdisc add dev eth0 root handle e515: htb default 7f3c0a1e direct_qlen 10000
tc class add dev eth0 parent e515: classid e515:1 htb rate 34gbit
tc qdisc add dev eth0 parent e515:1 handle e516: netem delay 80000us
tc filter add dev eth0 parent e515: protocol ip prio 3 u32 match u32 0 0 flowid e515:1`)
	require.Greater(t, mean(), usual+80*time.Millisecond)
	asked := time.Now()
	_, code := onNode(t, cloud.Node("ctl-2"), "nc -z 127.1.0.13 11211")
	require.Zero(t, code)
	require.GreaterOrEqual(t, time.Since(asked), 160*time.Millisecond, "there and back")
	asked = time.Now()
	_, code = onNode(t, cloud.Node("ctl-2"), "nc -z 127.1.0.12 11211")
	require.Zero(t, code)
	require.Less(t, time.Since(asked), 160*time.Millisecond, "a node reaches itself by no link")
	onAll("tc qdisc del dev eth0 root handle e515:")
	require.Less(t, mean(), usual+80*time.Millisecond)
}
