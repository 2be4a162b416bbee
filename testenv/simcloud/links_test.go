package simcloud_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestANodeWhoseLinkIsDownIsCutOff(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	three := cloud.Node("ctl-3")
	out, code := onNode(t, three, "ip link set dev eth0 down")
	require.Zero(t, code, out)
	_, code = onNode(t, cloud.Node("ctl-1"), "timeout 0.2 nc -z 127.1.0.13 5000")
	require.Equal(t, 124, code, "nobody answers")
	takesLess(t, 2*time.Second, func() {
		_, code = onNode(t, three, "curl -sS -m 60 -o /dev/null http://127.1.0.11:5000/healthcheck")
		require.Equal(t, 7, code)
	}, "there is no route, and the node knows")
	_, code = onNode(t, three, "curl -fsS -m 60 -o /dev/null http://127.1.0.13:5000/healthcheck")
	require.Zero(t, code, "the node reaches itself")
	require.Eventually(t, func() bool { return status(t, cloud.Node("ctl-1"), "wsrep_cluster_size") == "2" }, patience, 50*time.Millisecond)
	c.eventually(t, 201)
	_, err := dial(t, cloud, "ctl-3")
	require.NoError(t, err, "SSH comes another way")

	_, code = onNode(t, three, "ip link set dev eth0 up")
	require.Zero(t, code)
	require.Eventually(t, func() bool { return status(t, three, "wsrep_cluster_size") == "3" }, patience, 50*time.Millisecond)
}

func TestTheAddressLeavesAHolderWithoutALink(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	require.Equal(t, "ctl-1", cloud.Holder())
	down := time.Now()
	_, code := onNode(t, cloud.Node("ctl-1"), "ip link set dev eth0 down")
	require.Zero(t, code)
	require.Eventually(t, func() bool { return cloud.Holder() == "ctl-2" }, patience, 10*time.Millisecond)
	require.Greater(t, time.Since(down), 2*time.Second, "nobody has the address until it moves")
	c.eventually(t, 201)
}

func TestAfterARebootALinkIsAsItIsConfigured(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	_, code := onNode(t, cloud.Node("ctl-2"), "ip addr add 127.1.0.99/24 dev eth0; ip link set dev eth0 down")
	require.Zero(t, code)
	require.NoError(t, cloud.Reboot("ctl-2"))
	out, code := onNode(t, cloud.Node("ctl-2"), "ip -o -4 addr show dev eth0 | cut -d ' ' -f 7")
	require.Zero(t, code)
	require.Equal(t, "127.1.0.12/24", out)
}
