package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

func override(nets ...string) scenarios.PlanOptions {
	var o scenarios.PlanOptions
	for _, net := range nets {
		o.Overrides = append(o.Overrides, scenarios.Override{Net: net, Reason: "a drill"})
	}
	return o
}

func TestBeyondRedundancyNeedsTwoWords(t *testing.T) {
	keystone := `all: {fault: service.kill, target: {service: keystone, count: all}, hold: 5s}`
	galera := `all: {fault: service.kill, target: {service: mariadb, count: majority}, hold: 5s}`
	breach := "expect: breach\n"
	for _, c := range []struct {
		head, fault string
		nets        []string
		problem     string
	}{
		{"", keystone, nil, "expect: breach in the scenario, and --override beyond-redundancy=REASON"},
		{breach, keystone, nil, "--override beyond-redundancy=REASON"},
		{"", keystone, []string{"beyond-redundancy"}, "needs expect: breach"},
		{breach, keystone, []string{"last-quorum-member"}, "--override beyond-redundancy=REASON"},
		{breach, galera, []string{"beyond-redundancy"}, "the safety net last-quorum-member"},
		{breach, keystone, []string{"beyond-redundancy"}, ""},
		{breach, galera, []string{"beyond-redundancy", "last-quorum-member"}, ""},
	} {
		p, err := build(t, withFaults(c.head, c.fault), cloud(3, ""), override(c.nets...))
		if c.problem != "" {
			require.ErrorContains(t, err, c.problem)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.nets, p.Faults[0].Lifted)
		require.Empty(t, p.Warnings)
		printed, _ := text(t, p)
		require.Contains(t, printed, "safety net beyond-redundancy is overridden: a drill")
	}
}

func TestAGroupThatIsBrokenAdmitsNothingMore(t *testing.T) {
	_, err := build(t, withFaults("expect: breach\n",
		`all: {fault: service.kill, target: {service: keystone, nodes: [ctl-1, ctl-2, ctl-3], count: 3}, hold: 5s}`,
		`freeze: {fault: service.freeze, target: {service: mariadb, count: 1}, hold: 5s}`,
		`more: {fault: service.freeze, target: {service: mariadb, count: max}, hold: 5s}`), cloud(3, ""), override("beyond-redundancy"))
	require.ErrorContains(t, err, "more: choose the most of 2 candidates, 0 possible: the group mariadb (majority, 3 members)")
	_, err = build(t, withFaults("expect: breach\n",
		`all: {fault: service.kill, target: {service: keystone, count: 3}, hold: 5s}`,
		`freeze: {fault: service.freeze, target: {service: keystone, count: 1}, hold: 5s}`), cloud(3, ""), override("beyond-redundancy"))
	require.ErrorContains(t, err, "freeze: every candidate is struck by a fault that can be armed at the same time")
	_, err = build(t, withFaults("expect: breach\n", `none: {fault: service.kill, target: {service: nova-compute, count: max}, hold: 5s}`), cloud(3, ""), override("beyond-redundancy"))
	require.ErrorContains(t, err, "tolerates the loss of 0", "max never goes beyond redundancy")
}

func TestNetsOfFaultKinds(t *testing.T) {
	wipe := `wipe: {fault: disk.wipe, target: {node: cmp-1}, hold: 5s}`
	extra := "groups: {compute: {services: [nova-compute], rule: {tolerance: 1}}}"
	_, err := build(t, withFaults("", wipe), cloud(3, extra), scenarios.PlanOptions{})
	require.ErrorContains(t, err, "disk.wipe of cmp-1 is a fault that cannot be undone")
	require.ErrorContains(t, err, "--override irreversible=REASON")
	p, err := build(t, withFaults("", wipe), cloud(3, extra), override("irreversible", "root-fs"))
	require.NoError(t, err)
	require.Equal(t, []string{"the override of root-fs is not needed"}, p.Warnings)
	_, err = build(t, withFaults("", wipe), cloud(3, extra), scenarios.PlanOptions{Overrides: []scenarios.Override{{Net: "irreversible"}}})
	require.ErrorContains(t, err, "has no reason")
}

func TestParseOverride(t *testing.T) {
	o, err := scenarios.ParseOverride("beyond-redundancy=we want = to see")
	require.NoError(t, err)
	require.Equal(t, scenarios.Override{Net: "beyond-redundancy", Reason: "we want = to see"}, o)
	for text, problem := range map[string]string{"beyond-redundanc=x": "did you mean beyond-redundancy?", "root-fs": "a reason is missing", "root-fs= ": "a reason is missing", "": "unknown safety net"} {
		_, err := scenarios.ParseOverride(text)
		require.ErrorContains(t, err, problem)
	}
}

func TestARealCloudHasToAllowIt(t *testing.T) {
	source := withFaults("", `a: {fault: service.kill, target: {service: keystone}, hold: 5s}`)
	for kind, allowed := range map[inventory.Kind]bool{inventory.Simulated: true, inventory.Lab: false, inventory.Real: false} {
		demo := cloud(3, "")
		demo.Kind = kind
		_, err := build(t, source, demo, scenarios.PlanOptions{})
		if allowed {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "cloud.yaml does not say that the cloud demo may be a target")
		require.ErrorContains(t, err, "if it may, write there: cloud: {name: demo, kind: "+string(kind)+", chaos: allowed}")
		demo.Chaos = true
		_, err = build(t, source, demo, scenarios.PlanOptions{})
		require.NoError(t, err)
	}
	demo := cloud(3, "")
	demo.Kind = inventory.Real
	_, err := build(t, "version: eris/v1\nname: load-only\nphases: {chaos: 5s}\nstop_when: {none: no fault}\n", demo, scenarios.PlanOptions{})
	require.NoError(t, err, "without faults there is nothing to allow")
}

func TestNeverMeansNever(t *testing.T) {
	demo := cloud(3, "")
	demo.NodeByName("ctl-2").Never = true
	p, err := build(t, withFaults("", `max: {fault: service.kill, target: {service: keystone, count: max}, hold: 5s}`), demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "ctl-1", Service: "keystone"}, {Node: "ctl-3", Service: "keystone"}}, p.Faults[0].Targets)
	require.Contains(t, p.Warnings[0], "chaos: never of node ctl-2")
	for _, target := range []string{"{service: keystone, node: ctl-2}", "{service: keystone, count: all}", "{node: ctl-2}"} {
		fault := "service.kill"
		if target == "{node: ctl-2}" {
			fault = "node.reboot"
		}
		_, err = build(t, withFaults("", `a: {fault: `+fault+`, target: `+target+`, hold: 5s}`), demo, scenarios.PlanOptions{})
		require.ErrorContains(t, err, "chaos: never of node ctl-2", target)
	}
}

func TestAllReasonsAtOnce(t *testing.T) {
	demo := cloud(3, "")
	demo.Kind = inventory.Real
	_, err := build(t, withFaults("",
		`all: {fault: service.kill, target: {service: keystone, count: 3}, hold: 5s}`,
		`wrong: {fault: service.kill, target: {node: ctl-1}, start: {at: 100s}, hold: 5s}`,
		`single: {fault: service.kill, target: {service: nova-compute}, hold: 5s}`), demo, scenarios.PlanOptions{})
	var refusal *scenarios.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Reasons, 4)
	require.ErrorContains(t, err, "service.kill cannot strike ctl-1: strikes something else")
	require.ErrorContains(t, err, "single: ")
}
