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

// Drops, waits for a free worker and the generator's own lateness are told second
// by second, each where it happened.
func TestDropsQueueingAndLatenessBySecond(t *testing.T) {
	rec := example.Passing()
	const ms = time.Millisecond
	rec.Samples = func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for i, s := range []record.Sample{
				{Intended: 1100 * ms, Started: 1130 * ms, End: 1200 * ms},
				{Intended: 1200 * ms, Started: 1207 * ms, End: 1300 * ms},
				{Intended: 1300 * ms, Started: 2900 * ms, End: 3000 * ms, Queued: true},
				{Intended: 1400 * ms, Started: 2950 * ms, End: 3000 * ms, Queued: true, Class: record.Aborted},
				{Intended: 1500 * ms, Started: 1500 * ms, End: 3500 * ms, Class: record.Dropped},
			} {
				s.Iteration = int64(i)
				if !yield(s, nil) {
					return
				}
			}
		}
	}
	load := kpi.Compute(rec, kpi.Settings{}).Loads[0]
	list := load.Buckets(1000, 4*time.Second).List
	figures := func(k kpi.Bucket) []any { return []any{k.Started, k.Queued, k.Late, k.Errors[record.Dropped]} }
	require.Equal(t, []any{int64(2), int64(0), 30 * ms, int64(0)}, figures(list[1]))
	require.Equal(t, []any{int64(2), int64(2), 0 * ms, int64(0)}, figures(list[2]), "who waited for the cloud is not late")
	require.Equal(t, []any{int64(0), int64(0), 0 * ms, int64(1)}, figures(list[3]), "dropped when it was given up")
}
