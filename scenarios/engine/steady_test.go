package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// rows are the Check events, with their times.
func (s *scene) rows() (rows []record.CheckEvent, at []time.Duration) {
	for _, e := range s.seen() {
		if e.Check != nil {
			rows, at = append(rows, *e.Check), append(at, e.At)
		}
	}
	return rows, at
}

func checks(t *testing.T, sources ...string) []scenarios.Check {
	t.Helper()
	var list []scenarios.Check
	for _, source := range sources {
		list = append(list, scenarios.Check{Expression: source, Condition: condition(t, source)})
	}
	return list
}

func TestTheSteadyStateIsAskedAgainUntilItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{SteadyState: checks(t, busy)})
		time.AfterFunc(4*time.Second, func() { s.gauge("ctl-1", 9, time.Hour) })
		require.True(t, s.steadyState(t.Context(), "before"))
		rows, at := s.rows()
		require.Equal(t, []record.CheckEvent{{Expression: busy, When: "before", Verdict: "pass"}}, rows)
		require.InDelta(t, 4, at[0].Seconds(), 2*judgeEvery.Seconds())
	})
}

// Every part has a row of its own, also behind one that does not hold, and all
// of them together wait no longer than one.
func TestTheSteadyStateHasARowForEachCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		idle := `signal("sockets.established", "ctl-1") < 5`
		silent := `signal("sockets.established", "ctl-2") < 5`
		s := newScene(t, scenarios.Spec{SteadyState: checks(t, idle, silent, busy)})
		s.gauge("ctl-1", 9, time.Hour)
		require.False(t, s.steadyState(t.Context(), "after"))
		rows, at := s.rows()
		require.Len(t, rows, 3)
		require.Equal(t, record.CheckEvent{Expression: idle, When: "after", Verdict: "fail", Detail: "it does not hold"}, rows[0])
		require.Equal(t, "unknown", rows[1].Verdict)
		require.Contains(t, rows[1].Detail, "has no reading")
		require.Equal(t, "pass", rows[2].Verdict)
		require.Equal(t, steadyWithin, at[0])
		require.Equal(t, steadyWithin, at[2])
	})
}

func TestTheSteadyStateDoesNotOutliveAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{SteadyState: checks(t, busy)})
		ctx, stop := stopper(t)
		time.AfterFunc(time.Second, func() { stop(nil) })
		require.False(t, s.steadyState(ctx, "before"))
		require.Equal(t, time.Second, s.clock.Now())
	})
}

func TestAnIterationOfAWorkloadIsACheck(t *testing.T) {
	for name, c := range map[string]struct {
		takes   time.Duration
		failing bool
		verdict string
		detail  string
	}{
		"in time":  {takes: 300 * time.Millisecond, verdict: "pass", detail: "ok in 300ms"},
		"an error": {takes: 300 * time.Millisecond, failing: true, verdict: "fail", detail: "no healthy upstream"},
		"too late": {takes: time.Minute, verdict: "fail", detail: "in 2s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				work := &fakeWork{takes: c.takes}
				work.failing.Store(c.failing)
				s := newScene(t, scenarios.Spec{SteadyState: []scenarios.Check{
					{Expression: "a token", Kind: "fake", Workload: work, Within: 2 * time.Second},
				}})
				require.Equal(t, c.verdict == "pass", s.steadyState(t.Context(), "before"))
				rows, _ := s.rows()
				require.Len(t, rows, 1)
				require.Equal(t, c.verdict, rows[0].Verdict)
				require.Contains(t, rows[0].Detail, c.detail)
				require.True(t, work.closed.Load())
			})
		})
	}
}
