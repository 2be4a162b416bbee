package kpi_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// With several loads, as when one was joined, each figure of a fault is said to be of its load, and
// a load of which nothing is known is not passed over.
func TestAFaultsFiguresAreSaidToBeOfTheirLoads(t *testing.T) {
	rec := example.Failing()
	require.Len(t, rec.Meta.Loads, 1)
	alone := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	require.Empty(t, alone.Whose(&alone.Faults[0]))
	require.NotContains(t, alone.Faults[0].Recover.Detail, "nothing is known")

	other := rec.Meta.Loads[0]
	other.Name = "joined"
	rec.Meta.Loads = append([]record.LoadPlan{}, rec.Meta.Loads[0], other)
	whole := rec.Samples
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range whole(load) {
				if load == "joined" && s.Iteration%100 != 0 { // too few for a bound
					continue
				}
				if !yield(s, err) {
					return
				}
			}
		}
	}
	a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	f := &a.Faults[0]
	require.Equal(t, "first trouble, downtime, recovery, degraded, latency: tokens; failed: all 2 loads", a.Whose(f))
	require.Contains(t, f.Recover.Detail, "; nothing is known of joined: ")
}
