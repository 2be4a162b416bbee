package scenarios_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// A rolling fault strikes every one once, and nobody before the one before has
// recovered.
func TestARollingFaultGoesOverAll(t *testing.T) {
	for count, want := range map[string][]int{"1": {1, 1, 1, 1, 1}, "2": {2, 2, 1}, "4": {4, 1}} {
		p, err := build(t, withFaults("", `roll: {fault: service.kill, target: {service: keystone, count: `+count+`}, hold: 2s, rolling: {settle: 3s}}`),
			cloud(5, ""), scenarios.PlanOptions{Seed: 4})
		require.NoError(t, err)
		require.Len(t, p.Faults, len(want), count)
		struck := map[inventory.Ref]bool{}
		for k, f := range p.Faults {
			require.Len(t, f.Targets, want[k], count)
			require.Empty(t, f.Beside)
			for _, ref := range f.Targets {
				require.False(t, struck[ref], "%s is struck twice", ref)
				struck[ref] = true
			}
		}
		require.Len(t, struck, 5)
		require.Equal(t, "3s after roll-1 is recovered", p.Faults[1].Start)
	}
	never := cloud(3, "")
	never.NodeByName("ctl-2").Never = true
	p, err := build(t, withFaults("", `roll: {fault: service.kill, target: {service: mariadb}, hold: 2s, rolling: {}}`), never, scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Len(t, p.Faults, 2, "who may not be struck is gone around")
}

// Between two of them a condition can be the gate; others can wait for any of
// them.
func TestHealthIsTheGateOfARollingFault(t *testing.T) {
	source := withFaults("",
		`roll: {fault: service.kill, target: {service: keystone}, start: {at: 4s}, hold: 2s, rolling: {health: 'in_flight("x") < 5', settle: 10s, within: 30s}}`,
		`last: {fault: service.kill, target: {service: haproxy}, start: {after: roll-3.undone}, hold: 2s}`) +
		"loads: {x: {workload: keystone.issue_token, concurrency: 1}}\n"
	p, err := build(t, source, cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, `after roll-1 is recovered, then when in_flight("x") < 5 for 10s, within 30s of it, otherwise skip`, p.Faults[1].Start)
	require.Equal(t, 16*time.Second, p.Faults[1].Earliest, "4 s, held for 2 s, and 10 s of health")
	require.Equal(t, 30*time.Second, p.Faults[1].Wait)
	require.Greater(t, p.Faults[1].Latest-p.Faults[1].Earliest, 40*time.Second)
	_, err = scenarios.Read("x.yaml", []byte(source), scenarios.Options{Catalogue: catalogue()})
	require.NoError(t, err, "without a cloud, how many they are is not known")
}

func TestAStartCanWaitForAFaultAndThenForACondition(t *testing.T) {
	p, err := build(t, withFaults("",
		`a: {fault: service.kill, target: {service: keystone}, hold: 5s}`,
		`b: {fault: service.kill, target: {service: haproxy}, start: {after: a.undone, delay: 2s, when: 'in_flight("x") > 1', for: 3s, within: 20s, otherwise: fire}, hold: 5s}`,
		"\nloads: {x: {workload: keystone.issue_token, concurrency: 1}}"), cloud(3, ""), scenarios.PlanOptions{Lease: 3 * time.Second})
	require.NoError(t, err)
	b := p.FaultByName("b")
	require.Equal(t, `2s after a is undone, then when in_flight("x") > 1 for 3s, within 20s of it, otherwise fire`, b.Start)
	require.Equal(t, []time.Duration{10 * time.Second, 30 * time.Second, 22 * time.Second}, []time.Duration{b.Earliest, b.Latest, b.Wait})
}
