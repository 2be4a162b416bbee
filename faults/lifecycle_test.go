package faults_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// journal keeps events, and refuses them when full.
type journal struct {
	mu     sync.Mutex
	events []record.Event
	synced []record.Event
	full   error
}

func (j *journal) Event(e record.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
	return nil
}

func (j *journal) EventSync(e record.Event) error {
	if j.full != nil {
		return j.full
	}
	j.mu.Lock()
	j.synced = append(j.synced, e)
	j.mu.Unlock()
	return j.Event(e)
}

// states are the targets' states on a node, in order of the journal.
func (j *journal) states(node string) []record.FaultState {
	j.mu.Lock()
	defer j.mu.Unlock()
	var states []record.FaultState
	for _, e := range j.events {
		if e.Target != nil && e.Target.Target.Node == node {
			states = append(states, e.Target.State)
		}
	}
	return states
}

// scene is a keystone on some nodes and a fault, a stop of it, that is to be run there.
type scene struct {
	cloud     *fakeCloud
	journal   *journal
	lifecycle *faults.Lifecycle
	fault     faults.Fault
	injection *faults.Injection
}

func newScene(t *testing.T, nodes ...string) *scene {
	t.Helper()
	s := &scene{cloud: newFakeCloud(nodes...), journal: &journal{}, fault: &service.Stop{}}
	s.use(t, s.cloud, nodes...)
	return s
}

// use makes the scene's fault anew, with that way to its nodes.
func (s *scene) use(t *testing.T, runner remote.Runner, nodes ...string) {
	t.Helper()
	s.lifecycle = faults.New(
		faults.Deps{Runner: runner, Journal: s.journal, Clock: record.NewClock()},
		faults.Run{ID: "run-1", Owner: "op@desk", Kind: inventory.Simulated})
	keystone := &inventory.Service{Name: "keystone", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "keystone.service"}}
	spec := faults.Spec{Name: "lose-keystone", Fault: s.fault, Timing: faults.NewTiming(0, 20*time.Second, 3*time.Second)}
	for _, node := range nodes {
		spec.Targets = append(spec.Targets, faults.Target{
			Node:    &inventory.Node{Name: node, Address: netip.MustParseAddrPort("127.0.0.1:22")},
			Service: keystone,
		})
	}
	var err error
	s.injection, err = s.lifecycle.Injection(spec)
	require.NoError(t, err)
}

// armed takes the scene's fault to the moment before its trigger.
func (s *scene) armed(t *testing.T) *faults.Injection {
	t.Helper()
	require.NoError(t, s.injection.Preflight(t.Context()))
	require.NoError(t, s.injection.Arm(t.Context()))
	return s.injection
}

func admit(context.Context) (faults.Aim, error) { return faults.Aim{}, nil }

func TestAFaultLivesAndIsProvenHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		waiting, fired := context.WithTimeout(t.Context(), 10*time.Second)
		defer fired()
		require.NoError(t, i.Wait(waiting), "the lease is kept while the trigger is awaited")
		require.NoError(t, i.Fire(t.Context(), admit))
		require.Equal(t, record.Held, i.State())
		require.NoError(t, i.Hold(t.Context(), 20*time.Second), "the hold outlives six leases")
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		for _, target := range i.Targets() {
			require.Equal(t, record.Undone, target.State)
			require.Equal(t, "engine", target.By)
		}
		require.Equal(t, []record.FaultState{record.Preflight, record.Armed, record.Injecting, record.Held, record.Undoing, record.Undone},
			s.journal.states("ctl-1"))
		require.Len(t, s.journal.synced, 1, "the intent is on the disk before the inject")
		require.Equal(t, record.Injecting, s.journal.synced[0].Fault.State)
	})
}

// A cloud that is slow to say that it is well costs a fault no lease.
func TestAnAdmissionThatTakesLongCostsNoLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		time.Sleep(time.Second) // a third of the lease, as since the last renewal before a trigger
		require.NoError(t, i.Fire(t.Context(), func(context.Context) (faults.Aim, error) {
			time.Sleep(10 * time.Second) // three leases, of the bubble's time
			return faults.Aim{}, nil
		}))
		require.Equal(t, record.Held, i.State())
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
	})
}

func TestStampsAreMappedToTheRunsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		s.cloud.nodes["ctl-1"].slow = 10 * time.Millisecond
		i := s.armed(t)
		time.Sleep(time.Second)
		require.NoError(t, i.Fire(t.Context(), admit))
		for _, e := range s.journal.events {
			if e.Target != nil && e.Target.State == record.Held {
				require.NotNil(t, e.Target.NodeAt)
				require.InDelta(t, 1.04, e.Target.NodeAt.Seconds(), 0.0101)
				require.LessOrEqual(t, e.Target.Bound, 5*time.Millisecond)
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				return
			}
		}
		t.Fatal("no target was held")
	})
}

func TestStepsOutOfTurnAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1")
		i := s.injection
		require.ErrorIs(t, i.Arm(t.Context()), faults.ErrOrder)
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrOrder)
		require.ErrorIs(t, i.Hold(t.Context(), time.Second), faults.ErrOrder)
		s.armed(t)
		require.ErrorIs(t, i.Preflight(t.Context()), faults.ErrOrder)
		require.NoError(t, i.Undo(t.Context(), "engine", "trigger did not fire"))
		require.Equal(t, record.Skipped, i.State())
		require.Equal(t, "gone", s.cloud.nodes["ctl-1"].now())
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrOrder)
	})
}

func TestWhatIsRefusedAtFireTimeIsNotDispatched(t *testing.T) {
	for name, c := range map[string]struct {
		admit faults.Admit
		full  error
	}{
		"budget": {admit: func(context.Context) (faults.Aim, error) {
			return faults.Aim{}, errors.New("group keystone: 2 of 3 are down")
		}},
		"journal": {admit: admit, full: errors.New("no space left on device")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, "ctl-1")
				i := s.armed(t)
				s.journal.full = c.full
				require.ErrorIs(t, i.Fire(t.Context(), c.admit), faults.ErrRefused)
				require.Equal(t, "armed", s.cloud.nodes["ctl-1"].now())
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				require.Equal(t, record.Refused, i.State())
				require.Equal(t, "gone", s.cloud.nodes["ctl-1"].now())
			})
		})
	}
}

func TestCutRightAfterDispatchIsUnknownAndUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		s.cloud.cut = cutWith("ctl-2", "inject", remote.Result{State: remote.Unknown, Err: errCut})
		require.ErrorIs(t, i.Fire(t.Context(), admit), faults.ErrUnknown)
		require.Equal(t, record.Held, i.Targets()[0].State)
		require.Equal(t, record.Unknown, i.Targets()[1].State, "a cut connection never reads as: did not happen")
		s.cloud.cut = nil
		require.NoError(t, i.Hold(t.Context(), 5*time.Second), "what is unknown is held and renewed as injected")
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.Targets()[1].State)
		require.Equal(t, 1, s.cloud.nodes["ctl-2"].undone)
	})
}
