package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// The display is drawn three times a second, and percentiles, which are most of its cost, are
// merged once in it; counts are of each time.
func TestTheDisplayMergesPercentilesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
		f := newFeed(&scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}}, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
		answers := func(n int, took time.Duration) {
			for range n {
				now := clock.Now()
				figures.Outcome(record.Sample{Intended: now - took, Started: now - took, End: now})
			}
		}
		time.Sleep(3 * time.Second)
		answers(100, 50*time.Millisecond)
		first := f.snapshot().Loads[0]
		require.InEpsilon(t, 0.05, first.P50.Seconds(), 0.02)
		time.Sleep(300 * time.Millisecond)
		answers(1000, 500*time.Millisecond)
		again := f.snapshot().Loads[0]
		require.Equal(t, *first.P50, *again.P50, "in the same second")
		require.EqualValues(t, 1100, again.Succeeded)
		time.Sleep(700 * time.Millisecond)
		require.InEpsilon(t, 0.5, f.snapshot().Loads[0].P50.Seconds(), 0.02)
	})
}
