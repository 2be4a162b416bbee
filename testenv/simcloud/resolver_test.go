package simcloud_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestANodeAsksTheResolverThroughItsOwnRules(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	n := cloud.Node("ctl-2")
	ask := func(name string) (string, int) { return onNode(t, n, "timeout 10 getent hosts "+name+" | tr -s ' '") }
	out, _ := ask("api")
	require.Equal(t, "127.1.0.10 api", out)
	out, _ = ask("ctl-3")
	require.Equal(t, "127.1.0.13 ctl-3", out)
	_, code := onNode(t, n, "getent hosts nix")
	require.Equal(t, 2, code)
	_, code = onNode(t, n, "nc -z -w 60 127.1.0.2 53")
	require.Zero(t, code)
	_, code = onNode(t, n, "nc -z -w 60 127.1.0.2 80")
	require.Equal(t, 1, code)

	filter(t, n, "input", "meta l4proto { tcp, udp } th sport 53 counter drop")
	_, code = onNode(t, n, "timeout 0.3 getent hosts api")
	require.Equal(t, 124, code, "it waits for an answer")
	_, code = onNode(t, n, "timeout 0.3 nc -z 127.1.0.2 53")
	require.Equal(t, 124, code)
	_, code = onNode(t, n, "curl -fsS -m 60 -o /dev/null http://127.1.0.11:5000/healthcheck")
	require.Zero(t, code, "an address needs no resolver")
	_, code = onNode(t, n, "curl -fsS -m 0.3 -o /dev/null http://ctl-1:5000/healthcheck")
	require.Equal(t, 28, code)
	unfilter(t, n)

	filter(t, n, "output", "tcp dport 53 counter reject with tcp reset; udp dport 53 counter reject")
	takesLess(t, 2*time.Second, func() {
		_, code = onNode(t, n, "getent hosts api")
		require.Equal(t, 2, code)
		_, code = onNode(t, n, "nc -z -w 60 127.1.0.2 53")
		require.Equal(t, 1, code)
		_, code = onNode(t, n, "curl -fsS -m 60 -o /dev/null http://ctl-1:5000/healthcheck")
		require.Equal(t, 6, code)
	}, "it is told at once")
	unfilter(t, n)
	_, code = onNode(t, n, "curl -fsS -m 60 -o /dev/null http://ctl-1:5000/healthcheck")
	require.Zero(t, code)
}
