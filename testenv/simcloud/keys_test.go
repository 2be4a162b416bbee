package simcloud_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// What is issued with a key that other nodes do not have is good there only for as
// long as the cache knows it, and what was issued with a key that is gone, here.
func TestTokensOfOtherKeysAreGoodOnlyInTheCache(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	run := func(node, script string) string {
		out, code := onNode(t, cloud.Node(node), script)
		require.Zero(t, code, out)
		return out
	}
	// only has all requests go to one node's Keystone.
	only := func(node string) {
		for _, other := range []string{"ctl-1", "ctl-2", "ctl-3"} {
			state := "maint"
			if other == node {
				state = "ready"
			}
			for _, balancer := range []string{"ctl-1", "ctl-2", "ctl-3"} {
				run(balancer, "printf 'set server keystone/"+other+" state "+state+"\\n' | nc -U -w 5 /run/haproxy/admin.sock")
			}
		}
	}
	issue := func(node string) string {
		only(node)
		status, token := c.issue(t)
		require.Equal(t, 201, status)
		return token
	}
	validate := func(node, token string) int {
		only(node)
		return c.validate(t, token)
	}
	flush := func() {
		for _, node := range []string{"127.1.0.11", "127.1.0.12", "127.1.0.13"} {
			run("ctl-1", `printf 'flush_all\r\nquit\r\n' | nc -w 2 `+node+` 11211`)
		}
	}
	run("ctl-1", "cd /etc/keystone/fernet-keys && mv 0 2 && echo other >0")
	once := issue("ctl-1")
	flush()
	require.Equal(t, 200, validate("ctl-2", once), "every node has staged that key")
	run("ctl-1", "cd /etc/keystone/fernet-keys && mv 0 3 && echo another >0 && rm 1")
	here, there := issue("ctl-1"), issue("ctl-2")
	require.Equal(t, 200, validate("ctl-2", here), "the cache knows it")
	require.Equal(t, 200, validate("ctl-1", there), "the cache knows it")
	flush()
	for range 2 {
		require.Equal(t, 401, validate("ctl-2", here))
		require.Equal(t, 401, validate("ctl-1", there))
	}
	require.Equal(t, 200, validate("ctl-1", here))
	require.Equal(t, 200, validate("ctl-2", there))
	require.Equal(t, 200, validate("ctl-2", here), "and now the cache knows it again")
}
