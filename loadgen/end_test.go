package loadgen

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// quick is a workload and its session: an iteration takes no time.
type quick struct{}

func (quick) Open(context.Context, Env) (Session, error)           { return quick{}, nil }
func (quick) Iterate(context.Context, int64, Recorder) (o Outcome) { return o }
func (quick) Close(context.Context) error                          { return nil }

// counted is how many outcomes of each class there were.
type counted struct {
	mu sync.Mutex
	of map[record.Class]int
}

func (c *counted) Sample(s record.Sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[s.Class]++
}

// What is due before a load's end, and that nobody has sent by then though workers are free, is
// sent late: it was Eris that was late with it. What has no place, has waited for too long, or is
// left of a load that was stopped, is dropped.
func TestWhatErisIsLateWithAtALoadsEndIsSent(t *testing.T) {
	for _, c := range []struct {
		free    int
		planned bool
		giveUp  time.Duration
		sent    int
	}{
		{free: 10, planned: true, giveUp: time.Minute, sent: 4},
		{free: 3, planned: true, giveUp: time.Minute, sent: 3},
		{free: 0, planned: true, giveUp: time.Minute, sent: 0},
		{free: 10, planned: false, giveUp: time.Minute, sent: 0},
		{free: 10, planned: true, giveUp: 500 * time.Millisecond, sent: 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			clock, seen := record.NewClock(), &counted{of: map[record.Class]int{}}
			load := Load{Name: "late", Workload: quick{}, Spec: DefaultSpec(), End: time.Second}
			load.Spec.Arrivals, load.Spec.GiveUp = &Arrivals{Rate: 4, Process: Constant}, c.giveUp
			r, err := Open(t.Context(), load, clock, seen)
			require.NoError(t, err)
			r.limits = newLimits(t.Context(), clock, time.Second)
			defer r.limits.cut()
			o := r.startOpen()
			for range c.free {
				r.workers = append(r.workers, &worker{Runner: r, turn: r.limits.turn()})
			}
			r.pool.Add(1)
			go r.teller.run()
			time.Sleep(time.Second) // in which no worker was awake
			o.finish(c.planned)
			r.pool.Wait()
			r.teller.end()
			require.Equal(t, c.sent, seen.of[record.OK], "%+v", c)
			require.Equal(t, 4-c.sent, seen.of[record.Dropped], "%+v", c)
			totals := r.Live().Totals()
			require.EqualValues(t, 4, totals.Planned)
			require.Equal(t, totals.Planned, totals.Started+totals.Dropped)
		})
	}
}
