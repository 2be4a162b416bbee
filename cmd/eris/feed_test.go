package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/scenarios"
)

// The steady state is asked for once more after the search for a maximum: what was told
// before it is replaced, and no more is open than is still to come.
func TestAWordOnACheckReplacesTheLast(t *testing.T) {
	t.Parallel()
	none := func(string) (*loadgen.Live, bool) { return nil, false }
	f := newFeed(&scenarios.Plan{SteadyState: []string{"a", "b"}}, "run", record.NewClock(), none)
	tell := func(when string, verdicts ...string) {
		for i, verdict := range verdicts {
			f.event(record.Event{Check: &record.CheckEvent{Expression: []string{"a", "b"}[i], When: when, Verdict: verdict}})
		}
	}
	require.Equal(t, live.Checks{Open: 4}, f.snapshot().Checks)
	tell("before", "pass", "pass")
	require.Equal(t, live.Checks{Passed: 2, Open: 2}, f.snapshot().Checks)
	tell("before", "pass", "unknown")
	require.Equal(t, live.Checks{Passed: 1, Failed: 1, Open: 2}, f.snapshot().Checks)
	tell("before", "pass", "pass")
	tell("after", "pass", "fail")
	require.Equal(t, live.Checks{Passed: 3, Failed: 1}, f.snapshot().Checks)
}
