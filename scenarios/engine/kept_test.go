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

// keptWork is fake work that keeps some of it.
type keptWork struct {
	fakeWork
	found loadgen.Kept
	looks int
	after bool // it was looked at before it was closed
}

func (w *keptWork) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return w, nil }

func (w *keptWork) Check(context.Context) (loadgen.Kept, bool) {
	w.looks++
	w.after = w.closed.Load()
	return w.found, true
}

func (w *keptWork) Keeps() bool { return true }

// What was kept is looked at after recovery and before it is removed.
func TestLostWorkIsLookedForAfterRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &keptWork{found: loadgen.Kept{Work: 3, Lost: []string{"server a: gone"}, Unknown: []string{"server b: 503"}}}
		load, plain := tokens(&kept.fakeWork), tokens(&fakeWork{})
		load.Workload, plain.Name = kept, "plain"
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{load, plain}})
		require.NoError(t, s.Execute(t.Context()))
		require.Equal(t, 1, kept.looks)
		require.False(t, kept.after)
		require.True(t, kept.closed.Load())
		var events []record.KeptEvent
		done := false
		for _, e := range s.seen() {
			done = done || e.Phase != nil && e.Phase.Name == Done
			if e.Kept != nil {
				require.True(t, done)
				events = append(events, *e.Kept)
			}
		}
		require.Equal(t, []record.KeptEvent{{Load: "tokens", Work: 3, Lost: kept.found.Lost, Unknown: kept.found.Unknown}}, events)
	})
}

// A run that was stopped did not come to its recovery: nothing is said of it.
func TestLostWorkIsNotLookedForInARunThatWasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &keptWork{found: loadgen.Kept{Work: 3}}
		load := tokens(&kept.fakeWork)
		load.Workload = kept
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{load}})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.NoError(t, s.Execute(ctx))
		require.Zero(t, kept.looks)
		require.True(t, kept.closed.Load())
		for _, e := range s.seen() {
			require.Nil(t, e.Kept)
		}
	})
}
