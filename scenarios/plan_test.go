package scenarios_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/command"
	"github.com/openstack-eris/eris/scenarios"
)

// withFaults is a scenario of the given faults, an entry a line.
func withFaults(head string, entries ...string) string {
	return "version: eris/v1\nname: demo\n" + head + "phases: {warmup: 1s, baseline: 5s, chaos: 200s, recovery: 20s}\nstop_when: {none: a test}\nfaults:\n  " + strings.Join(entries, "\n  ") + "\n"
}

func build(t testing.TB, source string, on *inventory.Cloud, options scenarios.PlanOptions) (*scenarios.Plan, error) {
	t.Helper()
	return scenarios.BuildPlan(read(t, source, scenarios.Options{Cloud: on}), on, options)
}

func text(t *testing.T, p *scenarios.Plan) (printed, document string) {
	t.Helper()
	var a, b bytes.Buffer
	require.NoError(t, p.Print(&a))
	require.NoError(t, p.JSON(&b))
	return a.String(), b.String()
}

// What a scenario starts on the machine of Eris is said before it is.
func TestThePlanSaysWhichProgramIsStarted(t *testing.T) {
	known := catalogue()
	known.Workloads.Add(document.Kind[loadgen.Workload]{Name: "exec.command", Summary: "Runs a program.", New: func() loadgen.Workload { return command.NewRun() }})
	p, err := scenarios.BuildPlan(read(t, "version: eris/v1\nname: beside\nphases: {chaos: 5s}\nstop_when: {none: no fault}\n"+
		"loads:\n  smoke: {workload: exec.command, concurrency: 1, args: {command: [sh, -c, 'exit 0']}}\n",
		scenarios.Options{Cloud: cloud(3, ""), Catalogue: known}), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, text := text(t, p)
	require.Contains(t, printed, "starts on this machine: [\"sh\" \"-c\" \"exit 0\"]\n")
	require.Contains(t, text, `"program": [`)
}

// The printed plan is a golden file; ERIS_GOLDEN=write writes it.
func TestThePlanReadsWell(t *testing.T) {
	demo := cloud(3, "")
	source, err := os.ReadFile("testdata/full.yaml")
	require.NoError(t, err)
	p, err := build(t, string(source), demo, scenarios.PlanOptions{Seed: 7})
	require.NoError(t, err)
	printed, document := text(t, p)
	if os.Getenv("ERIS_GOLDEN") == "write" {
		require.NoError(t, os.WriteFile("testdata/plan.txt", []byte(printed), 0o600))
	}
	want, err := os.ReadFile("testdata/plan.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), printed)

	again, err := build(t, string(source), demo, scenarios.PlanOptions{Seed: 7})
	require.NoError(t, err)
	printedAgain, documentAgain := text(t, again)
	require.Equal(t, printed, printedAgain)
	require.Equal(t, document, documentAgain)

	back, err := scenarios.ReadPlan(strings.NewReader(document))
	require.NoError(t, err)
	require.Equal(t, p.Faults[0].Targets, back.Faults[0].Targets)
	_, err = scenarios.ReadPlan(strings.NewReader(`{"schema": "eris.plan/v9"}`))
	require.ErrorContains(t, err, "eris.plan/v9")
}

func TestTimingsOfAPlan(t *testing.T) {
	p, err := build(t, withFaults("",
		`when: {fault: service.kill, target: {service: keystone}, start: {when: 'in_flight("x") > 1', within: 20s}, hold: 10s}`,
		`at: {fault: service.kill, target: {service: memcached}, start: {at: 30s}, hold: 5s}`,
		`after: {fault: service.kill, target: {service: haproxy}, start: {after: when.undone, delay: 3s}, hold: 5s}`,
		"\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}"), cloud(3, ""), scenarios.PlanOptions{Lease: 3 * time.Second, Settle: 2 * time.Second})
	require.NoError(t, err)
	when, at, after := p.Faults[0], p.Faults[1], p.Faults[2]
	require.Equal(t, []time.Duration{20 * time.Second, 90 * time.Second, 3 * time.Second, 2 * time.Second}, []time.Duration{when.Wait, when.TTL, when.Lease, when.Settle})
	require.Equal(t, []time.Duration{30 * time.Second, 95 * time.Second}, []time.Duration{at.Wait, at.TTL})
	require.Equal(t, []time.Duration{3 * time.Second, 68 * time.Second}, []time.Duration{after.Wait, after.TTL})
	require.Equal(t, []time.Duration{13 * time.Second, 36 * time.Second}, []time.Duration{after.Earliest, after.Latest}, "20 s waiting, 10 s held, 3 s until the node would undo it, 3 s delay")
	require.Equal(t, []string{"at"}, after.Beside)
	require.Len(t, p.Targets(when), 1)
	require.Equal(t, "keystone", p.Targets(when)[0].Service.Name)
	require.Equal(t, faults.Timing{Hold: 10 * time.Second, Lease: 3 * time.Second, TTL: 90 * time.Second, Settle: 2 * time.Second}, when.Timing())
	require.Equal(t, []string{"keystone"}, when.Record().Groups)
	require.Equal(t, when.Targets[0].String(), when.Record().Targets[0].String())
	require.False(t, when.Beyond())
}

func TestThreeOfThreeAreRefused(t *testing.T) {
	_, err := build(t, withFaults("", `all: {fault: service.kill, target: {service: keystone, count: 3}, hold: 5s}`), cloud(3, ""), scenarios.PlanOptions{})
	var refused *redundancy.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "keystone", refused.Group)
	require.Equal(t, inventory.AllButOne, refused.Rule.Kind)
	require.Len(t, refused.Members, 3)
	require.Equal(t, 2, refused.Tolerates)
	require.ErrorContains(t, err, "the group keystone (n-1, 3 members) tolerates the loss of 2 and would lose 3: keystone@ctl-1, keystone@ctl-2, keystone@ctl-3")
	require.ErrorContains(t, err, "nothing was touched")
	require.ErrorContains(t, err, "--override beyond-redundancy=REASON")
}

// Any service is one of those that the kind can strike and the budget admits.
func TestAnyServiceIsDrawnOfThoseThatCanBeStruck(t *testing.T) {
	world := cloud(3, "  unfit: {unit: unfit.service, on: {role: controller}}\ngroups:\n  unfit: {services: [unfit], rule: n-1}\n")
	drawn := map[string]bool{}
	for seed := range int64(40) {
		p, err := build(t, withFaults("", `lose: {fault: service.kill, target: {service: any}, hold: 5s}`), world, scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		require.Len(t, p.Faults[0].Targets, 1)
		drawn[p.Faults[0].Targets[0].Service] = true
	}
	require.Equal(t, map[string]bool{"keystone": true, "mariadb": true, "memcached": true, "haproxy": true}, drawn, "nova-compute is the only one of its kind")
	_, err := build(t, withFaults("", `lose: {fault: service.kill, target: {service: unfit}, hold: 5s}`), world, scenarios.PlanOptions{})
	require.ErrorContains(t, err, "has nothing to strike there", "who is named is refused")
}

func TestAGroupOfFiveUnderMajority(t *testing.T) {
	five := cloud(5, "")
	p, err := build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, count: max}, hold: 5s}`), five, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.Faults[0].Targets, 2)
	targets := p.Targets(p.Faults[0])
	require.Len(t, targets, 2)
	require.Same(t, five, targets[0].Cloud)
	require.Len(t, targets[0].Others, 1)
	require.Same(t, targets[1].Node, targets[0].Others[0].Node)
	require.Same(t, targets[0].Node, targets[1].Others[0].Node)
	for _, count := range []string{"3", "majority", "all", "60%"} {
		_, err = build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, count: `+count+`}, hold: 5s}`), five, scenarios.PlanOptions{})
		require.ErrorContains(t, err, "(majority, 5 members) tolerates the loss of 2", count)
	}
	p, err = build(t, withFaults("", `lose: {fault: service.kill, target: {service: mariadb, count: minority}, hold: 5s}`), five, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.Faults[0].Targets, 2)
}

// Who is down already is lost redundancy, and nobody to be struck.
func TestOfWhoIsDownAlreadyNobodyIsChosen(t *testing.T) {
	on := func(service string, nodes ...string) (refs []inventory.Ref) {
		for _, node := range nodes {
			refs = append(refs, inventory.Ref{Node: node, Service: service})
		}
		return refs
	}
	for name, c := range map[string]struct {
		target  string
		down    []inventory.Ref
		want    int // of how many are struck; 0: it is refused
		from    []inventory.Ref
		refusal string
	}{
		"nobody is down":              {target: "service: keystone, count: max", want: 2, from: on("keystone", "ctl-1", "ctl-2", "ctl-3")},
		"one of three":                {target: "service: keystone, count: max", down: on("keystone", "ctl-2"), want: 1, from: on("keystone", "ctl-1", "ctl-3")},
		"two of three":                {target: "service: keystone, count: max", down: on("keystone", "ctl-2", "ctl-3"), refusal: "tolerates the loss of 2 and would lose 3"},
		"all":                         {target: "service: keystone, count: max", down: on("keystone", "ctl-1", "ctl-2", "ctl-3"), refusal: "every candidate is down already"},
		"a whole node":                {target: "service: keystone, count: max", down: []inventory.Ref{{Node: "ctl-2"}}, want: 1, from: on("keystone", "ctl-1", "ctl-3")},
		"of another group":            {target: "service: keystone, count: max", down: on("memcached", "ctl-2"), want: 2, from: on("keystone", "ctl-1", "ctl-2", "ctl-3")},
		"a majority's one":            {target: "service: mariadb, count: max", down: on("mariadb", "ctl-2"), refusal: "tolerates the loss of 1 and would lose 2"},
		"one service of a node":       {target: "service: memcached, nodes: [ctl-1, ctl-2], count: max", down: on("memcached", "ctl-2"), want: 1, from: on("memcached", "ctl-1")},
		"who is named is down":        {target: "service: keystone, node: ctl-2", down: on("keystone", "ctl-2"), refusal: "every candidate is down already"},
		"as many as there are, named": {target: "service: keystone, nodes: [ctl-1, ctl-2], count: 2", down: on("keystone", "ctl-2"), refusal: "choose 2 of 1 candidate: there are not so many"},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range int64(10) {
				p, err := build(t, withFaults("", `lose: {fault: service.kill, target: {`+c.target+`}, hold: 5s}`), cloud(3, ""), scenarios.PlanOptions{Seed: seed, Down: c.down})
				if c.want == 0 {
					require.ErrorContains(t, err, c.refusal)
					continue
				}
				require.NoError(t, err)
				require.Len(t, p.Faults[0].Targets, c.want)
				require.Subset(t, c.from, p.Faults[0].Targets)
				require.Equal(t, c.down, p.Down)
			}
		})
	}
}

// Of a whole node one service is enough to leave it out.
func TestANodeWithASickServiceIsNotChosen(t *testing.T) {
	down := []inventory.Ref{{Node: "ctl-2", Service: "memcached"}}
	for seed := range int64(10) {
		p, err := build(t, withFaults("", `gone: {fault: node.reboot, target: {role: controller, count: max}, hold: 5s}`), cloud(3, ""), scenarios.PlanOptions{Seed: seed, Down: down})
		require.NoError(t, err)
		require.Len(t, p.Faults[0].Targets, 1)
		require.NotEqual(t, "ctl-2", p.Faults[0].Targets[0].Node)
		var text strings.Builder
		require.NoError(t, p.Print(&text))
		require.Contains(t, text.String(), "down already, and not struck: memcached@ctl-2\n")
	}
}

func TestTwoLegalFaultsThatBreakAQuorumTogether(t *testing.T) {
	kill := `kill: {fault: service.kill, target: {service: mariadb, node: ctl-1}, hold: 5s}`
	reboot := `reboot: {fault: node.reboot, target: {node: ctl-2}, start: %s, hold: 5s}`
	for start, admitted := range map[string]bool{
		`{at: 0s}`:                            false,
		`{at: 29s}`:                           false, // 5 s held, 15 s of lease, 10 s to settle
		`{at: 30s}`:                           true,
		`{after: kill.injected}`:              false,
		`{after: kill.undone}`:                false, // its budget is not released before it has settled
		`{after: kill.undone, delay: 10s}`:    true,
		`{after: kill.recovered}`:             true,
		`{when: 'in_flight("x") > 1'}`:        false,
		`{after: kill.injected, delay: 180s}`: true,
	} {
		t.Run(start, func(t *testing.T) {
			source := withFaults("", kill, fmt.Sprintf(reboot, start)) + "loads: {x: {workload: keystone.issue_token, concurrency: 1}}"
			_, err := build(t, source, cloud(3, ""), scenarios.PlanOptions{})
			if admitted {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "(majority, 3 members) tolerates the loss of 1 and would lose 2: mariadb@ctl-2; already down: mariadb@ctl-1 (kill)")
		})
	}
	for _, alone := range []string{kill, fmt.Sprintf(reboot, `{at: 0s}`)} {
		_, err := build(t, withFaults("", alone), cloud(3, ""), scenarios.PlanOptions{})
		require.NoError(t, err)
	}
}

// b and c can each be beside a, and never beside one another: two of five are
// down at most, although the three faults take three members.
func TestOnlyTrulyConcurrentFaultsAreCountedTogether(t *testing.T) {
	a := `a: {fault: service.kill, target: {service: mariadb, count: 1}, hold: 100s}`
	b := `b: {fault: service.kill, target: {service: mariadb, count: 1}, start: {at: 1s}, hold: 5s}`
	c := `c: {fault: service.kill, target: {service: mariadb, count: %s}, start: {after: b.recovered}, hold: 5s}`
	p, err := build(t, withFaults("", b, fmt.Sprintf(c, "1"), a), cloud(5, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"b", "c"}, p.FaultByName("a").Beside)
	require.NotContains(t, append(p.FaultByName("b").Targets, p.FaultByName("c").Targets...), p.FaultByName("a").Targets[0])
	p, err = build(t, withFaults("", strings.Replace(a, "count: 1", "count: max", 1), b, fmt.Sprintf(c, "1")), cloud(5, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.FaultByName("a").Targets, 1, "max takes what the worst case leaves")
	_, err = build(t, withFaults("", b, fmt.Sprintf(c, "2"), a), cloud(5, ""), scenarios.PlanOptions{})
	require.ErrorContains(t, err, "the group mariadb (majority, 5 members) tolerates the loss of 2 and would lose 3")
}

// Who was struck last and is not well yet is nobody's target, also where several
// worst cases have to be looked at.
func TestWhoIsNotWellYetIsNotStruckAgain(t *testing.T) {
	for seed := range int64(20) {
		p, err := build(t, withFaults("",
			`first: {fault: service.kill, target: {service: keystone, count: 2}, hold: 1s}`,
			`other: {fault: service.kill, target: {service: keystone, count: 1}, start: {when: 'in_flight("x") > 1', within: 1s}, hold: 1s}`,
			`apart: {fault: service.kill, target: {service: mariadb, count: 1}, start: {after: first.undone, delay: 2s}, hold: 1s}`,
			`again: {fault: service.kill, target: {service: keystone, count: 1}, start: {after: first.undone}, hold: 1s}`,
			"\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}"), cloud(5, ""),
			scenarios.PlanOptions{Seed: seed, Lease: time.Second, Settle: 2 * time.Second})
		require.NoError(t, err)
		require.NotContains(t, append(p.FaultByName("first").Targets, p.FaultByName("other").Targets...), p.FaultByName("again").Targets[0])
	}
}
