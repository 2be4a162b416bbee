package engine

import (
	"context"
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
	clock record.Clock

	mu       sync.Mutex
	begun    time.Duration
	marked   []time.Duration
	searched []time.Duration // from, to
	around   []record.Around
}

func (l *slowLogs) note(change func(now time.Duration)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.clock.Now())
}

func (l *slowLogs) Begin(context.Context) { l.note(func(now time.Duration) { l.begun = now }) }

func (l *slowLogs) Mark(ctx context.Context, _ string) bool {
	l.note(func(now time.Duration) { l.marked = append(l.marked, now) })
	_ = pause(context.WithoutCancel(ctx), 5*time.Second)
	return true
}

func (*slowLogs) Keep(string) {}

func (l *slowLogs) Search(ctx context.Context, _ []record.Request, around []record.Around) []*record.Logged {
	l.note(func(now time.Duration) { l.searched, l.around = append(l.searched, now), around })
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
				logs.clock, s.Logs = s.clock, logs
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
		require.NotEmpty(t, logs.marked)
		require.Less(t, logs.marked[0], with.at(t, "early", record.Injecting))
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
			}
		}
		require.Equal(t, 1, told)

		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(11*time.Second, interrupt)
		hasty := &slowLogs{}
		stopped := run(hasty, ctx)
		require.GreaterOrEqual(t, hasty.searched[0], stopped.at(t, "early", record.Undone))
		require.Equal(t, 10*time.Second, hasty.searched[1]-hasty.searched[0])
	})
}
