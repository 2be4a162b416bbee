package faults_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// A word that was given counts as an inject also where its node has lost the proof.
func TestAnInjectThatAPowerLossHidesCountsAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		s.cloud.cut = cutWith("ctl-1", "inject", remote.Result{State: remote.Unknown, Err: errCut})
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrUnknown)
		s.cloud.nodes["ctl-1"].losePower()
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		require.Equal(t, "boot", i.Targets()[0].By)
	})
}

// What the node's log has lost the engine has heard, and what stands there instead is new.
func TestALogThatIsShorterAfterAPowerLossIsHeardToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		require.NoError(t, i.Hold(t.Context(), time.Second))
		s.cloud.nodes["ctl-1"].losePower()
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, []record.FaultState{record.Preflight, record.Armed, record.Injecting, record.Held, record.Undoing, record.Undone},
			s.journal.states("ctl-1"))
	})
}

// A node that boots anew while it waits undoes what was never injected, to be sure:
// no undo of it is told.
func TestWhatWasOnlyArmedWhenThePowerWasLostIsNotToldAsInjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		s.cloud.nodes["ctl-1"].losePower()
		require.NoError(t, i.Undo(t.Context(), "engine", "its trigger did not fire"))
		require.Equal(t, record.Skipped, i.State())
		require.Equal(t, []record.FaultState{record.Preflight, record.Armed}, s.journal.states("ctl-1"))
	})
}

// A later run tells that nobody knows whether it had begun.
func TestAfterwardsAPowerLossIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		s.armed(t)
		s.cloud.nodes["ctl-1"].losePower()
		told := faults.Afterwards(t.Context(), s.journal.events, s.cloud, nil)
		require.Len(t, told, 1)
		require.Equal(t, record.Undone, told[0].State)
		require.Contains(t, told[0].String(), "undone by boot, begun at ")
		require.Contains(t, told[0].String(), "; whether it had been injected is not known, its node lost its power")
	})
}
