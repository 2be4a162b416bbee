package acceptance

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// One part of a run influences the other: a load grows until a controller's free
// memory is under 20 %, stays as large as it is then, and two faults fire in
// sequence. It is the scenario that is shipped, as it stands, on the cloud that
// `eris run` begins by itself, and the cloud keeps its promises.
func TestARampGoesOnUntilMemoryIsShort(t *testing.T) {
	t.Parallel()
	shipped, err := filepath.Abs("../../docs/scenarios/ramp-until-memory-is-short.yaml")
	require.NoError(t, err)
	run := eris(t, "run", shipped, "--plain")
	require.Equal(t, 0, run.exit(t), "%s", run.stderr())
	reader, err := record.Open(run.record(t))
	require.NoError(t, err)
	const saw = `saw min_where("node.memory_free_ratio", {}) < 20%`
	var started, held, eased, ended time.Duration
	reached := map[string][]time.Duration{}
	for e, err := range reader.Events() {
		require.NoError(t, err)
		switch {
		case e.Load != nil && e.Load.Name == "more" && e.Load.State == "changed":
			if held == 0 {
				held = e.At
				t.Logf("held at %.0f/s, %v into the ramp", e.Load.Rate, held-started)
				require.Equal(t, saw, e.Load.Trigger)
				require.Positive(t, e.Load.Rate, "where the ramp had come to")
				require.Less(t, e.Load.Rate, 900.0, "it did not come to its end")
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
			if e.Fault.Name == "lose-keystone" && e.Fault.State == record.Waiting {
				require.Equal(t, saw, e.Fault.Trigger, "the same signal lets both happen")
			}
			reached[e.Fault.Name] = append(reached[e.Fault.Name], e.At)
		}
	}
	first, second := reached["lose-keystone"], reached["then-memcached"]
	require.Len(t, first, 3, "its trigger, held and undone")
	require.Len(t, second, 3, "its trigger, held and undone")
	require.Greater(t, held, started)
	require.GreaterOrEqual(t, second[0], first[2], "in sequence")
	require.Greater(t, eased, second[0])
	require.Greater(t, ended, eased)

	short, enough := time.Duration(-1), 0 // when memory was first seen to be, and how often it was not before
	for r, err := range reader.SignalsOf("nodes") {
		require.NoError(t, err)
		switch {
		case r.Signal != "node.memory_free_ratio":
		case r.Value < 0.2 && (short < 0 || r.At < short):
			short = r.At
		case r.Value >= 0.5 && r.At < started+time.Second:
			enough++
		}
	}
	require.Greater(t, enough, 3, "of which there was enough before")
	require.Greater(t, short, started)
	require.LessOrEqual(t, short, held, "it was seen, and then acted upon")
	require.LessOrEqual(t, short, first[0])
}
