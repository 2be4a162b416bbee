package loadgen_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// byItself is a workload whose client does something by itself, within iterations and after them.
type byItself struct {
	mu     sync.Mutex
	lost   int // what was to be done after what was over
	breaks bool
}

func (w *byItself) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return w, nil }
func (*byItself) Close(context.Context) error                                  { return nil }

func (w *byItself) Iterate(ctx context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
	end := loadgen.Within(context.WithValue(ctx, w, n)).Operation("renew")
	time.Sleep(100 * time.Millisecond)
	end(loadgen.Outcome{})
	loadgen.Afterwards(ctx, func(then context.Context, rec loadgen.Recorder) {
		if w.breaks {
			panic("it broke")
		}
		end := rec.Operation("look")
		time.Sleep(500 * time.Millisecond)
		again := loadgen.Within(then).Operation("renew afterwards")
		time.Sleep(500 * time.Millisecond)
		again(loadgen.Outcome{})
		end(loadgen.Outcome{})
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, over := range []context.Context{ctx, then} {
			if !loadgen.Afterwards(over, func(context.Context, loadgen.Recorder) {}) && then.Err() == nil {
				w.lost++
			}
		}
	})
	return loadgen.Outcome{}
}

// What a client does by itself is in the record of its iteration, and what it leaves for
// afterwards in none of its times: a worker does not wait for it, and of what comes while another
// such thing goes on nothing is done.
func TestWhatAClientDoesByItselfIsRecorded(t *testing.T) {
	const tenth, half, one = 100 * time.Millisecond, 500 * time.Millisecond, time.Second
	for _, c := range []struct{ think, took time.Duration }{{2 * time.Second, 6300 * time.Millisecond}, {0, 1100 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			w, seen, clock := &byItself{}, &sink{}, record.NewClock()
			spec := loadgen.Spec{Concurrency: 1, Iterations: 3, Think: c.think, Timeout: time.Minute, GiveUp: time.Minute, Drain: time.Minute}
			_, err := loadgen.Run(t.Context(), loadgen.Load{Name: "x", Workload: w, Spec: spec}, clock, seen)
			require.NoError(t, err)
			times := map[string][]time.Duration{}
			for _, s := range seen.samples {
				times[s.Operation] = append(times[s.Operation], s.Latency())
			}
			looks := 3
			if c.think == 0 {
				looks = 1
			}
			require.Equal(t, []time.Duration{tenth, tenth, tenth}, times[""])
			require.Equal(t, []time.Duration{tenth, tenth, tenth}, times["renew"])
			require.Equal(t, []time.Duration{one, one, one}[:looks], times["look"])
			require.Equal(t, []time.Duration{half, half, half}[:looks], times["renew afterwards"])
			require.Equal(t, 2*looks, w.lost)
			require.LessOrEqual(t, clock.Now(), c.took)
		})
	}
	require.False(t, loadgen.Afterwards(t.Context(), nil))
	loadgen.Within(t.Context()).Operation("nobody's")(loadgen.Outcome{})
}

// A panic in what is done after an iteration ends its load, and not the run.
func TestAPanicAfterAnIterationEndsTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spec := loadgen.Spec{Concurrency: 1, Timeout: time.Minute, GiveUp: time.Minute, Drain: time.Minute}
		_, err := loadgen.Run(t.Context(), loadgen.Load{Name: "x", Workload: &byItself{breaks: true}, Spec: spec}, record.NewClock(), &sink{})
		require.ErrorContains(t, err, "it broke")
	})
}

// A closed load that cannot send counts an arrival a second and worker, and not as many as the
// machine can: the others go on.
func TestALoadThatCannotSendTakesNoProcessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := closedLoad(2, 0, taking(0)).Unable(errors.New("x509: it is signed by nobody"))
		load.Start, load.End = 0, 10500*time.Millisecond
		totals, err := loadgen.Run(t.Context(), load, record.NewClock(), &sink{})
		require.NoError(t, err)
		require.EqualValues(t, 22, totals.Failed)
		require.Zero(t, totals.Succeeded)
		open := openLoad(10, loadgen.Constant, taking(0)).Unable(errors.New("x509: it is signed by nobody"))
		totals, err = loadgen.Run(t.Context(), open, record.NewClock(), &sink{})
		require.NoError(t, err)
		require.EqualValues(t, 200, totals.Failed, "each of those that were due")
	})
}

// Who writes down may be stuck: that is nobody's response time, since a worker waits for it when
// an arrival is over.
func TestAStuckRecordIsInNoResponseTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stuck{free: make(chan struct{})}
		load := closedLoad(1, 0, &fake{iterate: func(_ context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
			for range 3 {
				rec.Operation("part")(loadgen.Outcome{})
			}
			return loadgen.Outcome{}
		}})
		load.Spec.Iterations, load.Start = 5000, 0
		time.AfterFunc(7*time.Second, func() { close(s.free) })
		_, err := loadgen.Run(t.Context(), load, record.NewClock(), s)
		require.NoError(t, err)
		for _, sample := range s.samples {
			require.Zero(t, sample.Latency(), "%+v", sample)
		}
	})
}
