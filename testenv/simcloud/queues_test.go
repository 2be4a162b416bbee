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
	quickest := func(ask func()) time.Duration { // a busy machine adds to an answer's time, and never takes from it
		least := time.Hour
		for range 10 {
			asked := time.Now()
			ask()
			least = min(least, time.Since(asked))
		}
		return least
	}
	token := func() {
		status, _ := c.issue(t)
		require.Equal(t, 201, status)
	}
	usual := quickest(token)
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
	slowest := time.Duration(0) // whoever is sent to the holder's own backend waits for no link
	for range 10 {
		asked := time.Now()
		token()
		slowest = max(slowest, time.Since(asked))
	}
	require.Greater(t, slowest, usual+80*time.Millisecond)
	connect := func(to string) func() {
		return func() {
			_, code := onNode(t, cloud.Node("ctl-2"), "nc -z "+to+" 11211")
			require.Zero(t, code)
		}
	}
	require.GreaterOrEqual(t, quickest(connect("127.1.0.13")), 160*time.Millisecond, "there and back")
	require.Less(t, quickest(connect("127.1.0.12")), 160*time.Millisecond, "a node reaches itself by no link")
	onAll("tc qdisc del dev eth0 root handle e515:")
	require.Less(t, quickest(token), usual+80*time.Millisecond)
}
