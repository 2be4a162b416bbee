package loadgen

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// The states of a worker.
const (
	idle  int32 = iota
	taken       // it has an arrival, and is about to begin
	busy
	abandoned // its iteration did not end when it was cut; nobody waits for it
)

// worker runs one iteration at a time. It is its iterations' Recorder.
type worker struct {
	*Runner
	turn      *turn
	desk      *desk
	state     atomic.Int32
	iteration atomic.Int64
	now       record.Sample // the arrival that is running; written before state is busy
}

// perform runs the arrival s, whose Started is now, and records what became of
// it; false when the worker was abandoned meanwhile.
func (w *worker) perform(s record.Sample) bool {
	s.Started = w.clock.Now()
	w.now = s
	w.iteration.Store(s.Iteration)
	w.desk.put(&s, true)
	w.state.Store(busy)
	limited := w.turn.begin(s.Started)
	outcome := w.iterate(limited, s.Iteration)
	later := limited.end()
	if !w.state.CompareAndSwap(busy, idle) {
		return false
	}
	if errors.Is(outcome.Err, context.Canceled) && w.limits.wasCut() {
		outcome.Class = record.Aborted
	}
	s.End = w.clock.Now()
	outcome.of(&s)
	w.desk.put(&s, false)
	w.after(later, s.Iteration)
	return true
}

// iterate calls the session; a panic in it ends the load and not the run.
func (w *worker) iterate(ctx context.Context, iteration int64) (o Outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = Outcome{Class: record.Aborted, Err: w.panicked(p)}
		}
	}()
	return w.session.Iterate(ctx, iteration, w)
}

// panicked ends the load for a panic in its workload.
func (r *Runner) panicked(p any) error {
	err := fmt.Errorf("workload panicked: %v\n%s", p, debug.Stack())
	r.fail(err)
	return err
}

// Operation times one operation of the running iteration.
func (w *worker) Operation(name string) func(Outcome) {
	s := record.Sample{Iteration: w.iteration.Load(), Operation: name, Intended: w.clock.Now()}
	s.Started = s.Intended
	return func(o Outcome) {
		if w.state.Load() != busy || w.iteration.Load() != s.Iteration {
			return // it outlived its iteration, whose record is closed
		}
		s.End = w.clock.Now()
		o.of(&s)
		w.desk.put(&s, false)
	}
}

// Told records an operation that somebody else has timed, by the wall clock of this
// machine.
func (w *worker) Told(name string, began, ended time.Time, o Outcome) {
	if w.state.Load() != busy {
		return // it outlived its iteration, whose record is closed
	}
	from := w.clock.Offset(began)
	s := record.Sample{Iteration: w.iteration.Load(), Operation: name, Intended: from, Started: from, End: w.clock.Offset(ended)}
	o.of(&s)
	w.desk.put(&s, false)
}

// of makes it the outcome of a sample.
func (o *Outcome) of(s *record.Sample) {
	s.Class, s.Status, s.RequestID, s.SentID, s.Err = o.Class, o.Status, o.RequestID, o.SentID, o.Err
}

// finish records the end of an arrival that no worker tells of.
func (r *Runner) finish(s record.Sample, o Outcome) {
	o.of(&s)
	r.teller.tell(handful{events: []event{{Sample: s}}})
}

// drop records that an arrival could not start.
func (r *Runner) drop(iteration int64, due, now time.Duration) {
	r.finish(record.Sample{Iteration: iteration, Intended: due, Started: due, End: now}, Outcome{Class: record.Dropped})
}

// abandon records as aborted what is still running though it was cut. The
// goroutines end when their workload lets them; they record nothing more.
func (r *Runner) abandon() {
	left := 0
	for _, w := range r.workers {
		if !w.state.CompareAndSwap(busy, abandoned) {
			continue
		}
		left++
		s := w.now
		s.End = r.clock.Now()
		r.finish(s, Outcome{Class: record.Aborted})
	}
	if r.aftermath.doing.TryLock() {
		r.aftermath.doing.Unlock()
	} else {
		left++
	}
	r.left = left
}
