package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// What is scraped is the run that goes on, one repetition after the other, with the
// moments of its faults.
func TestARunIsScrapedWhileItGoesOn(t *testing.T) {
	t.Parallel()
	s, err := (&metricsFlags{address: "127.0.0.1:0"}).listen(t.Context())
	require.NoError(t, err)
	_, err = (&metricsFlags{address: s.Address().String()}).listen(t.Context())
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
	(*scraped)(nil).judged(nil)
	require.NoError(t, (*scraped)(nil).close(t.Context(), io.Discard))
}

// What a run came to can be asked for as soon as it is judged, and for as long as the flag
// says, or until somebody stops it.
func TestWhatARunCameToIsScrapedAfterItsEnd(t *testing.T) {
	t.Parallel()
	s, err := (&metricsFlags{address: "127.0.0.1:0", stay: time.Hour}).listen(t.Context())
	require.NoError(t, err)
	ask := func() string {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Get("http://" + s.Address().String() + "/metrics")
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(text)
	}
	require.NotContains(t, ask(), "eris_result_verdict")
	for _, verdict := range []kpi.Verdict{kpi.Pass, kpi.Fail} { // of two repetitions
		result := &kpi.Result{Run: "one", Verdict: verdict}
		result.Scenario.Name, result.Cloud.Name = "x", "lab"
		s.judged(result)
		require.Contains(t, ask(), `eris_result_verdict{cloud="lab",scenario="x",verdict="`+string(verdict)+`"} 1`)
	}
	for _, set := range []struct {
		exits   []int
		exit    int
		verdict kpi.Verdict
	}{{[]int{exitFailed, exitPass}, exitFailed, kpi.Fail}, {[]int{exitPass, exitPass}, exitInternal, kpi.Unknown}, {[]int{exitPass, exitPass}, exitPass, kpi.Pass}} {
		s.judge = nil
		for _, exit := range set.exits {
			result := &kpi.Result{Run: "one", Verdict: kpi.Pass, Exit: exit}
			if result.Scenario.Name, result.Cloud.Name = "x", "lab"; exit == exitFailed {
				result.Verdict = kpi.Fail
			}
			s.judged(result)
		}
		s.settled(set.exit)
		require.Contains(t, ask(), `eris_result_verdict{cloud="lab",scenario="x",verdict="`+string(set.verdict)+`"} 1`)
		require.Contains(t, ask(), fmt.Sprintf(`eris_result_exit_code{cloud="lab",scenario="x"} %d`, set.exit))
	}
	(*scraped)(nil).settled(exitPass)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, s.close(stopped, io.Discard))
}

func TestTheMetricsStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scraped{stay: time.Minute}
		began := time.Now()
		s.linger(t.Context(), io.Discard)
		require.Equal(t, began, time.Now(), "nothing was judged")
		s.judged(&kpi.Result{})
		var told strings.Builder
		s.linger(t.Context(), &told)
		require.Equal(t, time.Minute, time.Since(began))
		require.Contains(t, told.String(), "the metrics stay for 1m0s, for 2 s so far")
	})
	for _, wrong := range []metricsFlags{{stay: time.Second}, {address: "127.0.0.1:0", stay: -1}, {address: "127.0.0.1:0", stay: 2 * time.Hour}} {
		require.ErrorContains(t, wrong.check(), "--metrics-stay")
	}
	require.NoError(t, (&metricsFlags{address: "127.0.0.1:0", stay: time.Hour}).check())
}
