package simcloud_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// What haproxy is told is known to that process alone, and clients feel it
// where the virtual address is.
func TestADrainedServerGetsNoRequests(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	tell := func(node, line string) string {
		out, code := onNode(t, cloud.Node(node), `printf '%s\n' '`+line+`' | nc -U -w 2 /run/haproxy/admin.sock`)
		require.Zero(t, code)
		return out
	}
	ask := func() (counts []string) {
		_, _ = onNode(t, cloud.Node("ctl-2"), "for n in 1 2 3 4 5 6; do curl -s -o /dev/null http://127.1.0.10:5000/v3; done")
		for line := range strings.Lines(tell("ctl-1", "show stat")) {
			if field := strings.Split(line, ","); field[0] == "keystone" && strings.HasPrefix(field[1], "ctl-") {
				counts = append(counts, field[7]+" "+field[17])
			}
		}
		return counts
	}
	require.Equal(t, []string{"2 UP", "2 UP", "2 UP"}, ask())
	require.Empty(t, tell("ctl-3", "set server keystone/ctl-2 state drain"))
	require.Equal(t, []string{"4 UP", "4 UP", "4 UP"}, ask(), "another node's haproxy was told")
	require.Empty(t, tell("ctl-1", "set server keystone/ctl-2 state drain"))
	require.Equal(t, []string{"7 UP", "4 DRAIN", "7 UP"}, ask())
	require.Contains(t, tell("ctl-1", "show servers state keystone"), " 2 ctl-2 127.1.0.12 2 8 ")
	require.Empty(t, tell("ctl-1", "set server keystone/ctl-1 state maint"))
	require.Equal(t, []string{"7 MAINT", "4 DRAIN", "13 UP"}, ask())
	require.Contains(t, tell("ctl-1", "show servers state keystone"), " 1 ctl-1 127.1.0.11 0 1 ")
	tell("ctl-1", "set server keystone/ctl-1 state ready")
	tell("ctl-1", "set server keystone/ctl-2 state ready")
	require.Equal(t, []string{"9 UP", "6 UP", "15 UP"}, ask())

	require.Equal(t, "No such backend.", tell("ctl-1", "set server swift/ctl-1 state drain"))
	require.Equal(t, "No such server.", tell("ctl-1", "set server keystone/ctl-9 state drain"))
	require.Equal(t, "Can't find backend.", tell("ctl-1", "show servers state swift"))
	require.Contains(t, tell("ctl-1", "disable server keystone/ctl-1"), "Unknown command")
	_, code := onNode(t, cloud.Node("ctl-1"), "echo show stat | nc -U -w 2 /run/other.sock")
	require.Equal(t, 1, code)
}
