package loadgen_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// server makes one that has so many places, in each of which a request takes a
// while.
func server(places int, takes time.Duration, refuses bool) func() *fake {
	return func() *fake { return serving(make(chan struct{}, places), takes, refuses) }
}

func serving(free chan struct{}, takes time.Duration, refuses bool) *fake {
	return &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
		select {
		case free <- struct{}{}:
		default:
			if refuses {
				return loadgen.Outcome{Class: record.HTTP5xx, Status: 503}
			}
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return failed(ctx)
			}
		}
		defer func() { <-free }()
		return sleep(ctx, takes)
	}}
}

func maximum(t *testing.T, w func() *fake, search loadgen.Search, change func(*loadgen.Load)) (m loadgen.Maximum, took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		work := w()
		load := openLoad(-0.6, loadgen.Constant, work)
		load.Spec.Arrivals.Max = &search
		if change != nil {
			change(&load)
		}
		m, err = loadgen.FindMaximum(t.Context(), load, clock)
		took = clock.Now()
		for _, trial := range m.Trials {
			require.InDelta(t, float64(trial.Rate)*15, trial.Planned, float64(trial.Rate)*10+1)
			require.Equal(t, trial.Planned, trial.Succeeded+trial.Failed+trial.Dropped, "%+v", trial)
		}
		require.Equal(t, 1, work.closed)
	})
	return m, took, err
}

func TestTheMaximumIsFound(t *testing.T) {
	for name, w := range map[string]func() *fake{"that makes wait": server(5, 50*time.Millisecond, false), "that refuses": server(5, 50*time.Millisecond, true)} {
		t.Run(name, func(t *testing.T) {
			m, took, err := maximum(t, w, loadgen.Search{}, func(l *loadgen.Load) { l.Spec.Pool = 2000 })
			require.NoError(t, err)
			require.GreaterOrEqual(t, float64(m.Rate), 88.0)
			require.LessOrEqual(t, float64(m.Rate), 107.0, "of 100/s, for 15 s with a p99 of a second")
			require.Empty(t, m.Trials[len(m.Trials)-1].Wrong)
			require.Equal(t, m.Rate, m.Trials[len(m.Trials)-1].Rate)
			require.Less(t, took, 3*time.Minute)
		})
	}
}

func TestAMaximumThatIsNotFoundSaysWhy(t *testing.T) {
	after := func(d time.Duration) func() *fake { return func() *fake { return taking(d) } }
	broken := func() *fake {
		return &fake{iterate: func(context.Context, int64, loadgen.Recorder) loadgen.Outcome { panic("index out of range") }}
	}
	for name, c := range map[string]struct {
		w      func() *fake
		search loadgen.Search
		change func(*loadgen.Load)
		want   string
	}{
		"above": {w: after(0), search: loadgen.Search{Most: 40}, want: "40/s is borne, and no more than that is tried"},
		"below": {w: after(2 * time.Second), want: "10/s, the first rate, is not borne: the p99 was 2.0"},
		"time":  {w: server(5, 50*time.Millisecond, false), search: loadgen.Search{Within: 20 * time.Second}, want: "it was not found within 20s"},
		"drops": {w: server(1, time.Second, false), change: func(l *loadgen.Load) { l.Spec.GiveUp, l.Spec.Pool = time.Second, 1 }, want: "arrivals were dropped"},
		"stuck": {w: server(1, time.Hour, false), change: func(l *loadgen.Load) { l.Spec.Timeout, l.Spec.GiveUp = time.Minute, time.Second }, want: "10/s, the first rate, is not borne"},
		"pool":  {w: after(500 * time.Millisecond), want: "arrivals waited since all 64 places were taken: raise pool"},
		"panic": {w: broken, want: "workload panicked: index out of range"},
		"it tires": {w: func() *fake {
			return &fake{iterate: func(_ context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
				if n > 200 {
					return loadgen.Outcome{Class: record.HTTP5xx}
				}
				return loadgen.Outcome{}
			}}
		}, want: "20/s was borne for 5s, and not half of it for 15s"},
	} {
		t.Run(name, func(t *testing.T) {
			m, _, err := maximum(t, c.w, c.search, c.change)
			require.ErrorContains(t, err, c.want)
			require.Zero(t, m.Rate)
			if name != "panic" {
				require.ErrorIs(t, err, loadgen.ErrUnsettled)
				require.NotEmpty(t, m.Trials)
			}
		})
	}
}

// A moment in which something else was wrong is not the maximum.
func TestOneBadMomentIsNotTheMaximum(t *testing.T) {
	bad := func() *fake {
		sound := server(5, 50*time.Millisecond, false)()
		return &fake{iterate: func(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
			if n < 3 || n > 110 && n < 115 { // in the first trial, and in the next rate's
				return loadgen.Outcome{Class: record.HTTP5xx}
			}
			return sound.iterate(ctx, n, rec)
		}}
	}
	m, _, err := maximum(t, bad, loadgen.Search{}, func(l *loadgen.Load) { l.Spec.Pool = 2000 })
	require.NoError(t, err)
	require.GreaterOrEqual(t, float64(m.Rate), 88.0)
}

func TestASearchThatIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 7*time.Second)
		defer stop()
		clock := record.NewClock()
		m, err := loadgen.FindMaximum(ctx, openLoad(-1, loadgen.Poisson, taking(time.Millisecond)), clock)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, loadgen.ErrUnsettled)
		require.Less(t, clock.Now(), 7100*time.Millisecond)
		require.Len(t, m.Trials, 1)
	})
}

func TestSharesOfTheMaximum(t *testing.T) {
	var rate loadgen.Rate
	require.NoError(t, rate.UnmarshalText([]byte("62.5 %  of max")))
	require.Equal(t, "62.5% of max", rate.String())
	for _, bad := range []string{"0% of max", "-5% of max", "1001% of max", "x% of max", "60%", "60 of max"} {
		require.Error(t, new(loadgen.Rate).UnmarshalText([]byte(bad)), bad)
	}
	a := &loadgen.Arrivals{Rate: -0.5, Phases: &loadgen.PhaseRates{Chaos: new(loadgen.Rate(-1.2)), Recovery: new(loadgen.Rate(3))}}
	require.True(t, a.OfMax())
	resolved := a.Resolve(200)
	require.Equal(t, "100/s, 240/s in chaos, 3/s in recovery, constant", resolved.String())
	require.False(t, resolved.OfMax())
	require.Equal(t, "50% of max, 120% of max in chaos, 3/s in recovery, constant", a.String(), "itself is not touched")
	steps := &loadgen.Arrivals{Steps: []loadgen.Step{{Rate: 1, For: time.Second}, {Rate: -1}}, Ramp: &loadgen.Ramp{To: -0.1}, Sine: &loadgen.Sine{Mean: -0.2, Swing: -0.1}}
	resolved = steps.Resolve(100)
	require.Equal(t, []loadgen.Rate{100, 10, 20, 10}, []loadgen.Rate{resolved.Steps[1].Rate, resolved.Ramp.To, resolved.Sine.Mean, resolved.Sine.Swing})
	require.Equal(t, loadgen.Change{Rate: 50}, loadgen.Change{Rate: -0.5}.Resolve(100))
}
