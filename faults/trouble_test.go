package faults_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
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

// One renewal that gets no answer leaves time for the next.
func TestAClaimOutlivesARenewalThatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lease = 3 * time.Second
		s := newScene(t, "ctl-1")
		s.cloud.nodes["ctl-1"].slow = 100 * time.Millisecond
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1"}, lease))
		var lost atomic.Bool
		s.cloud.cut = func(_, verb string) *remote.Result {
			if verb != "claim" || lost.Swap(true) {
				return nil
			}
			time.Sleep(lease / 3)
			return &remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable}
		}
		kept := make(chan error, 1)
		ctx, end := context.WithCancel(t.Context())
		go func() { kept <- s.lifecycle.KeepClaim(ctx, lease, func(error) {}) }()
		other := faults.New(faults.Deps{Runner: s.cloud, Journal: &journal{}, Clock: record.NewClock()},
			faults.Run{ID: "run-2", Owner: "bob@desk", Kind: inventory.Simulated})
		time.Sleep(lease - 50*time.Millisecond) // the first claim has just ended
		require.True(t, lost.Load())
		var claimed *faults.ClaimedError
		require.ErrorAs(t, other.Claim(t.Context(), []string{"ctl-1"}, lease), &claimed)
		end()
		require.NoError(t, <-kept)
	})
}

// The claim is kept on a node that was halted: what the run did there is yet to be undone.
func TestAClaimTellsOfAHaltAndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lease = 3 * time.Second
		s := newScene(t, "ctl-1", "ctl-2")
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease))
		told, kept := make(chan error, 10), make(chan error, 1)
		ctx, end := context.WithCancel(t.Context())
		go func() { kept <- s.lifecycle.KeepClaim(ctx, lease, func(err error) { told <- err }) }()
		node := s.cloud.nodes["ctl-2"]
		node.mu.Lock()
		node.halt = "customers call"
		node.mu.Unlock()
		err := <-told
		require.ErrorIs(t, err, faults.ErrHalted)
		require.ErrorContains(t, err, "halted on ctl-2: customers call; eris heal ends the halt")
		time.Sleep(2 * lease)
		node.mu.Lock()
		require.Greater(t, time.Until(node.claimed), lease/3)
		node.mu.Unlock()
		end()
		require.NoError(t, <-kept)
		require.ErrorIs(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease), faults.ErrHalted)
		require.Empty(t, s.cloud.nodes["ctl-1"].claim, "what was claimed is given back")
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

func TestASecondRunIsRefusedWithTheOwnersName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		s.cloud.nodes["ctl-2"].claim, s.cloud.nodes["ctl-2"].claimed = "ann@laptop|run-0", time.Now().Add(time.Minute)
		var claimed *faults.ClaimedError
		require.ErrorAs(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, 3*time.Second), &claimed)
		require.Equal(t, "ann@laptop", claimed.Owner)
		require.Equal(t, "run-0", claimed.Run)
		require.Empty(t, s.cloud.nodes["ctl-1"].claim, "what was claimed is given back")

		s.cloud.nodes["ctl-2"].claim = ""
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, 3*time.Second))
		keep, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		require.NoError(t, s.lifecycle.KeepClaim(keep, 3*time.Second, func(error) {}))
		s.lifecycle.Release(t.Context())
		require.Empty(t, s.cloud.nodes["ctl-1"].claim)
	})
}
