package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// elsewhere stands for workers: a load of theirs is one of this process, which begins at the moment
// that all agree on.
type elsewhere struct {
	Workers // what no test asks for
	clock   record.Clock
	runners []*loadgen.Runner
	at      time.Duration
	late    time.Duration // how long behind the moment this process wakes
	gone    map[string]loadgen.Kept
}

func (e *elsewhere) Own(*scenarios.Load) string                                   { return "" }
func (e *elsewhere) Join(context.Context, map[string]string) error                { return nil }
func (e *elsewhere) Hopeless(func(string))                                        {}
func (e *elsewhere) Account(context.Context)                                      {}
func (e *elsewhere) Stop()                                                        {}
func (e *elsewhere) Unasked() map[string]loadgen.Kept                             { return e.gone }
func (e *elsewhere) Check(context.Context, time.Duration) map[string]loadgen.Kept { return nil }

func (e *elsewhere) Open(ctx context.Context, load *scenarios.Load, seed int64, sink loadgen.Sink) (Sender, error) {
	r, err := loadgen.Open(ctx, loadgen.Load{Name: load.Name, Workload: load.Workload, Spec: load.Spec, Env: loadgen.Env{Seed: seed}}, e.clock, sink)
	e.runners = append(e.runners, r)
	return r, err
}

func (e *elsewhere) Begin(context.Context) time.Duration {
	e.at = e.clock.Now() + time.Second
	for _, r := range e.runners {
		r.StartAt(e.at)
	}
	if e.late > 0 {
		time.Sleep(e.at + e.late - e.clock.Now())
	}
	return e.at
}

func (e *elsewhere) Close(ctx context.Context) error {
	for _, r := range e.runners {
		if err := r.Close(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A run whose loads are sent elsewhere begins with them: its warm-up has no second without
// arrivals. Also where this process wakes late for the moment on which all agreed no arrival is due
// before the warm-up, and no phase is late by that.
func TestTheWarmUpBeginsWithTheLoadsOfWorkers(t *testing.T) {
	for _, late := range []time.Duration{0, 700 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			load := tokens(&fakeWork{})
			load.Spec = loadgen.DefaultSpec()
			load.Spec.Arrivals = &loadgen.Arrivals{Rate: 10, Process: loadgen.Constant}
			s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{load}})
			require.NoError(t, s.Record.Event(record.Event{Started: &record.RunStarted{Run: s.Record.ID(), Scenario: "demo"}}))
			workers := &elsewhere{clock: s.clock, late: late}
			s.Workers = workers
			require.NoError(t, s.Execute(t.Context()))
			_, at := s.phaseTimes()
			require.Positive(t, workers.at)
			require.Equal(t, workers.at, at[Warmup])
			require.Equal(t, workers.at+3*time.Second, at[Baseline])
			require.Equal(t, workers.at+9*time.Second, at[Chaos])
			require.NoError(t, s.Record.Close())
			run, err := record.Open(s.Record.Dir())
			require.NoError(t, err)
			first := time.Hour
			for sample, err := range run.Samples("tokens") {
				require.NoError(t, err)
				first = min(first, sample.Intended)
				require.Equal(t, max(sample.Intended, workers.at+late), sample.Started, "on time")
			}
			require.Less(t, first-at[Warmup], 101*time.Millisecond)
			require.GreaterOrEqual(t, first, at[Warmup])
		})
	}
}

// A run that is stopped before its workers begin has no phase that is still to come.
func TestARunThatIsStoppedBeforeItsWorkersBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{tokens(&fakeWork{})}})
		workers := &stopping{elsewhere: &elsewhere{clock: s.clock}}
		s.Workers = workers
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		workers.stop = cancel
		require.NoError(t, s.Execute(ctx))
		_, at := s.phaseTimes()
		require.Contains(t, at, Warmup)
		require.Less(t, at[Warmup], workers.at)
	})
}

// stopping has the run stopped between what is agreed and the moment itself.
type stopping struct {
	*elsewhere
	stop func()
}

func (s *stopping) Begin(ctx context.Context) time.Duration {
	defer s.stop()
	return s.elsewhere.Begin(ctx)
}

// A run that is stopped, as when all its workers are lost, says what nobody can be asked for any more.
func TestWhatLostWorkersHaveKeptIsToldOfAStoppedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{tokens(&fakeWork{})}})
		gone := []string{"all that worker w1 has kept: it is lost"}
		s.Workers = &elsewhere{clock: s.clock, gone: map[string]loadgen.Kept{"tokens": {Unasked: gone}}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.NoError(t, s.Execute(ctx))
		var told []record.KeptEvent
		for _, e := range s.seen() {
			if e.Kept != nil {
				told = append(told, *e.Kept)
			}
		}
		require.Equal(t, []record.KeptEvent{{Load: "tokens", Unasked: gone}}, told)
	})
}
