package scenarios_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
	"github.com/openstack-eris/eris/scenarios"
)

const lease, settle = 3 * time.Second, 2 * time.Second

// drawFaults makes a scenario of up to five faults that start in any way.
func drawFaults(t *rapid.T) string {
	var entries []string
	for i := range rapid.IntRange(1, 5).Draw(t, "faults") {
		service := rapid.SampledFrom([]string{"keystone", "mariadb"}).Draw(t, "service")
		count := rapid.SampledFrom([]string{"1", "2", "max", "50%"}).Draw(t, "count")
		start := fmt.Sprintf("at: %ds", rapid.IntRange(0, 30).Draw(t, "at"))
		switch way := rapid.IntRange(0, 3).Draw(t, "way"); {
		case way == 0:
			start = fmt.Sprintf(`when: 'in_flight("x") > 1', within: %ds`, rapid.IntRange(1, 20).Draw(t, "within"))
		case way < 3 && i > 0:
			event := rapid.SampledFrom([]string{"injected", "undone", "recovered"}).Draw(t, "event")
			start = fmt.Sprintf("after: f%d.%s, delay: %ds", rapid.IntRange(0, i-1).Draw(t, "before"), event, rapid.IntRange(0, 5).Draw(t, "delay"))
		}
		entries = append(entries, fmt.Sprintf("f%d: {fault: service.kill, target: {service: %s, count: %s}, start: {%s}, hold: %ds}",
			i, service, count, start, rapid.IntRange(1, 10).Draw(t, "hold")))
	}
	return withFaults("", entries...) + "loads: {x: {workload: keystone.issue_token, concurrency: 1}}\n"
}

// life is when a fault took its members and gave them back, in one timeline.
type life struct{ from, undone, until time.Duration }

// timeline plays a plan with any moments that its triggers and undos allow.
func timeline(p *scenarios.Plan, random *rand.Rand) map[string]life {
	upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d) + 1)) }
	lives := map[string]life{}
	for len(lives) < len(p.Faults) {
		for _, f := range p.Faults {
			start := f.Spec.Start
			before, known := lives[start.After]
			from := start.At
			switch {
			case start.When != nil:
				from = upTo(start.Within)
			case start.After != "" && !known:
				continue
			case start.Event == scenarios.Injected:
				from = before.from + start.Delay
			case start.Event == scenarios.Undone:
				from = before.undone + start.Delay
			case start.Event == scenarios.Recovered:
				from = before.until + start.Delay
			}
			undone := from + f.Hold + upTo(lease)
			lives[f.Name] = life{from, undone, undone + settle}
		}
	}
	return lives
}

// broken names a group whose rule does not hold at some moment.
func broken(on *inventory.Cloud, p *scenarios.Plan, lives map[string]life) error {
	for _, at := range p.Faults {
		moment, lost := lives[at.Name].from, map[string]map[string]bool{}
		for _, f := range p.Faults {
			if l := lives[f.Name]; l.from <= moment && moment < l.until {
				for _, ref := range f.Targets {
					if lost[ref.Service] == nil {
						lost[ref.Service] = map[string]bool{}
					}
					if lost[ref.Service][ref.Node] {
						return fmt.Errorf("%s is struck twice at %v", ref, moment)
					}
					lost[ref.Service][ref.Node] = true
				}
			}
		}
		n := len(on.ServiceByName("keystone").Nodes)
		if len(lost["keystone"]) > n-1 || 2*(n-len(lost["mariadb"])) <= n && len(lost["mariadb"]) > 0 {
			return fmt.Errorf("at %v of %d are lost: %v", moment, n, lost)
		}
	}
	return nil
}

// No timeline of a plan that was admitted breaks a group's rule.
func TestNoAdmittedPlanBreaksARule(t *testing.T) {
	admitted := 0
	rapid.Check(t, func(t *rapid.T) {
		on := cloud(rapid.IntRange(2, 6).Draw(t, "nodes"), "")
		spec, err := scenarios.Read("demo.yaml", []byte(drawFaults(t)), scenarios.Options{Catalogue: catalogue(), Cloud: on})
		if err != nil {
			t.Skip(err)
		}
		p, err := scenarios.BuildPlan(spec, on, scenarios.PlanOptions{Seed: rapid.Int64().Draw(t, "seed"), Lease: lease, Settle: settle})
		if err != nil {
			if _, ok := errors.AsType[*scenarios.Refusal](err); !ok {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		admitted++
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "timeline"), 1))
		for range 20 {
			if err := broken(on, p, timeline(p, random)); err != nil {
				t.Fatal(err)
			}
		}
	})
	require.Greater(t, admitted, 20, "of all drawn, some have to be admitted")
}

// What is refused with named targets has a moment at which a rule would break:
// nothing that is allowed is refused.
func TestNothingAllowedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "nodes")
		on := cloud(n, "")
		type strike struct{ node, at, hold int }
		var strikes []strike
		var entries []string
		for i := range rapid.IntRange(1, min(n, 5)).Draw(t, "faults") {
			s := strike{i + 1, rapid.IntRange(0, 40).Draw(t, "at"), rapid.IntRange(1, 9).Draw(t, "hold")}
			strikes = append(strikes, s)
			entries = append(entries, fmt.Sprintf("f%d: {fault: service.kill, target: {service: mariadb, node: ctl-%d}, start: {at: %ds}, hold: %ds}", i, s.node, s.at, s.hold))
		}
		most := 0 // at any start, how many are not yet released in the worst case
		for _, a := range strikes {
			lost := 0
			for _, b := range strikes {
				if b.at <= a.at && time.Duration(a.at-b.at-b.hold)*time.Second < lease+settle {
					lost++
				}
			}
			most = max(most, lost)
		}
		_, err := build(&testing.T{}, withFaults("", entries...), on, scenarios.PlanOptions{Lease: lease, Settle: settle})
		if allowed := 2*(n-most) > n; allowed != (err == nil) {
			t.Fatalf("%d of %d at once: %v\n%s", most, n, err, strings.Join(entries, "\n"))
		}
		var refused *redundancy.Refusal
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
	})
}

// A fault that is added elsewhere shifts no choice; another seed does.
func TestChoicesComeFromNamedStreams(t *testing.T) {
	on := cloud(6, "")
	lines := []string{
		`a: {fault: service.kill, target: {service: keystone, count: 2}, hold: 5s}`,
		`b: {fault: service.kill, target: {service: mariadb, count: max}, hold: 5s}`,
	}
	added := `c: {fault: service.kill, target: {service: memcached, count: 2}, hold: 5s}`
	different := false
	for seed := range int64(20) {
		p, err := build(t, withFaults("", lines...), on, scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		q, err := build(t, withFaults("", append([]string{added}, lines...)...), on, scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		require.Equal(t, p.FaultByName("a").Targets, q.FaultByName("a").Targets)
		require.Equal(t, p.FaultByName("b").Targets, q.FaultByName("b").Targets)
		other, err := build(t, withFaults("", lines...), on, scenarios.PlanOptions{Seed: seed + 1})
		require.NoError(t, err)
		different = different || fmt.Sprint(p.Faults[0].Targets) != fmt.Sprint(other.Faults[0].Targets)

		again, err := build(t, withFaults("", lines...), on, scenarios.PlanOptions{Seed: seed + 1, Replay: p})
		require.NoError(t, err)
		require.Equal(t, p.Faults[0].Targets, again.Faults[0].Targets)
		require.Equal(t, p.Faults[1].Targets, again.Faults[1].Targets)
	}
	require.True(t, different)

	small := cloud(3, "")
	p, err := build(t, withFaults("", lines[0]), on, scenarios.PlanOptions{Seed: 3})
	require.NoError(t, err)
	p.Faults[0].Targets = []inventory.Ref{{Node: "ctl-5", Service: "keystone"}}
	_, err = build(t, withFaults("", lines[0]), small, scenarios.PlanOptions{Replay: p})
	require.ErrorContains(t, err, "struck keystone@ctl-5, which does not fit")
	_, err = build(t, withFaults("", lines[1]), small, scenarios.PlanOptions{Replay: p})
	require.ErrorContains(t, err, "has no such fault")
}
