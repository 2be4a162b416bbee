package loadgen

import (
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// startWorkers starts the model's workers and returns what is to be done once
// quit is closed, while they end. Their number is fixed: memory does not grow
// with the arrivals.
func (r *Runner) startWorkers() (finish func()) {
	loop, finish := r.closedLoop, func() {}
	if r.load.Spec.Arrivals != nil {
		o := r.startOpen()
		loop, finish = o.loop, o.finish
		r.pool.Go(o.reap)
	}
	for range r.load.Spec.workers() {
		w := &worker{Runner: r, turn: r.limits.turn()}
		w.turn.worker = w
		r.workers = append(r.workers, w)
		r.pool.Go(func() { loop(w) })
	}
	return finish
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
