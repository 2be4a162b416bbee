package inventory_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

func leading(t *testing.T, lead string) (*inventory.Lead, error) {
	t.Helper()
	cloud, err := inventory.Read("cloud.yaml", []byte(`version: eris/v1
cloud: {name: demo}
nodes: {ctl-1: {address: 198.18.0.11}}
services:
  keepalived: {unit: keepalived.service, on: {node: ctl-1}, leader: `+lead+`}
`))
	if err != nil {
		return nil, err
	}
	return cloud.ServiceByName("keepalived").Leader, nil
}

func TestHowANodeSaysThatItLeads(t *testing.T) {
	for lead, want := range map[string]string{
		"{command: 'exit 0'}":                    inventory.Leads,
		"{command: 'exit 1'}":                    inventory.Follows,
		"{command: 'exit 2'}":                    "",
		"{command: no-such-command}":             "",
		"{command: sleep 5, timeout: 50ms}":      "",
		"{command: 'echo leads; exit 1'}":        inventory.Follows,
		"{command: 'read -r x; test -z \"$x\"'}": inventory.Leads,
	} {
		l, err := leading(t, lead)
		require.NoError(t, err, lead)
		out, err := exec.CommandContext(t.Context(), "sh", "-c", l.LeaderScript()).Output()
		require.NoError(t, err, lead)
		require.Equal(t, want, strings.TrimSpace(string(out)), lead)
	}
	l, err := leading(t, "{address: 198.18.0.10}")
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, l.Timeout)
	require.Contains(t, l.LeaderScript(), "ip -o addr show to 198.18.0.10")
}

func TestWrongLeadersAreShown(t *testing.T) {
	for lead, want := range map[string]string{
		"{}": "cloud.yaml:5:69: leader: wants exactly one of address and command",
		"{address: 198.18.0.10, command: 'true'}": "leader: wants exactly one of address and command",
		"{address: vip.example}":                  `address: "vip.example" is not an IP address`,
		"{command: ' '}":                          "command: is empty",
		"{command: x, timeout: 0s}":               "timeout: has to be 1ms or more",
		"{comand: x}":                             "did you mean command?",
	} {
		_, err := leading(t, lead)
		require.ErrorContains(t, err, want, lead)
	}
}
