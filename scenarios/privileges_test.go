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
	on.Nodes = append(on.Nodes, &inventory.Node{Name: "web-1", Address: netip.MustParseAddrPort("198.18.0.88:22")})
	on.Services = append(on.Services, &inventory.Service{Name: "web", Port: 80, Nodes: []string{"web-1"}, Health: &inventory.Probe{TCP: true}})
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
	require.Equal(t, []string{"cmp-1", "ctl-1", "ctl-2", "ctl-3", "web-1"}, p.Reached())
	for _, want := range []string{
		"each of them is asked, too, what it is",
		"ctl-1        root@198.18.0.11:22: its health is read, and it is marked as in use\n",
		"ctl-2        chaos@198.18.0.12:22, by sudo: may be struck by kill; watched by load\n",
		"cmp-1        chaos@198.18.0.99:22, by sudo: watched by load\n",
		"web-1        chaos@198.18.0.88:22, by sudo: its services are asked for their health\n",
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

// A plan that only sends loads has its nodes asked what they are, and nothing else.
func TestOnlyLoadsHaveNodesDescribed(t *testing.T) {
	on := cloud(3, "")
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
loads: {pages: {workload: http.get, concurrency: 1, args: {url: 'http://198.18.0.10/'}}}
stop_when: {none: a test}
`
	spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
	require.NoError(t, err)
	p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Empty(t, p.Reached())
	list, err := p.Privileges()
	require.NoError(t, err)
	require.Equal(t, []string{"cmp-1", "ctl-1", "ctl-2", "ctl-3"}, p.Described())
	require.Len(t, list.Nodes, 4)
	for _, n := range list.Nodes {
		require.True(t, n.Described)
	}
	var text strings.Builder
	require.NoError(t, list.Print(&text))
	require.Contains(t, text.String(), "it is asked what it is, for the record; where it cannot be, the run goes on and tells\n")
	require.NotContains(t, text.String(), "each of them is asked, too")
}

// A management controller is named once, however many faults go by it.
func TestAControllerOfTwoFaultsIsListedOnce(t *testing.T) {
	t.Parallel()
	on := cloud(3, "")
	for _, n := range on.Nodes {
		n.Power = &inventory.Power{Kind: inventory.IPMI, Address: netip.MustParseAddrPort("198.18.1.11:623"), User: "operator"}
	}
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
faults:
  dark: {fault: power.off, target: {node: ctl-3}, hold: 5s}
  again: {fault: power.off, target: {node: ctl-3}, start: {after: dark.recovered}, hold: 5s}
  other: {fault: power.off, target: {node: ctl-2}, start: {after: again.recovered}, hold: 5s}
stop_when: {none: a test}
`
	spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
	require.NoError(t, err)
	p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	require.NoError(t, err)
	list, err := p.Privileges()
	require.NoError(t, err)
	var nodes []string
	for _, power := range list.Power {
		nodes = append(nodes, power.Node)
	}
	require.Equal(t, []string{"ctl-3", "ctl-2"}, nodes)
}

// What is not verified is told wherever somebody decides on it.
func TestAnUnverifiedCertificateIsTold(t *testing.T) {
	t.Parallel()
	on := cloud(3, "")
	on.NodeByName("ctl-3").Power = &inventory.Power{Kind: inventory.Redfish, URL: "https://bmc-3", Machine: "1", User: "ops", Insecure: true}
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
faults:
  dark: {fault: power.off, target: {node: ctl-3}, hold: 5s}
stop_when: {none: a test}
`
	told := func() (plan, privileges string) {
		spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
		require.NoError(t, err)
		p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
		require.NoError(t, err)
		list, err := p.Privileges()
		require.NoError(t, err)
		var first, second bytes.Buffer
		require.NoError(t, p.Print(&first))
		require.NoError(t, list.Print(&second))
		return first.String(), second.String()
	}
	plan, privileges := told()
	require.Contains(t, plan, "  INSECURE    the certificate of the management controller is not verified: ctl-3\n")
	require.Contains(t, privileges, "  ctl-3        redfish ops@https://bmc-3 system 1, privilege level Operator\n")
	require.Contains(t, privileges, "INSECURE: whoever answers there is given the password")
	on.NodeByName("ctl-3").Power.Insecure = false
	plan, privileges = told()
	require.NotContains(t, plan+privileges, "INSECURE")
}

// What Nova is told needs a role in OpenStack, and nothing of a management controller.
func TestAFaultThatIsMadeByAnAPINeedsARole(t *testing.T) {
	t.Parallel()
	on := cloud(3, "groups: {computes: {services: [nova-compute], rule: {tolerance: 1}}}\n")
	on.NodeByName("cmp-1").Power = &inventory.Power{Kind: inventory.Redfish, URL: "https://bmc", Machine: "1", User: "ops", Insecure: true}
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
faults:
  closed: {fault: nova.compute_disable, target: {service: nova-compute}, hold: 5s}
stop_when: {none: a test}
`
	spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
	require.NoError(t, err)
	p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "cmp-1", Service: "nova-compute"}}, p.Faults[0].Targets)
	list, err := p.Privileges()
	require.NoError(t, err)
	require.Equal(t, []scenarios.AccessPrivilege{{Load: "closed", Workload: "nova.compute_disable", Role: "admin"}}, list.OpenStack)
	require.Empty(t, list.Power)
	var text, plan bytes.Buffer
	require.NoError(t, list.Print(&text))
	require.Contains(t, text.String(), "  closed       nova.compute_disable: admin\n")
	require.NoError(t, p.Print(&plan))
	require.Contains(t, plan.String(), "a process beside eris undoes it, as long as this machine lives,")
	require.NotContains(t, plan.String(), "INSECURE")
	require.Contains(t, plan.String(), "group computes (tolerance: 1, 1 member) tolerates the loss of 1, and loses 1: nova-compute@cmp-1")
}

func TestAHostWithServersNeedsItsNetLifted(t *testing.T) {
	t.Parallel()
	on := cloud(3, "groups: {computes: {services: [nova-compute], rule: {tolerance: 1}}}\n")
	source := `version: eris/v1
name: demo
phases: {chaos: 90s}
faults:
  down: {fault: nova.force_down, args: {with_servers: true}, target: {service: nova-compute}, hold: 5s}
stop_when: {none: a test}
`
	spec, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: kinds(), Cloud: on})
	require.NoError(t, err)
	_, err = scenarios.BuildPlan(spec, on, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "nova.force_down of nova-compute@cmp-1 is a host that Nova is told to take for down, whose servers run on")
	_, err = scenarios.BuildPlan(spec, on, scenarios.PlanOptions{Overrides: []scenarios.Override{{Net: "servers-on-host", Reason: "a test"}}})
	require.NoError(t, err)
}
