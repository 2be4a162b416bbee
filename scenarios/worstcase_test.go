package scenarios_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// In both tests b and c are each beside a, and never beside one another, so
// that a meets two worst cases and its choice has to fit both.

// ctl-5 weighs too much to be lost beside either of them.
func TestOneChoiceFitsEveryWorstCase(t *testing.T) {
	on := cloud(5, "groups: {galera: {services: [mariadb], rule: majority, weights: {ctl-1: 1, ctl-2: 1, ctl-3: 1, ctl-4: 1, ctl-5: 3}}}")
	source := withFaults("",
		`b: {fault: service.kill, target: {service: mariadb, node: ctl-1}, start: {at: 1s}, hold: 5s}`,
		`c: {fault: service.kill, target: {service: mariadb, node: ctl-2}, start: {after: b.recovered}, hold: 5s}`,
		`a: {fault: service.kill, target: {service: mariadb, count: 1}, hold: 100s}`)
	seen := map[string]bool{}
	for seed := range int64(20) {
		p, err := build(t, source, on, scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		seen[p.FaultByName("a").Targets[0].Node] = true
	}
	require.Equal(t, map[string]bool{"ctl-3": true, "ctl-4": true}, seen)
}

// Beside b a node of blue and one of green could go, beside c one of red and
// one of green: only green is left for both.
func TestMaxIsWhatEveryWorstCaseLeaves(t *testing.T) {
	text := "version: eris/v1\ncloud: {name: colours, kind: simulated}\nnodes:\n"
	for i := range 6 {
		text += fmt.Sprintf("  n%d: {address: 198.18.0.%d, roles: [node]}\n", i+1, i+1)
	}
	text += `services:
  red: {unit: red.service, on: {nodes: [n1, n2]}}
  blue: {unit: blue.service, on: {nodes: [n3, n4]}}
  green: {unit: green.service, on: {nodes: [n5, n6]}}
groups:
  red: {services: [red], rule: {tolerance: 1}}
  blue: {services: [blue], rule: {tolerance: 1}}
  green: {services: [green], rule: {tolerance: 1}}
`
	on, err := inventory.Read("colours.yaml", []byte(text))
	require.NoError(t, err)
	for seed := range int64(10) {
		p, err := build(t, withFaults("",
			`a: {fault: node.reboot, target: {role: node, count: max}, hold: 100s}`,
			`b: {fault: service.kill, target: {service: red}, start: {at: 1s}, hold: 5s}`,
			`c: {fault: service.kill, target: {service: blue}, start: {after: b.recovered}, hold: 5s}`), on, scenarios.PlanOptions{Seed: seed})
		require.NoError(t, err)
		require.Len(t, p.FaultByName("a").Targets, 1)
		require.Contains(t, []string{"n5", "n6"}, p.FaultByName("a").Targets[0].Node)
	}
}

// One that the cloud may heal is over whenever that is so: what follows it can begin at
// once, and meet what would long be over if the whole wait were counted.
func TestWhatFollowsAHealedFaultCanBeginAtOnce(t *testing.T) {
	on := cloud(3, "groups: {galera: {services: [mariadb], rule: {tolerance: 1}}}")
	for _, event := range []string{"undone", "recovered"} {
		source := withFaults("",
			`a: {fault: service.kill, target: {service: keystone, node: ctl-1}, end: {self_healed: 150s}}`,
			`b: {fault: service.kill, target: {service: mariadb, node: ctl-1}, start: {after: a.`+event+`}, hold: 5s}`,
			`c: {fault: service.kill, target: {service: mariadb, node: ctl-2}, start: {at: 1s}, hold: 5s}`)
		_, err := build(t, source, on, scenarios.PlanOptions{})
		require.ErrorContains(t, err, "galera", event)
	}
}

// Two faults of which the first may be healed at once fit, though both waits together are
// longer than the chaos phase.
func TestAHealedFaultMayLeaveTimeForTheNext(t *testing.T) {
	spec := read(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, end: {self_healed: 150s}}`,
		`b: {fault: service.kill, target: {service: keystone}, start: {after: a.recovered}, hold: 100s}`), scenarios.Options{Cloud: cloud(3, "")})
	require.Len(t, spec.Faults, 2)
}
