package simcloud_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// What bash writes to /dev/udp leaves by the node's rules and gets in by the other's.
func TestBashSendsPacketsThatRulesCount(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	one, two := cloud.Node("ctl-1"), cloud.Node("ctl-2")
	for node, hook := range map[string]string{"ctl-1": "output", "ctl-2": "input"} {
		out, code := onNode(t, cloud.Node(node), "hook="+hook+"; "+`printf "table inet probe {\nchain c {\ntype filter hook $hook priority 300; policy accept\nip daddr 127.1.0.12 udp dport 9 @th,64,32 0x65726973 counter\n}\n}\n" | nft -f -`)
		require.Zero(t, code, out)
	}
	send := `for i in 1 2 3; do printf %s eris-and-more; printf %s other; done >/dev/udp/127.1.0.12/9`
	_, code := onNode(t, one, send)
	require.NotZero(t, code, "dash takes it for a file")
	_, code = onNode(t, one, "bash -c '"+send+"'")
	require.Zero(t, code)
	const list = "nft list table inet probe | grep daddr"
	counted := "ip daddr 127.1.0.12 udp dport 9 @th,64,32 0x65726973 counter packets 3 bytes 123"
	for _, node := range []string{"ctl-1", "ctl-2"} {
		out, _ := onNode(t, cloud.Node(node), list)
		require.Contains(t, out, counted, node)
	}
	out, code := onNode(t, one, "echo 'table inet wall { chain c { type filter hook output priority 0; udp dport 9 drop; } }' | nft -f -; bash -c '"+send+"'")
	require.Zero(t, code, out)
	out, _ = onNode(t, two, list)
	require.Contains(t, out, counted, "what its sender's rules drop does not get there")
	out, _ = onNode(t, one, list)
	require.Contains(t, out, counted, "and is not counted behind them")
}
