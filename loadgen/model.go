package loadgen

import (
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// startWorkers starts the model's workers and returns what is to be done once
// quit is closed, while they end; planned tells that the load was not stopped. Their number is
// fixed: memory does not grow with the arrivals.
func (r *Runner) startWorkers() (finish func(planned bool)) {
	loop, finish := r.closedLoop, func(bool) {}
	r.aftermath = &aftermath{turn: r.limits.turn()}
	if r.load.Spec.Arrivals != nil {
		o := r.startOpen()
		loop, finish = o.loop, o.finish
		r.pool.Go(o.reap)
		r.pool.Add(1) // until finish, which may need workers
	}
	for range r.load.Spec.workers() {
		r.work(loop)
	}
	return finish
}

// work has a worker of its own do something. There is a desk for each of those that the load
// begins with; who is needed at its end shares one of these.
func (r *Runner) work(do func(w *worker)) {
	desks := r.teller.desks
	w := &worker{Runner: r, turn: r.limits.turn(), desk: desks[len(r.workers)%len(desks)]}
	w.turn.recorder = w
	r.workers = append(r.workers, w)
	r.pool.Go(func() { do(w) })
}

// closedLoop is a worker of the closed model: its next arrival is due when it
// has its answer and has thought.
func (r *Runner) closedLoop(w *worker) {
	if !r.pause(r.load.Start) {
		return
	}
	most := r.load.Spec.Iterations
	if most == 0 {
		most = math.MaxInt64
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		ready := r.clock.Now()
		if ready >= r.load.End || isClosed(r.quit) {
			return
		}
		n := r.iterations.Add(1) - 1
		s := record.Sample{Iteration: r.load.Part.number(n), Intended: ready}
		if n >= most || !w.perform(s) || r.iterations.Load() >= most {
			return
		}
		if r.load.Spec.Think == 0 {
			continue
		}
		timer.Reset(r.load.Spec.Think)
		select {
		case <-timer.C:
		case <-r.quit:
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
