package faults_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestLateInjectIsFenced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		time.Sleep(4 * time.Second) // the lease of 3 s has ended on the node
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrFenced)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Fenced, i.State())
	})
}

func TestRenewalAfterTheUndoIsFenced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		time.Sleep(4 * time.Second)
		require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		require.Equal(t, "lease", i.Targets()[0].By, "the node's stamp says who it was")
	})
}

func TestANodeThatIsOutOfReachDoesNotEndTheHoldOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		s.cloud.cut = cutWith("ctl-2", "renew", remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable})
		require.NoError(t, i.Hold(t.Context(), 10*time.Second))
		require.Equal(t, "held", s.cloud.nodes["ctl-1"].now())
		require.Equal(t, "gone", s.cloud.nodes["ctl-2"].now(), "its own dead-man undid it")
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, "engine", i.Targets()[0].By)
		require.Equal(t, "lease", i.Targets()[1].By)
	})
}

func TestAnUndoThatCannotBeVerifiedIsStuckWithARemedy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		s.cloud.nodes["ctl-1"].broken = true
		begun := time.Now()
		err := i.Undo(t.Context(), "engine", "")
		require.ErrorIs(t, err, faults.ErrStuck)
		require.ErrorContains(t, err, "-ActiveState=active, +ActiveState=failed")
		require.Greater(t, s.cloud.nodes["ctl-1"].undone, 25, "it undoes again each lease until the end")
		require.InDelta(t, (80 + 9 + 10), time.Since(begun).Seconds(), 2, "TTL and three leases")
		last := s.journal.events[len(s.journal.events)-2]
		require.NotNil(t, last.Residue)
		require.Contains(t, last.Residue.Remedy, "guard.sh end "+i.Targets()[0].Target.ID+" heal")
	})
}

// What the target said was wrong is not forgotten over its silence afterwards.
func TestAnUndoThatIsCutOffSaysWhatTheTargetSaidLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		s.cloud.nodes["ctl-1"].broken = true
		s.cloud.cut = cutWith("ctl-1", "verify", remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := i.Undo(ctx, "engine", "")
		require.ErrorContains(t, err, "-ActiveState=active, +ActiveState=failed; no answer since: ")
	})
}

func TestAHostThatWasInstalledAnewIsStuckAndNoSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		node := s.cloud.nodes["ctl-1"]
		node.timer.Stop()
		node.state, node.log = "gone", nil
		require.ErrorIs(t, i.Undo(t.Context(), "engine", ""), faults.ErrStuck)
	})
}

func TestTheCloudThatHealsItselfIsToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), admit))
		s.cloud.nodes["ctl-1"].healed = true
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.SelfHealed, i.State())
	})
}

func TestAnEffectThatDoesNotShowIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		s.cloud.nodes["ctl-1"].slow = 100 * time.Millisecond
		i := s.armed(t)
		s.cloud.nodes["ctl-1"].blind = true
		err := i.Fire(t.Context(), admit)
		require.ErrorIs(t, err, faults.ErrUnknown)
		require.Equal(t, record.Unknown, i.State())
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
	})
}

func TestAnArmThatFailsOnOneTargetTakesAllBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		require.NoError(t, s.injection.Preflight(t.Context()))
		s.cloud.cut = cutWith("ctl-2", "arm", remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable})
		require.ErrorContains(t, s.injection.Arm(t.Context()), "not armed: "+remote.ErrUnreachable.Error())
		require.ErrorIs(t, s.injection.Fire(t.Context(), admit), faults.ErrOrder)
		require.NoError(t, s.injection.Undo(t.Context(), "engine", ""))
		require.Equal(t, "gone", s.cloud.nodes["ctl-1"].now())
		require.Equal(t, record.Failed, s.injection.State())
	})
}

func TestPreflightNamesEveryProblemOfEveryTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2", "ctl-3", "ctl-4")
		s.cloud.nodes["ctl-2"].problems = []string{"runs as debian, but inject and undo need root"}
		s.cloud.nodes["ctl-3"].marker = "real"
		s.cloud.cut = cutWith("ctl-4", "tick", remote.Result{State: remote.NotStarted, Err: fmt.Errorf("dial ctl-4: %w", remote.ErrHostKey)})
		var failed *faults.PreflightError
		require.ErrorAs(t, s.injection.Preflight(t.Context()), &failed)
		require.Len(t, failed.Targets, 3)
		require.ErrorContains(t, failed, "keystone@ctl-2: runs as debian")
		require.ErrorContains(t, failed, "keystone@ctl-3: the inventory says simulated, but the node carries no marker")
		require.ErrorContains(t, failed, "keystone@ctl-4: dial ctl-4: host key does not match")
		for _, node := range s.cloud.nodes {
			require.Empty(t, node.now(), "nothing is touched")
		}
	})
}
