package acceptance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

const unbounded = `version: eris/v1
name: unbounded
phases: {warmup: 1s, baseline: 1s, chaos: 5s, recovery: 1s}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 50% of max, max: {from: 5/s, most: 10/s, each: 1s, p99: 20s}}}
faults:
  lose-keystone: {fault: service.kill, target: {service: keystone, count: 1}, hold: 1s}
stop_when: {none: it is refused}
`

// A share of a maximum that is not found is nothing that could be sent: the run is
// refused with the reason, before any fault.
func TestARunWithoutAMaximumIsRefused(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 5})
	happened := func() map[string][]node.Event {
		log := map[string][]node.Event{}
		for _, name := range cloud.Nodes() {
			log[name] = cloud.Node(name).Log()
		}
		return log
	}
	before := happened()
	run := refused(t, []string{"load tokens: its maximum is unknown: ", "no fault was made; the record is in "},
		"run", scenario(t, unbounded), "-i", cloud.Inventory(), "--plain")
	require.Equal(t, before, happened(), "nothing happened to a service or a node")
	reader, err := record.Open(run.record(t))
	require.NoError(t, err)
	var found []record.Maximum
	for e, err := range reader.Events() {
		require.NoError(t, err)
		require.Nil(t, e.Phase, "the run did not begin")
		if e.Maximum != nil {
			found = append(found, *e.Maximum)
		}
	}
	require.Len(t, found, 1)
	require.Zero(t, found[0].Rate)
	require.NotEmpty(t, found[0].Trials)
	for _, trial := range found[0].Trials {
		require.Equal(t, trial.Planned, trial.Succeeded+trial.Failed+trial.Dropped)
		require.GreaterOrEqual(t, float64(trial.Planned), trial.Rate, "a second of it")
	}
}
