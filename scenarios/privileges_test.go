package scenarios_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

func TestWhatAPlanNeedsIsListed(t *testing.T) {
	on := cloud(3, "")
	for _, n := range on.Nodes {
		n.Power = &inventory.Power{Kind: inventory.IPMI, Address: netip.MustParseAddrPort("198.18.1.11:623"), User: "operator"}
		n.SSH.User, n.SSH.Sudo = "chaos", true
	}
	on.NodeByName("ctl-1").SSH.User = "root"
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
steady_state: [{check: {workload: keystone.validate_token, within: 1s}}]
collectors:
  load: {kind: node, every: 1s, on: {nodes: [cmp-1, ctl-2]}}
loads:
  boots: {workload: nova.boot_and_delete_server, concurrency: 1}
  pages: {workload: http.get, concurrency: 1, args: {url: 'http://198.18.0.10/'}}
faults:
  kill: {fault: service.kill, target: {service: mariadb, nodes: [ctl-2]}, hold: 5s}
  dark: {fault: power.off, target: {node: ctl-3}, start: {after: kill.recovered}, hold: 5s}
stop_when: {none: a test}
`
	spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
	require.NoError(t, err)
	p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	require.NoError(t, err)
	list, err := p.Privileges()
	require.NoError(t, err)
	var text, document bytes.Buffer
	require.NoError(t, list.Print(&text))
	require.NoError(t, list.JSON(&document))
	for _, want := range []string{
		"ctl-1        root@198.18.0.11:22: its health is read, and it is marked as in use\n",
		"ctl-2        chaos@198.18.0.12:22, by sudo: may be struck by kill; watched by load\n",
		"cmp-1        chaos@198.18.0.99:22, by sudo: watched by load\n",
		"ctl-3        chaos@198.18.0.13:22, by sudo: may be struck by dark\n",
		`  chaos ALL=(root) NOPASSWD: /usr/bin/env ERIS_SSH_CONNECTION\=* sh -c *` + "\n",
		"kill on mariadb@ctl-2: unit:mariadb.service\n    runs systemctl",
		"ctl-3        ipmi operator@198.18.1.11:623, privilege level OPERATOR\n",
		"boots        nova.boot_and_delete_server: member\n",
		"steady state keystone.validate_token: any role\n",
	} {
		require.Contains(t, text.String(), want)
	}
	require.NotContains(t, text.String(), "http.get", "it logs in nowhere")
	require.Equal(t, 1, strings.Count(text.String(), "NOPASSWD"), "root needs no line")
	var back scenarios.Privileges
	require.NoError(t, json.Unmarshal(document.Bytes(), &back))
	require.Equal(t, *list, back)
}
