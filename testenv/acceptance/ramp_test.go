package acceptance

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// One part of a run influences the other: a load grows until a controller's free
// memory is under 20 %, stays as large as it is then, and two faults fire in
// sequence. A request in progress takes memory there, of which this cloud has
// little.
func TestARampGoesOnUntilMemoryIsShort(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 4, Memory: 4430 << 20})
	ramp, err := filepath.Abs("../../docs/scenarios/ramp-until-memory-is-short.yaml")
	require.NoError(t, err)
	run := eris(t, "run", ramp, "-i", cloud.Inventory(), "--plain")
	require.Contains(t, []int{0, 3, 4}, run.exit(t), "%s", run.stderr())
	reader, err := record.Open(run.record(t))
	require.NoError(t, err)
	var started, held, eased, ended time.Duration
	reached := map[string][]time.Duration{}
	for e, err := range reader.Events() {
		require.NoError(t, err)
		switch {
		case e.Load != nil && e.Load.Name == "more" && e.Load.State == "changed":
			if held == 0 {
				held = e.At
				t.Logf("held at %.0f/s, %v into the ramp", e.Load.Rate, held-started)
				require.Equal(t, `saw min_where("node.memory_free_ratio", {}) < 20%`, e.Load.Trigger)
				require.InDelta(t, (held-started).Seconds()*30, e.Load.Rate, 30, "where the ramp had come to")
			} else {
				eased = e.At
				require.InDelta(t, 5, e.Load.Rate, 0)
			}
		case e.Load != nil && e.Load.Name == "more" && e.Load.State == "started":
			started = e.At
		case e.Load != nil && e.Load.Name == "more" && e.Load.State == "stopped":
			ended = e.At
			require.Equal(t, "when recovery begins", e.Load.Trigger)
		case e.Fault != nil && slices.Contains([]record.FaultState{record.Waiting, record.Held, record.Undone}, e.Fault.State):
			reached[e.Fault.Name] = append(reached[e.Fault.Name], e.At)
		}
	}
	first, second := reached["lose-keystone"], reached["then-memcached"]
	require.Len(t, first, 3, "its trigger, held and undone")
	require.Len(t, second, 3, "its trigger, held and undone")
	require.InDelta(t, held.Seconds(), first[0].Seconds(), 1, "the same signal lets both happen")
	require.Greater(t, second[0], first[2]+time.Second-time.Millisecond)
	require.Greater(t, eased, second[0])
	require.Greater(t, ended, eased)

	var short, least float64 = 1, 1
	for r, err := range reader.SignalsOf("nodes") {
		require.NoError(t, err)
		if r.Signal == "node.memory_free_ratio" {
			if r.At < started {
				least = min(least, r.Value)
			}
			if r.At <= held {
				short = min(short, r.Value)
			}
		}
	}
	require.Greater(t, least, 0.2, "before the ramp there was enough")
	require.Less(t, short, 0.2)
}
