package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// led leads what a unit of a node begins to some addresses and a port through a proxy,
// until it is called.
func led(t *testing.T, n *node.Node, unit, how, addresses string, port int) (end func()) {
	t.Helper()
	user := strings.TrimSpace(mustOnNode(t, n, `sed -n 's/^Uid:[^0-9]*\([0-9]*\)[^0-9].*/\1/p' /proc/$(systemctl show `+unit+` -p MainPID --value)/status`))
	require.NotEqual(t, "0", user)
	mustOnNode(t, n, `mkdir -p /root/led; rm -f /root/led/*; echo '# link.py serve DIRECTORY HOW' >/root/led/link.py
systemd-run --quiet --collect --unit=led --property=ExecStopPost='/bin/sh -c "nft delete table inet led"' python3 -I -S /root/led/link.py serve /root/led `+how+`
while [ ! -e /root/led/listening ]; do sleep 0.02; done
read -r port six </root/led/listening
echo "table inet led {
chain led-out {
type nat hook output priority -150; policy accept
meta skuid { `+user+fmt.Sprintf(` } ip daddr { %s } tcp dport { %d } counter redirect to :$port
}
}" | nft -f -`, addresses, port))
	return func() {
		mustOnNode(t, n, "systemctl stop led")
		require.Empty(t, mustOnNode(t, n, "nft list tables"), "the unit's last act")
	}
}

func mustOnNode(t *testing.T, n *node.Node, script string) string {
	t.Helper()
	said, code := onNode(t, n, script)
	require.Zero(t, code, said)
	return said
}

// What a Keystone begins to its database is struck, and what anybody else begins is not.
func TestOneClientsConnectionsAreStruck(t *testing.T) {
	settings := quick()
	settings.Server = 20 * time.Second
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: settings})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	ask := func() (status int, took time.Duration) {
		asked := time.Now()
		for range 3 { // one of each node
			one, _ := c.issue(t)
			status = max(status, one)
		}
		return status, time.Since(asked)
	}
	status, _ := ask()
	require.Equal(t, 201, status)
	ctl := cloud.Node("ctl-2")
	end := led(t, ctl, "keystone", "delay 1500 0 100", "127.1.0.10", 3306)
	status, took := ask()
	require.Equal(t, 201, status)
	require.Greater(t, took, 1500*time.Millisecond)
	end()
	takesLess(t, 1500*time.Millisecond, func() { ask() }, "it has ended")
	end = led(t, ctl, "keystone", "reset 0 0 100", "127.1.0.10", 3306)
	status, _ = ask()
	require.Equal(t, 500, status, "one of three has no database")
	require.Eventually(t, func() bool {
		said, code := onNode(t, ctl, "cat /root/led/counts")
		return code == 0 && said != "" && said != "0 0 0 0"
	}, patience, 50*time.Millisecond, "it is counted")
	end()
	end = led(t, ctl, "memcached", "reset 0 0 100", "127.1.0.10", 3306)
	status, _ = ask()
	require.Equal(t, 201, status, "that is another one's")
	end()
	end = led(t, cloud.Node(cloud.Holder()), "haproxy", "http_status 429 0 50", "127.1.0.11, 127.1.0.12, 127.1.0.13", 5000)
	limited := 0
	for range 100 {
		if status, _ := c.issue(t); status == 429 {
			limited++
		}
	}
	require.InDelta(t, 50, limited, 10, "what the balancer has to retry is drawn for too")
	end()
	c.eventually(t, 201)
}
