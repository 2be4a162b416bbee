package engine

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// slowLogs are logs of nodes that answer as late as they may.
type slowLogs struct {
	clock  record.Clock
	refuse int // which mark fails, from 1 on
	work   *fakeWork

	mu       sync.Mutex
	begun    time.Duration
	marked   []time.Duration
	searched []time.Duration // from, to
	around   []record.Around
	closed   bool // the loads were when it was searched
}

func (l *slowLogs) note(change func(now time.Duration)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.clock.Now())
}

func (l *slowLogs) Begin(context.Context) { l.note(func(now time.Duration) { l.begun = now }) }

func (l *slowLogs) Mark(ctx context.Context, _ string) bool {
	nth := 0
	l.note(func(now time.Duration) { l.marked = append(l.marked, now); nth = len(l.marked) })
	_ = pause(context.WithoutCancel(ctx), 5*time.Second)
	return nth != l.refuse
}

func (*slowLogs) Keep(string) {}

func (l *slowLogs) Search(ctx context.Context, _ []record.Request, around []record.Around) []*record.Logged {
	l.note(func(now time.Duration) {
		l.searched, l.around, l.closed = append(l.searched, now), around, l.work.closed.Load()
	})
	<-ctx.Done()
	l.note(func(now time.Duration) { l.searched = append(l.searched, now) })
	return []*record.Logged{{Node: "ctl-1", Silent: []string{"late"}}}
}

// The logs are looked into when loads and faults are over, in bounded time, and neither inject
// nor undo waits for them.
func TestNoFaultWaitsForTheLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := func(logs *slowLogs, ctx context.Context) *scene {
			work := &fakeWork{}
			spec := scenarios.Spec{Loads: []*scenarios.Load{tokens(work)}, Phases: short()}
			s := newScene(t, spec, strike("early", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")))
			if logs != nil {
				logs.clock, s.Logs, logs.work = s.clock, logs, work
			}
			require.NoError(t, s.Execute(ctx))
			return s
		}
		without, logs := run(nil, t.Context()), &slowLogs{}
		with := run(logs, t.Context())
		for _, state := range []record.FaultState{record.Armed, record.Injecting, record.Undoing, record.Undone} {
			require.Equal(t, without.at(t, "early", state), with.at(t, "early", state), state)
		}
		_, at := with.phaseTimes()
		require.LessOrEqual(t, logs.begun, at[Warmup])
		require.Equal(t, at[Chaos]-3*time.Second, logs.marked[0], "a second before the faults are armed")
		require.True(t, logs.closed)
		require.Contains(t, logs.marked, with.at(t, "early", record.Undone)+3*time.Second)
		require.GreaterOrEqual(t, logs.searched[0], at[Done])
		require.Equal(t, 45*time.Second, logs.searched[1]-logs.searched[0])
		require.Equal(t, []record.Around{{
			Fault: "early", Target: record.Target{Node: "ctl-1", Service: "keystone"}, From: with.at(t, "early", record.Injecting), To: with.at(t, "early", record.Undone),
		}}, logs.around)
		told := 0
		for _, e := range with.seen() {
			if e.Logged != nil {
				told++
				require.LessOrEqual(t, e.At, logs.searched[0])
			}
		}
		ended := with.seen()[len(with.seen())-1]
		require.NotNil(t, ended.Ended)
		require.LessOrEqual(t, ended.At, logs.searched[0], "the search is no part of the run")
		require.Equal(t, 1, told)

		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(11*time.Second, interrupt)
		hasty := &slowLogs{}
		stopped := run(hasty, ctx)
		require.GreaterOrEqual(t, hasty.searched[0], stopped.at(t, "early", record.Undone))
		require.Equal(t, 10*time.Second, hasty.searched[1]-hasty.searched[0])
	})
}

// An interrupt ends the search of a run that has come to its end, which stays what it was; that it
// was cut off is told.
func TestAnInterruptEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{}
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{tokens(work)}, Phases: short()})
		logs := &slowLogs{clock: s.clock, work: work}
		s.Logs = logs
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(26*time.Second, interrupt)
		require.NoError(t, s.Execute(ctx))
		require.Equal(t, 24*time.Second, logs.searched[0])
		require.Equal(t, 26*time.Second, logs.searched[1])
		var told []string
		for _, e := range s.seen() {
			require.Nil(t, e.Stop)
			if e.Logged != nil {
				told = append(told, e.Logged.Silent...)
			}
		}
		require.Equal(t, []string{"late", "the search was interrupted: whatever it had not found by then is not shown"}, told)
	})
}

// Two faults on a node have it marked once at a time, until the later has fired; a mark that
// fails after an undo is tried again.
func TestANodeIsMarkedOnceForAllOfItsFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{}
		spec := scenarios.Spec{Loads: []*scenarios.Load{tokens(work)}, Phases: short()}
		s := newScene(t, spec, strike("early", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")),
			strike("later", scenarios.Start{At: 9 * time.Second}, time.Second, keystone("ctl-1")))
		logs := &slowLogs{clock: s.clock, work: work, refuse: 2}
		s.Logs = logs
		require.NoError(t, s.Execute(t.Context()))
		_, at := s.phaseTimes()
		early, later := s.at(t, "early", record.Undone), s.at(t, "later", record.Undone)
		require.Equal(t, []time.Duration{at[Chaos] - 3*time.Second, early + 3*time.Second, later + 3*time.Second, early + 11*time.Second}, logs.marked)
		all := s.seen()
		end := all[len(all)-1].At
		require.Greater(t, logs.searched[0], end, "the last mark was still to come")
		require.Equal(t, 45*time.Second, logs.searched[1]-end, "and its time is of the search's")
	})
}

// A record that cannot be written has no use for the search.
func TestWhatCannotBeWrittenIsNotSearched(t *testing.T) {
	s := newScene(t, scenarios.Spec{})
	s.Logs = &slowLogs{clock: s.clock}
	s.marks.wanted, s.failure = true, errors.New("no space left")
	s.searchLogs(t.Context(), time.Second)
	require.Empty(t, s.Logs.(*slowLogs).searched)
}
