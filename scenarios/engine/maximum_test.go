package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// places is a workload of which so many can be under way at once, for a tenth of
// a second each; more are refused.
type places struct {
	fakeWork
	free chan struct{}
}

func (p *places) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return p, nil }

func (p *places) Iterate(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
	select {
	case <-p.free:
		defer func() { p.free <- struct{}{} }()
		return p.fakeWork.Iterate(ctx, n, rec)
	default:
		return loadgen.Outcome{Class: record.HTTP5xx, Err: errors.New("no place is free")}
	}
}

func newPlaces(n int) *places {
	p := &places{fakeWork: fakeWork{takes: 100 * time.Millisecond}, free: make(chan struct{}, n)}
	for range n {
		p.free <- struct{}{}
	}
	return p
}

// shared is a load that is a share of what p bears.
func shared(p *places, arrivals loadgen.Arrivals) *scenarios.Load {
	load := flow("tokens", arrivals, nil)
	load.Workload = p
	load.Changes = []scenarios.Turn{{Change: loadgen.Change{Rate: -2}, Start: scenarios.Start{Phase: Recovery}}}
	return load
}

func (s *scene) maxima() (list []record.Maximum) {
	for _, e := range s.seen() {
		if e.Maximum != nil {
			list = append(list, *e.Maximum)
		}
	}
	return list
}

func TestALoadIsAShareOfWhatIsBorne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := shared(newPlaces(8), loadgen.Arrivals{Rate: -0.5, Phases: &loadgen.PhaseRates{Warmup: new(loadgen.Rate(1))}})
		held := scenarios.Check{Expression: "there", Condition: condition(t, `count_where("service.healthy", {service: "keystone"}) <= 3`)}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}, SteadyState: []scenarios.Check{held}},
			strike("lose", scenarios.Start{}, time.Second, keystone("ctl-1")))
		s.whole(t.Context(), t)
		found := s.maxima()
		require.Len(t, found, 1)
		require.InDelta(t, 80, found[0].Rate, 8, "of eight places for a tenth of a second each")
		require.Greater(t, len(found[0].Trials), 5)
		require.NotEmpty(t, found[0].Trials[3].Wrong, "160/s are refused")
		names, at := s.phaseTimes()
		require.Equal(t, []string{Warmup, Baseline, Chaos, Recovery, Done}, names)
		require.Greater(t, at[Warmup], 30*time.Second, "the search comes before")

		live, _ := s.Live("tokens")
		most := found[0].Rate
		require.InDelta(t, 10*(1+most/2+most/2+2*most), live.Totals().Planned, 2, "nothing of the search is counted")
		var rates []float64
		for _, e := range s.seen() {
			if e.Load != nil && e.Load.State != "stopped" {
				rates = append(rates, e.Load.Rate)
			}
		}
		require.InDeltaSlice(t, []float64{1, most / 2, 2 * most}, rates, 1e-9)
		checks := 0
		for _, e := range s.seen() {
			if e.Check != nil && e.Check.When == "before" {
				checks++
			}
		}
		require.Equal(t, 2, checks, "the steady state is asked again after the search")
	})
}

func TestAnUnknownMaximumRefusesTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := shared(newPlaces(8), loadgen.Arrivals{Rate: -0.5, Max: &loadgen.Search{From: 500}})
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}}, strike("lose", scenarios.Start{}, time.Second, keystone("ctl-1")))
		err := s.Execute(t.Context())
		var veto *Veto
		require.ErrorAs(t, err, &veto)
		require.True(t, veto.Sent)
		require.ErrorIs(t, err, loadgen.ErrUnsettled)
		require.ErrorContains(t, err, "load tokens: its maximum is unknown: 500/s, the first rate, is not borne: ")
		found := s.maxima()
		require.Len(t, found, 1)
		require.Zero(t, found[0].Rate)
		require.Contains(t, found[0].Reason, "is not borne")
		names, _ := s.phaseTimes()
		require.Empty(t, names, "nothing was begun")
		require.NotContains(t, s.states("lose"), record.Armed)
	})
}

func TestASearchIsStoppedWithItsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := shared(newPlaces(8), loadgen.Arrivals{Rate: -0.5})
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}})
		ctx, stop := stopper(t)
		time.AfterFunc(12*time.Second, func() { stop(&Stopped{Cause: "interrupt", Reason: "Ctrl-C"}) })
		s.whole(ctx, t)
		require.Equal(t, []record.StopEvent{{Cause: "interrupt", Reason: "Ctrl-C"}}, s.stops())
		require.Less(t, s.clock.Now(), 12*time.Second+200*time.Millisecond)
	})
}
