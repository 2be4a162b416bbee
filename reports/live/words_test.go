package live_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

func TestWhatBecomesOfLoadsInWords(t *testing.T) {
	for want, e := range map[string]record.Event{
		"load up started: 2s into baseline":                                {Load: &record.LoadEvent{Name: "up", State: "started", Rate: 5, Trigger: "2s into baseline"}},
		"load up changed to 26/s: saw x > 5":                               {Load: &record.LoadEvent{Name: "up", State: "changed", Rate: 26, Trigger: "saw x > 5"}},
		"load up changed to 0/s: when recovery begins":                     {Load: &record.LoadEvent{Name: "up", State: "changed", Trigger: "when recovery begins"}},
		"load up skipped: end: the run came to its end before":             {Load: &record.LoadEvent{Name: "up", State: "skipped", Trigger: "end: the run came to its end before"}},
		"load up stopped: its iterations are done: it panicked":            {Load: &record.LoadEvent{Name: "up", State: "stopped", Trigger: "its iterations are done", Error: "it panicked"}},
		"the maximum of load up is 210/s, found in 2 trials":               {Maximum: &record.Maximum{Load: "up", Rate: 210, Trials: make([]record.Trial, 2)}},
		"the maximum of load up is unknown after 1 trials: it was refused": {Maximum: &record.Maximum{Load: "up", Reason: "it was refused", Trials: make([]record.Trial, 1)}},
	} {
		require.Equal(t, want, live.Words(e))
	}
}
