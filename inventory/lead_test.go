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
	return cloud.ServiceByName("keepalived").Lead(""), nil
}

func TestHowANodeSaysThatItLeads(t *testing.T) {
	for lead, want := range map[string]string{
		"{command: 'exit 0', timeout: 60s}":                    inventory.Leads,
		"{command: 'exit 1', timeout: 60s}":                    inventory.Follows,
		"{command: 'exit 2', timeout: 60s}":                    "",
		"{command: no-such-command, timeout: 60s}":             "",
		"{command: sleep 5, timeout: 50ms}":                    "",
		"{command: 'echo leads; exit 1', timeout: 60s}":        inventory.Follows,
		"{command: 'read -r x; test -z \"$x\"', timeout: 60s}": inventory.Leads,
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

func TestAServiceMayHaveSeveralLeaders(t *testing.T) {
	read := func(leaders string) (*inventory.Service, error) {
		cloud, err := inventory.Read("cloud.yaml", []byte(`version: eris/v1
cloud: {name: demo}
nodes: {ctl-1: {address: 198.18.0.11}}
services:
  mariadb: {unit: mariadb.service, on: {node: ctl-1}, `+leaders+`}
`))
		if err != nil {
			return nil, err
		}
		return cloud.ServiceByName("mariadb"), nil
	}
	s, err := read("leaders: {writer: {command: writes}, donor: {command: gives, timeout: 5s}}")
	require.NoError(t, err)
	require.Len(t, s.Leaders, 2)
	require.Equal(t, &inventory.Lead{Name: "donor", Command: "gives", Timeout: 5 * time.Second}, s.Lead("donor"))
	require.Equal(t, "writes", s.Lead("writer").Command)
	require.Nil(t, s.Lead(""), "which one is not said")
	require.Nil(t, s.Lead("reader"))

	s, err = read("leaders: {writer: {command: writes}}")
	require.NoError(t, err)
	require.Same(t, s.Lead("writer"), s.Lead(""), "there is one only")

	s, err = read("leader: {command: writes}")
	require.NoError(t, err)
	require.Equal(t, &inventory.Lead{Command: "writes", Timeout: 2 * time.Second}, s.Lead(""))
	require.Nil(t, s.Lead("writer"))

	s, err = read("port: 3306")
	require.NoError(t, err)
	require.Nil(t, s.Lead(""))

	for leaders, want := range map[string]string{
		"leaders: {}": "cloud.yaml:5:64: leaders: is empty",
		"leader: {command: x}, leaders: {donor: {command: y}}": "cloud.yaml:5:77: a service has either leader or leaders, not both",
		"leaders: {donor: {}}":                                 "cloud.yaml:5:72: donor: wants exactly one of address and command",
		"leaders: {donor: x}":                                  "cloud.yaml:5:72: ",
		"leaders: {a/b: {command: x}}":                         `"a/b" cannot be the name of a leader`,
		"leaders: {donor: {comand: x}}":                        "did you mean command?",
		"leaders: {donor: {command: x}, donor: {command: y}}":  "donor",
	} {
		_, err := read(leaders)
		require.ErrorContains(t, err, want, leaders)
	}
}
