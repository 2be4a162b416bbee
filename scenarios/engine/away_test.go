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
// arrivals.
func TestTheWarmUpBeginsWithTheLoadsOfWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := tokens(&fakeWork{})
		load.Spec = loadgen.DefaultSpec()
		load.Spec.Arrivals = &loadgen.Arrivals{Rate: 10, Process: loadgen.Constant}
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{load}})
		require.NoError(t, s.Record.Event(record.Event{Started: &record.RunStarted{Run: s.Record.ID(), Scenario: "demo"}}))
		workers := &elsewhere{clock: s.clock}
		s.Workers = workers
		require.NoError(t, s.Execute(t.Context()))
		var warm time.Duration
		for _, e := range s.seen() {
			if e.Phase != nil && e.Phase.Name == Warmup {
				warm = e.At
			}
		}
		require.Positive(t, workers.at)
		require.Equal(t, workers.at, warm)
		require.NoError(t, s.Record.Close())
		run, err := record.Open(s.Record.Dir())
		require.NoError(t, err)
		first := time.Hour
		for sample, err := range run.Samples("tokens") {
			require.NoError(t, err)
			first = min(first, sample.Intended)
			require.Equal(t, sample.Intended, sample.Started, "on time")
		}
		require.Less(t, first-warm, 101*time.Millisecond)
		require.GreaterOrEqual(t, first, warm)
	})
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
