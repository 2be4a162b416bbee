package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
)

const busy = `signal("sockets.established", "ctl-1") > 5`

// decide asks a trigger in the background.
func (s *scene) decide(ctx context.Context, start scenarios.Start) <-chan decision {
	answer := make(chan decision, 1)
	go func() { answer <- s.trigger(ctx, "fault lose", start) }()
	return answer
}

func TestAtAndAfterAreOffsets(t *testing.T) {
	for name, c := range map[string]struct {
		start scenarios.Start
		want  time.Duration // of the run's clock; chaos begins at 10 s
	}{
		"at once":             {scenarios.Start{}, 10 * time.Second},
		"at":                  {scenarios.Start{At: 7 * time.Second}, 17 * time.Second},
		"after":               {scenarios.Start{After: "first", Event: scenarios.Undone, Delay: 5 * time.Second}, 19 * time.Second},
		"after, already past": {scenarios.Start{After: "first", Event: scenarios.Injected}, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, scenarios.Spec{})
				s.faults["first"] = &life{events: map[scenarios.Event]time.Duration{
					scenarios.Injected: 2 * time.Second, scenarios.Undone: 14 * time.Second,
				}}
				answer := s.decide(t.Context(), c.start)
				time.Sleep(10 * time.Second)
				s.begin()
				got := within(t, answer, time.Hour)
				require.True(t, got.fire)
				require.Equal(t, c.want, got.seen)
				require.Equal(t, c.want, s.clock.Now())
				require.Equal(t, c.start.String(), got.why)
			})
		})
	}
}

func TestWhenNeverFiresBeforeChaos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{})
		s.gauge("ctl-1", 9, time.Hour)
		answer := s.decide(t.Context(), scenarios.Start{When: condition(t, busy), For: 5 * time.Second, Within: time.Minute})
		time.Sleep(20 * time.Second)
		synctest.Wait()
		require.Empty(t, answer, "it held long enough, but there is no chaos yet")
		s.begin()
		got := within(t, answer, time.Hour)
		require.True(t, got.fire)
		require.Equal(t, 25*time.Second, got.seen, "what held before chaos does not count")
		require.Equal(t, "saw "+busy, got.why)
	})
}

func TestWhenHasToHoldWithoutABreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{})
		s.begin()
		answer := s.decide(t.Context(), scenarios.Start{When: condition(t, busy+" for 3s"), Within: time.Minute})
		for _, value := range []float64{9, 1, 9} {
			s.gauge("ctl-1", value, time.Hour)
			time.Sleep(2 * time.Second)
		}
		got := within(t, answer, time.Hour)
		require.True(t, got.fire)
		require.Equal(t, 7*time.Second, got.seen)
	})
}

// An iteration of a load is a trigger as soon as it has begun.
func TestTheIterationOfALoadFires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{tokens(&fakeWork{takes: 500 * time.Millisecond})}})
		require.NoError(t, s.openLoads(t.Context()))
		stop := s.startLoads(t.Context(), nil)
		s.begin()
		got := within(t, s.decide(t.Context(), scenarios.Start{When: condition(t, `iterations("tokens") >= 6`), Within: time.Minute}), time.Hour)
		require.True(t, got.fire)
		require.InDelta(t, 5, got.seen.Seconds(), judgeEvery.Seconds(), "the first begins at once, one a second")
		require.NoError(t, stop())
		s.closeLoads(t.Context())
	})
}

// A silent source is neither busy nor idle: also the negation does not fire.
func TestMissingIsNotTrue(t *testing.T) {
	for source, last := range map[string]float64{busy: 9, "not (" + busy + ")": 1} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, scenarios.Spec{})
			s.begin()
			s.gauge("ctl-1", last, time.Second)
			start := scenarios.Start{When: condition(t, source), For: 2 * time.Second, Within: 10 * time.Second, Otherwise: scenarios.Skip}
			got := within(t, s.decide(t.Context(), start), time.Hour)
			require.False(t, got.fire, source)
			require.NoError(t, got.stop)
			require.Equal(t, 10*time.Second, s.clock.Now())
			require.Contains(t, got.why, "did not hold within 10s (signal(")
			require.Contains(t, got.why, "has no reading")
		})
	}
}

func TestOtherwise(t *testing.T) {
	for otherwise, c := range map[scenarios.Otherwise]struct {
		fire bool
		stop string
	}{
		scenarios.Skip: {},
		scenarios.Fire: {fire: true},
		scenarios.Fail: {stop: "condition: fault lose: " + busy + " did not hold within 10s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, scenarios.Spec{})
			s.begin()
			s.gauge("ctl-1", 1, time.Hour)
			start := scenarios.Start{When: condition(t, busy), Within: 10 * time.Second, Otherwise: otherwise}
			got := within(t, s.decide(t.Context(), start), time.Hour)
			require.Equal(t, c.fire, got.fire, otherwise)
			require.Contains(t, got.why, busy+" did not hold within 10s")
			if c.stop == "" {
				require.NoError(t, got.stop, otherwise)
			} else {
				require.EqualError(t, got.stop, c.stop)
			}
		})
	}
}

func TestAStoppedRunFiresNothing(t *testing.T) {
	for name, start := range map[string]scenarios.Start{
		"at": {At: time.Minute}, "when": {When: nil, Within: time.Minute}, "before chaos": {},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, scenarios.Spec{})
			switch name {
			case "when":
				start.When = condition(t, busy)
				s.begin()
			case "at":
				s.begin()
			}
			ctx, stop := stopper(t)
			answer := s.decide(ctx, start)
			time.Sleep(time.Second)
			stop(&Stopped{Cause: "halt", Reason: "on ctl-1"})
			got := within(t, answer, time.Hour)
			require.False(t, got.fire, name)
			require.NoError(t, got.stop, name)
			require.Equal(t, "halt: on ctl-1", got.why, name)
			require.Equal(t, time.Second, s.clock.Now(), name)
		})
	}
}

// A condition after an event is asked from that event on, and given up so long
// after it, wherever in the chaos phase that is.
func TestAConditionAfterAnEvent(t *testing.T) {
	start := scenarios.Start{
		After: "first", Event: scenarios.Recovered, Delay: 5 * time.Second,
		For: 3 * time.Second, Within: 20 * time.Second, Otherwise: scenarios.Skip,
	}
	for name, c := range map[string]struct {
		busyAt time.Duration
		fires  bool
		seen   time.Duration
	}{
		"it held before":       {0, true, 68 * time.Second},
		"it comes later":       {70 * time.Second, true, 73 * time.Second},
		"it comes too late":    {83 * time.Second, false, 0},
		"it does not come":     {time.Hour, false, 0},
		"just within its time": {81 * time.Second, true, 84 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, scenarios.Spec{})
				s.faults["first"] = &life{events: map[scenarios.Event]time.Duration{scenarios.Recovered: 60 * time.Second}}
				s.begin()
				start := start
				start.When = condition(t, busy)
				answer := s.decide(t.Context(), start)
				go func() {
					time.Sleep(c.busyAt)
					s.gauge("ctl-1", 9, time.Hour)
				}()
				got := within(t, answer, 2*time.Hour)
				require.Equal(t, c.fires, got.fire, got.why)
				if c.fires {
					require.Equal(t, c.seen, got.seen)
					return
				}
				require.Contains(t, got.why, "did not hold within 20s")
				require.Equal(t, 85*time.Second, s.clock.Now())
				time.Sleep(time.Hour)
			})
		})
	}
}
