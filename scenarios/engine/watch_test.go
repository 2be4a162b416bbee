package engine

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// A collector that is told of one service asks for that one: each further
// service costs a node several processes a second.
func TestACollectorAsksForTheServicesThatItsSelectorNames(t *testing.T) {
	cloud, err := inventory.Read("cloud.yaml", []byte(`version: eris/v1
cloud: {name: c, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}}
  memcached: {unit: memcached.service, on: {node: ctl-2}}
`))
	require.NoError(t, err)
	names := func(on inventory.Selector, node string) []string {
		var all []string
		for _, s := range selected(cloud, on)(node) {
			all = append(all, s.Name)
		}
		return all
	}
	require.Equal(t, []string{"keystone"}, names(inventory.Selector{Service: "keystone"}, "ctl-2"))
	require.Empty(t, names(inventory.Selector{Service: "memcached"}, "ctl-1"))
	require.Equal(t, []string{"keystone", "memcached"}, names(inventory.Selector{Role: "controller"}, "ctl-2"))
	require.Equal(t, []string{"keystone"}, names(inventory.Selector{Group: "keystone"}, "ctl-1"))
}

// Asking a node for the health of all that it hosts is a load of its own, which
// the cloud under test must not feel.
func TestWhoHostsManyServicesIsAskedLessOften(t *testing.T) {
	for count, want := range map[int]time.Duration{3: healthEvery, 2*healthAtOnce - 1: healthEvery, 2 * healthAtOnce: 2 * healthEvery, 5*healthAtOnce + 1: 5 * healthEvery} {
		var services, members strings.Builder
		for i := range count {
			fmt.Fprintf(&services, "  s%d: {unit: s%d.service, on: {role: controller}}\n", i, i)
			fmt.Fprintf(&members, "s%d, ", i)
		}
		cloud, err := inventory.Read("cloud.yaml", fmt.Appendf(nil, `version: eris/v1
cloud: {name: c, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
services:
%sgroups:
  all: {services: [%s], rule: n-1}
`, services.String(), strings.TrimSuffix(members.String(), ", ")))
		require.NoError(t, err)
		r := &Run{plan: &scenarios.Plan{Inventory: cloud}, watched: cloud.Groups}
		require.Equal(t, want, r.vitalWatch().Every, "%d services", count)
	}
}

// Those that no fault touches are asked in turns, and nodes begin with different
// ones: what asking costs the cloud is the same at any moment of a run.
func TestTheOthersAreAskedInTurns(t *testing.T) {
	for count, round := range map[int]time.Duration{0: 0, 1: othersEvery, 3: othersEvery, 7: othersEvery, 21: 3 * othersEvery} {
		var services strings.Builder
		for i := range count {
			fmt.Fprintf(&services, "  s%d: {unit: s%d.service, health: {http: /, timeout: 2s}, port: 80, on: {role: controller}}\n", i, i)
		}
		cloud, err := inventory.Read("cloud.yaml", fmt.Appendf(nil, `version: eris/v1
cloud: {name: c, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  keystone: {unit: keystone.service, health: {http: /}, port: 5000, on: {role: controller}}
%sgroups:
  keystone: {services: [keystone], rule: n-1}
`, services.String()))
		require.NoError(t, err)
		r := &Run{plan: &scenarios.Plan{Inventory: cloud, Faults: make([]*scenarios.PlannedFault, 1)}, vitals: map[inventory.Ref]bool{}}
		for _, node := range cloud.Nodes {
			r.vitals[inventory.Ref{Node: node.Name, Service: "keystone"}] = true
		}
		o := newOthers(r)
		require.Len(t, o.refs(), 3*count)
		watches := o.watches()
		if count == 0 {
			require.Empty(t, watches)
			continue
		}
		require.Len(t, watches, 3)
		begins := map[string]bool{}
		for _, w := range watches {
			node := w.Nodes[0].Name
			require.Len(t, w.Services(node), count)
			begins[w.Services(node)[0].Name] = true
			require.InDelta(t, round, w.Every*time.Duration(count), float64(time.Microsecond), "%d services", count)
			require.InDelta(t, 3*round+time.Duration(count)*(2+2)*time.Second, o.lasts(node), float64(time.Microsecond), "three rounds, and one in which each probe takes its time-out and is waited for")
		}
		require.Len(t, begins, min(count, 3))
	}
}

// A collector can look around a moment only.
func TestACollectorBeginsAndEndsByTheTriggersOfFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := func(name string, start, end *scenarios.Start) *scenarios.Collector {
			return &scenarios.Collector{Name: name, Kind: "service", Collector: &collectors.Service{}, Every: time.Second, On: inventory.Selector{Node: "ctl-1"}, Start: start, End: end}
		}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Collectors: []*scenarios.Collector{
			looks("always", nil, nil),
			looks("closer", &scenarios.Start{After: "lose", Event: scenarios.Injected}, &scenarios.Start{After: "lose", Event: scenarios.Undone, Delay: 3 * time.Second}),
			looks("before", nil, &scenarios.Start{Phase: Chaos}),
			looks("never", &scenarios.Start{When: condition(t, `in_flight("nobody") > 3`), Within: 2 * time.Second, Otherwise: scenarios.Skip}, nil),
			looks("after", &scenarios.Start{After: "lose", Event: scenarios.Recovered, Delay: time.Hour}, nil),
		}}, strike("lose", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")))
		for _, c := range s.plan.Spec.Collectors {
			s.plan.Collectors = append(s.plan.Collectors, scenarios.PlannedCollector{Name: c.Name, Nodes: []string{"ctl-1"}})
		}
		s.whole(t.Context(), t)
		told := map[string][]string{}
		for _, e := range s.seen() {
			if c := e.Collect; c != nil && c.Collector != healthName {
				line := fmt.Sprintf("%v %s", e.At.Round(100*time.Millisecond), c.State)
				if c.Trigger != "" {
					line += ": " + c.Trigger
				}
				told[c.Collector] = append(told[c.Collector], line)
			}
		}
		require.Equal(t, map[string][]string{
			"always": {"0s started", "40s stopped"},
			"closer": {"21s begins: after lose is injected", "21s started", "26s ends: 3s after lose is undone", "26s stopped"},
			"before": {"0s started", "20s ends: when chaos begins", "20s stopped"},
			"never":  {"22s skipped: in_flight(\"nobody\") > 3 did not hold within 2s (in_flight(\"nobody\") has no figure yet)"},
			"after":  {"40s skipped: the run came to its end before"},
		}, told)
	})
}
