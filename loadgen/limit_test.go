package loadgen

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

type valueKey struct{}

func limitsOf(most time.Duration) *limits {
	return newLimits(context.WithValue(context.Background(), valueKey{}, "v"), record.NewClock(), most)
}

// ways are a context of an iteration and what is derived from it, by the package context
// and by what workloads use.
func ways(t *testing.T, c *limited) map[string]context.Context {
	t.Helper()
	made, first := context.WithCancel(c)
	later, second := context.WithTimeout(made, 10*time.Hour)
	t.Cleanup(func() { second(); first() }) // at the end of all, since they are to end with c
	return map[string]context.Context{"its own": c, "with cancel": made, "with a timeout": later, "with a value": context.WithValue(c, valueKey{}, "w")}
}

func TestAnIterationIsOverAfterTheLoadsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limitsOf(10 * time.Second)
		defer l.cut()
		first := l.turn().begin(l.clock.Now())
		time.Sleep(4 * time.Second)
		second := l.turn().begin(l.clock.Now())
		until, has := second.Deadline()
		require.True(t, has)
		require.Equal(t, time.Now().Add(10*time.Second), until)
		called := 0
		AfterFunc(first, func() { called++ })
		never := AfterFunc(first, func() { called += 100 })
		require.True(t, never())
		require.False(t, never(), "it was taken back before")
		derived := ways(t, first)
		time.Sleep(6*time.Second - time.Nanosecond)
		synctest.Wait()
		require.NoError(t, first.Err())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		for name, c := range derived {
			require.ErrorIs(t, c.Err(), context.DeadlineExceeded, name)
			require.True(t, isClosed(c.Done()), name)
		}
		require.Equal(t, 1, called)
		require.NoError(t, second.Err())
		time.Sleep(4 * time.Second)
		synctest.Wait()
		require.Equal(t, context.DeadlineExceeded, second.Err())
		first.end()
		require.Equal(t, context.DeadlineExceeded, first.Err(), "it keeps its reason")
		third := l.turn().begin(l.clock.Now()) // after nothing was left to wait for
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Equal(t, context.DeadlineExceeded, third.Err())
	})
}

func TestAnIterationThatHasEndedIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limitsOf(10 * time.Second)
		defer l.cut()
		var all [4]*limited
		for n := range all {
			all[n] = l.turn().begin(l.clock.Now())
			time.Sleep(time.Second)
		}
		require.Equal(t, "v", all[0].Value(valueKey{}))
		for _, n := range []int{1, 0, 3} { // from the middle, the front and the end
			derived := ways(t, all[n])
			late := 0
			AfterFunc(all[n], func() { late++ })
			all[n].end()
			synctest.Wait()
			for name, c := range derived {
				require.ErrorIs(t, c.Err(), context.Canceled, name)
				require.True(t, isClosed(c.Done()), name)
			}
			require.True(t, isClosed(all[n].Done()), "also for who asks after it")
			AfterFunc(all[n], func() { late++ })
			synctest.Wait()
			require.Equal(t, 2, late)
		}
		time.Sleep(8*time.Second - time.Nanosecond)
		require.NoError(t, all[2].Err())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.Equal(t, context.DeadlineExceeded, all[2].Err())
	})
}

func TestWhatIsInFlightIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limitsOf(10 * time.Second)
		one, two := l.turn().begin(l.clock.Now()), l.turn().begin(l.clock.Now())
		one.end()
		derived := ways(t, two)
		require.False(t, l.wasCut())
		l.cut()
		synctest.Wait()
		require.True(t, l.wasCut())
		for name, c := range derived {
			require.Equal(t, context.Canceled, c.Err(), name)
		}
		require.Equal(t, context.Canceled, l.turn().begin(l.clock.Now()).Err(), "what begins later is cut, too")
	})
}

// While what all workers share is held by somebody, an iteration begins, is asked for its
// end, and ends.
func TestWorkersShareNoLock(t *testing.T) {
	l := limitsOf(time.Minute)
	defer l.cut()
	one, two := l.turn(), l.turn()
	first := one.begin(l.clock.Now()) // which has the timer run
	l.mu.Lock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c := two.begin(l.clock.Now())
		AfterFunc(c, func() {})()
		c.Done()
		c.end()
	}()
	select {
	case <-done:
		l.mu.Unlock()
	case <-time.After(10 * time.Second): // what waits for the lock waits for ever
		l.mu.Unlock()
		<-done
		t.Fatal("it waited for what all share")
	}
	first.end()
}

// Both are what one iteration costs whose workload asks to be told of its end.
func BenchmarkLimit(b *testing.B) {
	b.Run("context.WithTimeout", func(b *testing.B) {
		b.ReportAllocs()
		work, cut := context.WithCancel(b.Context())
		defer cut()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				c, cancel := context.WithTimeout(work, time.Minute)
				context.AfterFunc(c, func() {})()
				cancel()
			}
		})
	})
	b.Run("limits", func(b *testing.B) {
		b.ReportAllocs()
		l := limitsOf(time.Minute)
		defer l.cut()
		b.RunParallel(func(pb *testing.PB) {
			s := l.turn()
			for pb.Next() {
				c := s.begin(l.clock.Now())
				AfterFunc(c, func() {})()
				c.end()
			}
		})
	})
}
