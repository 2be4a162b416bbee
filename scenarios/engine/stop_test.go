package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// judged is a scene with such a stop condition under way; the context ends
// with the run.
func judged(t *testing.T, source string, planned ...*scenarios.PlannedFault) (*scene, context.Context) {
	t.Helper()
	s := newScene(t, scenarios.Spec{Stop: []*conditions.Program{condition(t, source)}}, planned...)
	release, err := s.prepare(t.Context(), func(error) {}) // as in a run: no fault is added under the eyes of the watcher
	require.NoError(t, err)
	t.Cleanup(release)
	ctx, stop := stopper(t)
	go s.watchStops(ctx, stop)
	return s, ctx
}

func TestAStopConditionHasToHoldForItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy+" for 3s")
		for _, value := range []float64{9, 1, 9} {
			s.gauge("ctl-1", value, time.Hour)
			time.Sleep(2 * time.Second)
		}
		require.NoError(t, ctx.Err(), "twice two seconds are not three")
		within(t, ctx.Done(), 2*time.Minute)
		require.InDelta(t, 7, s.clock.Now().Seconds(), 2*judgeEvery.Seconds())
		require.Equal(t, &Stopped{Cause: "condition", Reason: busy + " for 3s"}, reason(ctx))
	})
}

func TestAStopConditionWithoutATimeStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy)
		s.gauge("ctl-1", 9, time.Hour)
		within(t, ctx.Done(), 2*time.Minute)
		require.Equal(t, judgeEvery, s.clock.Now())
	})
}

func TestWhatCannotBeJudgedIsABreachAfterSomeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy)
		time.Sleep(2 * time.Second)
		s.gauge("ctl-1", 1, time.Second)
		time.Sleep(3500 * time.Millisecond)
		require.NoError(t, ctx.Err(), "missing from 0 s to 2 s and since 3 s: not three in a row")
		within(t, ctx.Done(), 2*time.Minute)
		require.InDelta(t, 6, s.clock.Now().Seconds(), 2*judgeEvery.Seconds())
		require.Equal(t, "condition", reason(ctx).Cause)
		require.Contains(t, reason(ctx).Reason, busy+" cannot be judged: signal(")
	})
}

// A node that a declared fault has taken away is rightly silent until the
// fault is over.
func TestExpectedSilenceIsNoBreach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy, strike("node", scenarios.Start{}, time.Minute, inventory.Ref{Node: "ctl-1"}))
		i := struck(t, s, "node")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.NoError(t, ctx.Err())
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		within(t, ctx.Done(), 2*time.Minute)
		require.InDelta(t, 63, s.clock.Now().Seconds(), 2*judgeEvery.Seconds())
	})
}

// Nor is the silence of a node that a fault costs, as one behind a switch.
func TestTheSilenceOfANodeThatAFaultCostsIsNoBreach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dark := strike("dark", scenarios.Start{}, time.Minute, keystone("ctl-2"))
		dark.Costs = []inventory.Ref{{Node: "ctl-1"}}
		s, ctx := judged(t, busy, dark)
		i := struck(t, s, "dark")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.NoError(t, ctx.Err())
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		within(t, ctx.Done(), 2*time.Minute)
	})
}

// The loss of a service explains no silence of its node.
func TestAFaultOfAServiceIsNoExcuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		struck(t, s, "lose")
		within(t, ctx.Done(), 2*time.Minute)
		require.InDelta(t, 3, s.clock.Now().Seconds(), 2*judgeEvery.Seconds())
	})
}

// A machine beside the cloud tells nothing of it: that a fault is there excuses nobody.
func TestAFaultBesideTheCloudIsNoExcuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := judged(t, busy, aside("beside"))
		struck(t, s, "beside")
		within(t, ctx.Done(), 2*time.Minute)
		require.InDelta(t, 3, s.clock.Now().Seconds(), 2*judgeEvery.Seconds())
	})
}

// struck injects a fault of the scene, whatever the budget says.
func struck(t *testing.T, s *scene, name string) *faults.Injection {
	t.Helper()
	i := s.Run.faults[name].injection
	require.NoError(t, i.Arm(t.Context()))
	require.NoError(t, i.Fire(t.Context(), func(context.Context) (faults.Aim, error) { return faults.Aim{}, nil }))
	return i
}
