package faults_test

import (
	"context"
	"sync"
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
		kept := make(chan bool)
		ctx, end := context.WithCancel(t.Context())
		go func() {
			defer close(kept)
			s.lifecycle.KeepClaim(ctx, lease, func(err error) { assertNone(t, err) })
		}()
		other := faults.New(faults.Deps{Runner: s.cloud, Journal: &journal{}, Clock: record.NewClock()},
			faults.Run{ID: "run-2", Owner: "bob@desk", Kind: inventory.Simulated})
		time.Sleep(lease - 50*time.Millisecond) // the first claim has just ended
		require.True(t, lost.Load())
		var claimed *faults.ClaimedError
		require.ErrorAs(t, other.Claim(t.Context(), []string{"ctl-1"}, lease), &claimed)
		end()
		<-kept
	})
}

// assertNone fails the test if there is trouble; it may be called from any goroutine.
func assertNone(t *testing.T, trouble error) {
	t.Helper()
	if trouble != nil {
		t.Errorf("trouble with a claim: %v", trouble)
	}
}

// A node that answers and cannot write the claim is asked again; the run hears of it
// when the claim has ended there, and has the other nodes all the while.
func TestAClaimThatCannotBeWrittenIsNoEndBeforeItsLeaseIs(t *testing.T) {
	for name, c := range map[string]struct {
		lasts    time.Duration
		troubles int
	}{
		"a hiccup":       {lasts: 1900 * time.Millisecond},
		"a lease":        {lasts: 3900 * time.Millisecond, troubles: 1},
		"until its undo": {lasts: time.Hour, troubles: 18},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const lease = 3 * time.Second
				s := newScene(t, "ctl-1", "ctl-2")
				require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease))
				began := time.Now()
				s.cloud.cut = func(node, verb string) *remote.Result {
					if node == "ctl-2" && verb == "claim" && time.Since(began) < c.lasts {
						return &remote.Result{State: remote.Done, Exit: 75, Stderr: []byte("sudo: too busy\n")}
					}
					return nil
				}
				ctx, end := context.WithTimeout(t.Context(), 20*time.Second+lease/6)
				defer end()
				var mu sync.Mutex
				var told []error
				s.lifecycle.KeepClaim(ctx, lease, func(err error) {
					mu.Lock()
					defer mu.Unlock()
					told = append(told, err)
				})
				require.Len(t, told, c.troubles, "%v", told)
				for _, err := range told {
					require.ErrorContains(t, err, "renew claim: ctl-2: the claim was not written: sudo: too busy")
				}
				require.Greater(t, time.Until(s.cloud.nodes["ctl-1"].claimed), lease/3, "what was done there is yet to be undone")
				if c.troubles < 2 {
					require.Greater(t, time.Until(s.cloud.nodes["ctl-2"].claimed), lease/3)
				}
			})
		})
	}
}

// A halt is heard at once, also where the claim could not be written.
func TestAHaltIsHeardWhereTheClaimCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lease = 3 * time.Second
		s := newScene(t, "ctl-1")
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1"}, lease))
		s.cloud.cut = func(_, verb string) *remote.Result {
			if verb != "claim" {
				return nil
			}
			return &remote.Result{State: remote.Done, Stdout: []byte("halted customers call\n"), Stderr: []byte("No space left on device\n")}
		}
		ctx, end := context.WithTimeout(t.Context(), lease/2)
		defer end()
		told := make(chan error, 10)
		s.lifecycle.KeepClaim(ctx, lease, func(err error) { told <- err })
		require.NotEmpty(t, told)
		require.ErrorIs(t, <-told, faults.ErrHalted)
	})
}

// A node that another run has taken is told of, and the others are kept.
func TestANodeThatAnotherRunHasTakenIsToldAndTheOthersAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lease = 3 * time.Second
		s := newScene(t, "ctl-1", "ctl-2")
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease))
		node := s.cloud.nodes["ctl-2"]
		node.mu.Lock()
		node.claim, node.claimed = "ann@laptop|run-0", time.Now().Add(time.Hour)
		node.mu.Unlock()
		ctx, end := context.WithTimeout(t.Context(), 2*lease+lease/6)
		defer end()
		told := make(chan error, 10)
		s.lifecycle.KeepClaim(ctx, lease, func(err error) { told <- err })
		require.Len(t, told, 6)
		var claimed *faults.ClaimedError
		require.ErrorAs(t, <-told, &claimed)
		require.Equal(t, "run-0", claimed.Run)
		require.Greater(t, time.Until(s.cloud.nodes["ctl-1"].claimed), lease/3)
	})
}

// The claim is kept on a node that was halted: what the run did there is yet to be undone.
func TestAClaimTellsOfAHaltAndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lease = 3 * time.Second
		s := newScene(t, "ctl-1", "ctl-2")
		require.NoError(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease))
		told, kept := make(chan error, 10), make(chan bool)
		ctx, end := context.WithCancel(t.Context())
		go func() {
			defer close(kept)
			s.lifecycle.KeepClaim(ctx, lease, func(err error) { told <- err })
		}()
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
		<-kept
		require.ErrorIs(t, s.lifecycle.Claim(t.Context(), []string{"ctl-1", "ctl-2"}, lease), faults.ErrHalted)
		require.Empty(t, s.cloud.nodes["ctl-1"].claim, "what was claimed is given back")
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
		s.lifecycle.KeepClaim(keep, 3*time.Second, func(err error) { assertNone(t, err) })
		s.lifecycle.Release(t.Context())
		require.Empty(t, s.cloud.nodes["ctl-1"].claim)
	})
}
