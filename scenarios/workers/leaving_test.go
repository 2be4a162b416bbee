package workers

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// Whoever does not know the token gives no orders, and what is not for workers no order has one do.
func TestWhoeverDoesNotKnowTheTokenGivesNoOrders(t *testing.T) {
	s := newScene(t, 1)
	a := agent("gen", "v1")
	s.worker(t, a)
	require.NoError(t, s.Join(t.Context(), nil))
	stranger := NewSecret().talk(s.broker.conn)
	limited, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := ask[report](limited, stranger, s.scope+".to."+a.id+"."+verbStop, order{N: 99, Run: s.rec.ID()})
	require.Error(t, err)
	require.NoError(t, a.work.Err(), "it goes on")
	_, err = ask[welcome](limited, stranger, s.scope+".join", hello{ID: "x", Version: "v1"})
	require.Error(t, err)

	a.mu.Lock()
	a.spec.Loads[0].Start = &scenarios.Start{}
	a.mu.Unlock()
	_, err = s.order(t.Context(), s.members[0], verbOpen, order{Load: a.spec.Loads[0].Name})
	require.ErrorContains(t, err, "is not for workers: it starts at a moment of the run")
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, <-s.ends[0])
	require.NoError(t, s.rec.Close())
}

// Workers whose credentials lead to another cloud than the run's are refused before anything is
// sent: the name of an entry of clouds.yaml is nobody's alone.
func TestWorkersAreOnTheRunsCloud(t *testing.T) {
	s := newScene(t, 2)
	s.Place = func(context.Context) (string, error) { return "project p1, catalogue 12", nil }
	for _, place := range []string{"project p1, catalogue 12", "project p1, catalogue 34"} {
		a := agent("gen", "v1")
		a.Access = func(context.Context, loadgen.Env) (string, error) { return place, nil }
		s.worker(t, a)
	}
	err := s.Join(t.Context(), nil)
	require.ErrorContains(t, err, "leads to another cloud or project than the run's (project p1, catalogue 34, not project p1, catalogue 12)")
	require.NotContains(t, err.Error(), "\n", "the other one is well")
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, s.rec.Close())
}

// A worker that leaves before any load is opened makes room for another, and breaks nothing.
func TestAWorkerThatLeavesBeforeTheLoadsGivesUpItsPlace(t *testing.T) {
	s := newScene(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	joined := make(chan struct{}, 1)
	a := agent("gen", "v1")
	a.Say = func(text string) {
		if strings.HasPrefix(text, "joined") {
			joined <- struct{}{}
		}
	}
	go func() { first <- a.Work(ctx, s.broker.url, true, s.Secret, time.Minute) }()
	<-joined
	cancel()
	var left *LostError
	require.ErrorAs(t, <-first, &left)
	s.worker(t, agent("gen", "v1"))
	require.NoError(t, s.Join(t.Context(), nil))
	s.Hub.mu.Lock()
	require.Len(t, s.members, 1)
	require.True(t, s.joined)
	s.Hub.mu.Unlock()
	require.Contains(t, s.admit(hello{ID: "late", Version: "v1"}).Refused, "the run has its 1 workers")
	s.Hub.mu.Lock()
	s.Machines = 2
	s.Hub.mu.Unlock()
	require.Contains(t, s.admit(hello{ID: "late", Version: "v1"}).Refused, "the run has begun")
	s.Account(t.Context())
	require.Contains(t, s.accounts(), "gen")
	require.Len(t, s.accounts(), 1)
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, <-s.ends[0])
	require.NoError(t, s.rec.Close())
}

// A load that nobody sends any more, and that nobody has ended, ends the run.
func TestALoadWithoutWorkersEndsTheRun(t *testing.T) {
	s := newScene(t, 1)
	s.admit(hello{ID: "a", Name: "gen", Version: "v1"})
	var stopped []string
	s.Hopeless(func(why string) { stopped = append(stopped, why) })
	sending := &Sending{hub: s.Hub, spec: s.Plan.Spec.Loads[0], takes: s.members}
	sending.deserted()
	require.Empty(t, stopped)
	s.members[0].lost = "a test"
	sending.deserted()
	require.Equal(t, []string{"no worker is left that sends load " + sending.spec.Name}, stopped)
	sending.ending = true
	sending.deserted()
	require.Len(t, stopped, 1)
	s.flush()
	require.NoError(t, s.rec.Close())
}

// opening is a workload that takes its time to be opened.
type opening struct {
	idle
	entered, goOn chan struct{}
	closed        atomic.Bool
}

func (o *opening) Open(context.Context, loadgen.Env) (loadgen.Session, error) {
	close(o.entered)
	<-o.goOn
	return o, nil
}

func (o *opening) Close(context.Context) error {
	o.closed.Store(true)
	return nil
}

// What a load makes while it is opened is removed, whatever ends the worker meanwhile.
func TestAWorkerThatLeavesWaitsForWhatItOpens(t *testing.T) {
	o := &opening{entered: make(chan struct{}), goOn: make(chan struct{})}
	a := agent("gen", "v1")
	a.loads, a.clock, a.out = map[string]*here{}, record.NewClock(), &outbox{}
	spec := loadgen.DefaultSpec()
	spec.Concurrency = 1
	a.spec = &scenarios.Spec{Loads: []*scenarios.Load{{Name: "slow", Workload: o, Spec: spec}}}
	opened, closed := make(chan error, 1), make(chan error, 1)
	go func() { opened <- a.open(t.Context(), order{Load: "slow"}) }()
	<-o.entered
	go func() { closed <- a.close(t.Context()) }()
	for {
		a.mu.Lock()
		closing := a.closing
		a.mu.Unlock()
		if closing {
			break
		}
		runtime.Gosched()
	}
	require.ErrorContains(t, a.open(t.Context(), order{Load: "slow"}), "this worker leaves")
	require.False(t, o.closed.Load())
	close(o.goOn)
	require.NoError(t, <-opened)
	require.NoError(t, <-closed)
	require.True(t, o.closed.Load())
}

// A load that was opened and did not come to its start has nothing to be waited for.
func TestALoadThatNeverBeganIsClosedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opening{entered: make(chan struct{}), goOn: make(chan struct{})}
		close(o.goOn)
		a := agent("gen", "v1")
		a.loads, a.clock, a.out = map[string]*here{}, record.NewClock(), &outbox{}
		spec := loadgen.DefaultSpec()
		spec.Concurrency = 1
		a.spec = &scenarios.Spec{Loads: []*scenarios.Load{{Name: "never", Workload: o, Spec: spec}}}
		require.NoError(t, a.open(t.Context(), order{Load: "never"}))
		began := time.Now()
		a.settle(flushMost)
		require.NoError(t, a.close(t.Context()))
		require.True(t, o.closed.Load())
		require.Zero(t, time.Since(began))
		require.Empty(t, a.carryOut(verbStart, order{Load: "never"}).Problem)
		require.False(t, a.load("never").hasBegun(), "an order that comes late starts nothing")
	})
}
