package live_test

import (
	"testing"
	"time"

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
		"capture wire ctl-1 begins: after kill is injected":                {Capture: &record.CaptureEvent{Capture: "wire", Node: "ctl-1", State: record.CaptureBegins, Trigger: "after kill is injected"}},
		"capture wire ctl-1 kept: 2 packets: it is full":                   {Capture: &record.CaptureEvent{Capture: "wire", Node: "ctl-1", State: record.CaptureKept, Has: "2 packets", Cut: "it is full"}},
		"capture wire ctl-1 failed: no answer":                             {Capture: &record.CaptureEvent{Capture: "wire", Node: "ctl-1", State: record.CaptureFailed, Error: "no answer"}},
		"capture wire skipped: x > 5 did not hold within 2s":               {Capture: &record.CaptureEvent{Capture: "wire", State: record.CaptureSkipped, Trigger: "x > 5 did not hold within 2s"}},
		"unexpected outage: glance@ctl-1 is not healthy since 00:12, and no fault explains it": {Outage: &record.OutageEvent{
			Target: record.Target{Node: "ctl-1", Service: "glance"}, State: record.OutageBegan, From: 12 * time.Second}},
		"outage: ctl-1 gives no answer since 00:12, beside kill, stop": {Outage: &record.OutageEvent{
			Target: record.Target{Node: "ctl-1"}, State: record.OutageBegan, From: 12 * time.Second, Beside: []string{"kill", "stop"}}},
		"unexpected outage: glance@ctl-1 is not healthy since 00:12, long after kill": {Outage: &record.OutageEvent{
			Target: record.Target{Node: "ctl-1", Service: "glance"}, State: record.OutageOutlived, From: 12 * time.Second, Beside: []string{"kill"}}},
		"glance@ctl-1 is healthy again, after 8 s": {Outage: &record.OutageEvent{
			Target: record.Target{Node: "ctl-1", Service: "glance"}, State: record.OutageOver, From: 12 * time.Second, To: 20 * time.Second}},
		"ctl-1 answers again, after 8 s": {Outage: &record.OutageEvent{
			Target: record.Target{Node: "ctl-1"}, State: record.OutageOver, From: 12 * time.Second, To: 20 * time.Second, Beside: []string{"kill"}}},
	} {
		require.Equal(t, want, live.Words(e))
	}
}
