package scenarios_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// moments are when the faults of a plan start at the earliest.
func moments(p *scenarios.Plan) map[string]time.Duration {
	at := map[string]time.Duration{}
	for _, f := range p.Faults {
		at[f.Name] = f.Earliest
	}
	return at
}

func TestARowIsFaultsOfTheirOwn(t *testing.T) {
	const s = time.Second
	for name, c := range map[string]struct {
		entry string
		want  map[string]time.Duration
	}{
		"every, from a time": {
			`row: {fault: service.kill, target: {service: keystone}, start: {at: 10s}, hold: 2s, repeat: {times: 3, every: 40s}}`,
			map[string]time.Duration{"row-1": 10 * s, "row-2": 50 * s, "row-3": 90 * s},
		},
		"every, from what comes when it will": {
			`row: {fault: service.kill, target: {service: keystone}, start: {when: 'in_flight("x") > 1', within: 20s}, hold: 2s, repeat: {times: 3, every: 40s}}`,
			map[string]time.Duration{"row-1": 0, "row-2": 40 * s, "row-3": 80 * s},
		},
		"pause": {
			`row: {fault: service.kill, target: {service: keystone}, start: {at: 5s}, hold: 2s, repeat: {times: 3, pause: 4s}}`,
			map[string]time.Duration{"row-1": 5 * s, "row-2": 11 * s, "row-3": 17 * s},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := build(t, withFaults("", c.entry, "\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}"), cloud(3, ""), scenarios.PlanOptions{})
			require.NoError(t, err)
			require.Equal(t, c.want, moments(p))
		})
	}
}

// Each of a row may differ from the one before in its arguments: a staircase.
func TestARowGoesUpInSteps(t *testing.T) {
	p, err := build(t, withFaults("",
		`up: {fault: service.kill, args: {signal: KILL}, target: {service: keystone}, hold: 2s, repeat: {steps: [{share: a}, {share: b}, {share: c, signal: KILL}], pause: 4s, same: true}}`),
		cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	var got []string
	for _, f := range p.Faults {
		fake := f.Spec.Fault.(*fakeFault)
		got = append(got, f.Name+" "+fake.Signal+" "+fake.Share)
		require.Equal(t, p.Faults[0].Targets, f.Targets)
	}
	require.Equal(t, []string{"up-1 KILL a", "up-2 KILL b", "up-3 KILL c"}, got)
}

func TestStepsThatCannotBe(t *testing.T) {
	for steps, want := range map[string]string{
		`repeat: {pause: 4s}`:                                                   "repeat: has neither times nor steps",
		`repeat: {steps: [{share: a}], pause: 4s}`:                              "steps: wants 2 to 100",
		`repeat: {times: 3, steps: [{share: a}, {share: b}], pause: 4s}`:        "times: there are 2 steps",
		`repeat: {steps: [{share: a}, b], pause: 4s}`:                           "steps: wants arguments of the fault, each with its name",
		`repeat: {steps: [{share: a}, {shear: b}], pause: 4s}`:                  `unknown key "shear"`,
		`repeat: {steps: [{share: a}, {share: b, signal: HUP}], pause: 4s}`:     "share goes with signal: KILL only",
		`repeat: {steps: [{signal: HUP}, {signal: TERM}], every: 1s, times: 2}`: "the next one would start before this one",
	} {
		source := withFaults("", `up: {fault: service.kill, target: {service: keystone}, hold: 2s, `+steps+`}`)
		_, err := scenarios.Read("x.yaml", []byte(source), scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")})
		require.ErrorContains(t, err, want, steps)
		require.Equal(t, 1, strings.Count(err.Error(), want), steps)
	}
}

// What steps differ from is arguments too.
func TestArgumentsThatAreNoneAreReportedBesideSteps(t *testing.T) {
	for args, want := range map[string]string{
		"5%":          "x.yaml:6:35: args: wants a mapping, not a single value",
		"[share, 5%]": "x.yaml:6:35: args: wants a mapping, not a list",
		"":            "args: has no value",
	} {
		source := withFaults("", `up: {fault: service.kill, args: `+args+`, target: {service: keystone}, hold: 2s, repeat: {steps: [{share: a}, {share: b}], pause: 4s}}`)
		_, err := scenarios.Read("x.yaml", []byte(source), scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")})
		require.ErrorContains(t, err, want)
		require.Equal(t, 1, strings.Count(err.Error(), "x.yaml:"), err.Error())
	}
}

// Whether the cloud can heal it is asked of each step.
func TestEachStepIsOneThatTheCloudCanHeal(t *testing.T) {
	const lasts, passes = "nothing but its undo ends this service.kill", "this service.kill is over by itself"
	for _, c := range []struct{ end, steps, at, want string }{
		{`end: {self_healed: 9s}`, `[{}, {signal: TERM}, {signal: HUP}]`, `{signal: TERM}`, lasts},
		{`end: {self_healed: 9s}`, `[{signal: TERM}, {signal: TERM}]`, `end:`, lasts},
		{`end: {self_healed: 9s}`, `[{}, {share: passes}]`, `{share: passes}`, passes},
		{`end: {self_healed: 9s, when: 'in_flight("x") < 1'}`, `[{}, {share: passes}]`, `{share: passes}`, passes},
		{`end: {self_healed: 9s, when: 'in_flight("x") < 1'}`, `[{}, {signal: TERM}]`, "", ""},
		{`hold: 9s`, `[{}, {signal: TERM}]`, "", ""},
	} {
		entry := `up: {fault: service.kill, target: {service: keystone}, ` + c.end + `, repeat: {pause: 4s, steps: ` + c.steps + `}}`
		source := withFaults("", entry, "\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}")
		_, err := scenarios.Read("x.yaml", []byte(source), scenarios.Options{Catalogue: catalogue(), Cloud: cloud(3, "")})
		if c.want == "" {
			require.NoError(t, err, entry)
			continue
		}
		require.ErrorContains(t, err, fmt.Sprintf("x.yaml:6:%d: %s", 3+strings.Index(entry, c.at), c.want), entry)
		require.Equal(t, 1, strings.Count(err.Error(), "x.yaml:"), err.Error())
	}
}

func TestARowAfterAnotherFaultKeepsItsOrigin(t *testing.T) {
	p, err := build(t, withFaults("",
		`first: {fault: service.kill, target: {service: memcached}, start: {at: 10s}, hold: 2s}`,
		`row: {fault: service.kill, target: {service: keystone}, start: {after: first.injected, delay: 1s}, hold: 2s, repeat: {times: 2, every: 40s}}`,
		`last: {fault: service.kill, target: {service: haproxy}, start: {after: row-2.undone}, hold: 2s}`), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	const s = time.Second
	require.Equal(t, map[string]time.Duration{"first": 10 * s, "row-1": 11 * s, "row-2": 51 * s, "last": 53 * s}, moments(p))
}

// Each of a row draws anew, and all together stay within the budget; with
// `same` all strike whom the first one drew.
func TestTargetsOfARow(t *testing.T) {
	targets := func(same string, seed int64) map[inventory.Ref]int {
		p, err := build(t, withFaults("",
			`row: {fault: service.kill, target: {service: mariadb}, hold: 1s, repeat: {times: 8, pause: 1s`+same+`}}`), cloud(5, ""), scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		require.Len(t, p.Faults, 8)
		struck := map[inventory.Ref]int{}
		for _, f := range p.Faults {
			require.Len(t, f.Targets, 1)
			require.Empty(t, f.Beside, "none begins before the one before has recovered")
			struck[f.Targets[0]]++
		}
		return struck
	}
	for seed := range int64(5) {
		require.Greater(t, len(targets("", seed)), 1)
		require.Len(t, targets(", same: true", seed), 1)
	}
	p, err := build(t, withFaults("", `row: {fault: service.kill, target: {service: mariadb, count: 50%}, hold: 1s, repeat: {times: 3, pause: 1s, same: true}}`),
		cloud(5, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.Faults[0].Targets, 2)
	require.Equal(t, p.Faults[0].Targets, p.Faults[2].Targets, "a share is one of all, not of the first's")
}

// What can be active at the same time is added up, in a row as anywhere.
func TestARowThatIsTooCloseIsRefused(t *testing.T) {
	_, err := build(t, withFaults("", `row: {fault: service.kill, target: {service: mariadb}, hold: 5s, repeat: {times: 2, every: 20s}}`), cloud(3, ""), scenarios.PlanOptions{})
	require.ErrorContains(t, err, "mariadb", "a lease of 15 s and a settle window of 10 s after the first, the second would be beside it")
	_, err = build(t, withFaults("", `row: {fault: service.kill, target: {service: mariadb}, hold: 5s, repeat: {times: 2, every: 30s}}`), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
}

func TestARandomStartIsDrawnFromTheSeed(t *testing.T) {
	source := withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, start: {random: {within: 60s}}, hold: 2s}`,
		`b: {fault: service.kill, target: {service: memcached}, start: {random: {within: 60s}}, hold: 2s}`)
	at := func(options scenarios.PlanOptions) map[string]time.Duration {
		p, err := build(t, source, cloud(3, ""), options)
		require.NoError(t, err)
		for _, f := range p.Faults {
			require.Equal(t, f.Earliest, f.Latest)
			require.Equal(t, f.Earliest, f.Spec.Start.At, "the engine starts it then")
			require.Contains(t, f.Start, "drawn from its first 1m0s")
		}
		return moments(p)
	}
	one := at(scenarios.PlanOptions{Seed: 1})
	require.Equal(t, one, at(scenarios.PlanOptions{Seed: 1}))
	require.NotEqual(t, one["a"], one["b"], "each has a stream of its own")
	var sum time.Duration
	for seed := range int64(200) {
		drawn := at(scenarios.PlanOptions{Seed: seed})["a"]
		require.True(t, drawn >= 0 && drawn < time.Minute)
		sum += drawn
	}
	require.InDelta(t, 30, sum.Seconds()/200, 4, "evenly")

	earlier, err := build(t, source, cloud(3, ""), scenarios.PlanOptions{Seed: 1})
	require.NoError(t, err)
	require.Equal(t, one, at(scenarios.PlanOptions{Seed: 2, Replay: earlier}), "a replay starts when the first run did")
	earlier.Faults[0].Earliest = 2 * time.Minute
	_, err = build(t, source, cloud(3, ""), scenarios.PlanOptions{Replay: earlier})
	require.ErrorContains(t, err, "a: the plan that is to be repeated started it at another time")
}

func TestAnIterationIsACondition(t *testing.T) {
	spec := read(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, start: {iteration: {load: x, n: 40}, within: 20s, otherwise: fail}, hold: 2s}`,
		"\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}"), scenarios.Options{Cloud: cloud(3, "")})
	start := spec.Faults[0].Start
	require.Equal(t, `iterations("x") >= 40`, start.When.Source)
	require.Equal(t, scenarios.Fail, start.Otherwise)
	require.Equal(t, 20*time.Second, start.Within)
}

// A fault takes its target when it is armed, and one that waits for no other is
// armed before the chaos phase: two on one target have to follow one another.
func TestTwoFaultsOnOneTargetFollowOneAnother(t *testing.T) {
	for entry, want := range map[string]string{
		`row: {fault: service.kill, target: {service: keystone}, hold: 5s, repeat: {times: 3, every: 1m, same: true}}`:                                 "every candidate is struck by a fault that can be armed at the same time",
		`row: {fault: service.kill, target: {service: keystone, node: ctl-1}, start: {random: {within: 9s}}, hold: 5s, repeat: {times: 2, every: 1m}}`: "every candidate is struck",
	} {
		_, err := build(t, withFaults("", entry), cloud(3, ""), scenarios.PlanOptions{})
		require.ErrorContains(t, err, want, entry)
	}
	p, err := build(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone, node: ctl-1}, hold: 5s}`,
		`b: {fault: service.kill, target: {service: memcached}, start: {after: a.recovered}, hold: 5s}`,
		`c: {fault: service.kill, target: {service: keystone, node: ctl-1}, start: {after: b.injected}, hold: 5s}`), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err, "c is armed when b is injected, and b waits for the end of a")
	require.Equal(t, p.Faults[0].Targets, p.Faults[2].Targets)
	for seed := range int64(20) {
		p, err := build(t, withFaults("", `row: {fault: service.kill, target: {service: keystone}, hold: 5s, repeat: {times: 3, every: 50s}}`), cloud(3, ""), scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		struck := map[inventory.Ref]bool{}
		for _, f := range p.Faults {
			require.False(t, struck[f.Targets[0]], "each of a row that is armed at the same time has a target of its own")
			struck[f.Targets[0]] = true
		}
	}
}

func TestANameHasItsLength(t *testing.T) {
	_, err := scenarios.Read("x.yaml", []byte(withFaults("", strings.Repeat("a", 65)+`: {fault: service.kill, target: {service: keystone}, hold: 5s}`)), scenarios.Options{Catalogue: catalogue()})
	require.ErrorContains(t, err, "the name of a fault has 65 letters, and at most 64")
}
