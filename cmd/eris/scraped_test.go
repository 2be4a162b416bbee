package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// What is scraped is the run that goes on, one repetition after the other, with the
// moments of its faults.
func TestARunIsScrapedWhileItGoesOn(t *testing.T) {
	t.Parallel()
	s, err := listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	_, err = listen(t.Context(), s.Address().String())
	require.ErrorContains(t, err, "--metrics "+s.Address().String())
	_, began := s.snapshot()
	require.False(t, began)
	for _, run := range []string{"one", "two"} {
		plan := &scenarios.Plan{Scenario: "x", Cloud: "lab", Faults: []*scenarios.PlannedFault{{Name: "lose", Fault: "service.kill"}}}
		f := newFeed(plan, run, record.NewClock(), func(string) (*loadgen.Live, bool) { return nil, false })
		s.of(f)
		for at, state := range []record.FaultState{record.Armed, record.Injecting, record.Held, record.Undoing, record.Undone} {
			f.event(record.Event{At: time.Duration(at) * time.Second, Fault: &record.FaultEvent{Name: "lose", State: state}})
		}
		now, began := s.snapshot()
		require.True(t, began)
		require.Equal(t, run, now.Run)
		require.Equal(t, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, []time.Duration{*now.Faults[0].Asked, *now.Faults[0].Effective, *now.Faults[0].Undone})
	}
	require.NoError(t, s.Close(t.Context()))
	(*scraped)(nil).of(nil) // of which nobody asks
}
