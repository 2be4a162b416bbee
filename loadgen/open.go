package loadgen

import (
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// open is the open model. Its workers take turns: the one that has the turn
// waits until the next arrival is due, hands the turn on and runs the arrival
// itself. So there is one who waits, no queue and no goroutine an arrival, and
// when all workers are busy the arrivals stay in the schedule: the next worker
// to be free takes the oldest, whose latency counts from when it was due.
type open struct {
	*Runner
	turn    chan struct{} // holds one token; who has it owns next
	waiter  *waiter
	next    cursor
	pending atomic.Pointer[change] // for who has the turn
}

// startOpen makes the schedule, from the load's start on.
func (r *Runner) startOpen() *open {
	r.steering.Lock()
	defer r.steering.Unlock()
	cursor := func() cursor {
		return newCursor(NewSchedule(r.shape, r.load.Env.Seed), r.load.Start, r.load.End, r.load.Part)
	}
	r.live.follow(cursor())
	o := &open{Runner: r, turn: make(chan struct{}, 1), waiter: newWaiter(r.clock), next: cursor()}
	o.turn <- struct{}{}
	r.open = o
	return o
}

func (o *open) loop(w *worker) {
	ready := o.load.Start // it was not the cloud that kept anybody busy before
	for {
		s, ok := o.take(w, ready)
		if !ok || !w.perform(s) {
			return
		}
		ready = o.clock.Now()
	}
}

// take waits for the turn and for the next arrival of a worker; ready is when it
// became free. It is false when there is no more to do.
func (o *open) take(w *worker, ready time.Duration) (record.Sample, bool) {
	select {
	case <-o.turn:
	case <-o.quit:
		return record.Sample{}, false
	}
	defer func() { o.turn <- struct{}{} }()
	for !o.next.over && !isClosed(o.quit) {
		o.change()
		if !o.waiter.until(o.next.next, o.quit) || o.dropOverdue() {
			continue
		}
		s := record.Sample{Iteration: o.next.n, Intended: o.next.next, Queued: o.next.next < ready}
		o.next.advance()
		w.state.Store(taken)
		return s, true
	}
	return record.Sample{}, false
}

// dropOverdue gives up the next arrival if it could not start in time; the
// caller has the turn.
func (o *open) dropOverdue() bool {
	now := o.clock.Now()
	if o.next.over || now-o.next.next <= o.load.Spec.GiveUp {
		return false
	}
	o.drop(o.next.n, o.next.next, now)
	o.next.advance()
	return true
}

// reapEvery is how late a drop may be seen while all workers are stuck.
const reapEvery = 100 * time.Millisecond

// reap gives up overdue arrivals while all workers are busy, so that a stall
// of the cloud shows while it lasts.
func (o *open) reap() {
	ticker := time.NewTicker(reapEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-o.quit:
			return
		}
		select {
		case <-o.turn:
			for o.dropOverdue() {
			}
			o.turn <- struct{}{}
		default: // a worker has the turn, and does it
		}
	}
}

// finish deals with what was due before the load ended and has not started. Where a worker is free
// it was Eris that was late, as a timer on a busy machine is: it is sent. The rest had no place, or
// the load was stopped, and is given up.
func (o *open) finish(planned bool) {
	defer o.pool.Done()
	<-o.turn
	now, end := o.live.end()
	o.until = min(now+1, end)
	free := 0
	if planned {
		free = o.freeWorkers()
	}
	for due, ok := o.next.next, !o.next.over; ok && due <= now; due, ok = o.next.next, !o.next.over {
		if free > 0 && o.clock.Now()-due <= o.load.Spec.GiveUp {
			s := record.Sample{Iteration: o.next.n, Intended: due}
			o.work(func(w *worker) { w.perform(s) })
			free--
		} else {
			o.drop(o.next.n, due, o.clock.Now())
		}
		o.next.advance()
	}
	o.turn <- struct{}{}
}

// freeWorkers is how many run no iteration.
func (r *Runner) freeWorkers() int {
	free := 0
	for _, w := range r.workers {
		if w.state.Load() == idle {
			free++
		}
	}
	return free
}
