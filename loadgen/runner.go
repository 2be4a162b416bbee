package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Sink takes the outcome of every planned arrival and of every operation in
// it; record.LoadWriter is one. It is called a tenth of a second after they ended, at
// most, while it is as fast as they come: by one goroutine of the load, and by others
// for what could not start, or did not end when it was cut.
type Sink interface {
	Sample(s record.Sample)
}

// Load is one entry of a scenario: a workload, how much of it, and when.
type Load struct {
	Name     string
	Workload Workload
	Spec     Spec
	// Env is handed to the workload. Env.Seed is that of the load's stream
	// (StreamSeed of the run's seed and the load's name).
	Env Env
	// Start and End are offsets by the run's clock. An End of 0 means until
	// Stop. The load knows of no phases: it counts on through them.
	Start, End time.Duration
	// Part is what of it is sent here; the others send theirs by the same clock.
	Part Part
}

// never is an offset that no run reaches.
const never = time.Duration(math.MaxInt64 / 2)

// early is how long before an open load's start its workers begin to wait for
// the first arrival, so that it is not late by the waking of a timer.
const early = 5 * time.Millisecond

// stopGrace is what is left to iterations in flight when a load is stopped,
// and cutGrace what they then have to notice that they were cut. Together they
// keep Stop under 100 ms.
const (
	stopGrace = 40 * time.Millisecond
	cutGrace  = 40 * time.Millisecond
)

// Runner runs one load once: Open, then Run, then Close.
type Runner struct {
	load    Load
	clock   record.Clock
	sink    Sink
	live    *Live
	session Session
	workers []*worker
	limits  *limits // of iterations; nil before the load has started
	teller  *teller
	// aftermath is for what is done after iterations; nil before the load has started.
	aftermath *aftermath
	pool      sync.WaitGroup
	// iterations counts the arrivals of the closed model.
	iterations atomic.Int64
	agreed     bool // its start is that of others too; set before Run

	steering sync.Mutex // one change at a time
	shape    Arrivals   // with which it begins
	open     *open      // nil before the load has started, and in the closed model

	stopOnce sync.Once
	halted   chan struct{} // Stop was called
	endOnce  sync.Once
	ended    chan struct{} // End was called
	quit     chan struct{} // no more arrivals
	failOnce sync.Once
	failure  error

	idle chan struct{} // closed when no worker is left; nil before the load has started
	left int           // iterations that Run did not wait for

	until time.Duration // before which all that was due counts as planned; read after Run
}

// Open prepares a load: it checks the spec and opens the workload, which may
// take its time and is not part of any figure.
func Open(ctx context.Context, load Load, clock record.Clock, sink Sink) (*Runner, error) {
	if wrong := load.Spec.Validate(); len(wrong) > 0 {
		return nil, fmt.Errorf("open load %s: %w", load.Name, wrong[0])
	}
	if load.End == 0 {
		load.End = never
	}
	load.Spec = load.Spec.part(load.Part)
	load.Env.Load, load.Env.Part = load.Name, load.Part
	session, err := load.Workload.Open(ctx, load.Env)
	if err != nil {
		return nil, fmt.Errorf("open load %s: %w", load.Name, err)
	}
	r := &Runner{
		load: load, clock: clock, sink: sink, live: newLive(clock), session: session,
		halted: make(chan struct{}), ended: make(chan struct{}), quit: make(chan struct{}),
	}
	r.teller = newTeller(r.live, sink, load.Spec.Arrivals == nil, load.Spec.workers())
	if load.Spec.Arrivals != nil {
		r.shape = *load.Spec.Arrivals
	}
	return r, nil
}

// Live is the load's figures.
func (r *Runner) Live() *Live { return r.live }

// Stop ends the load within 100 ms: no arrival starts any more, what is in
// flight has 40 ms to end and is then aborted. Run returns after it. It may be
// called at any time and more than once.
func (r *Runner) Stop() { r.stopOnce.Do(func() { close(r.halted) }) }

// End ends the load as its End would: no arrival starts any more, and what is
// in flight has Spec.Drain to finish. It may be called at any time and more
// than once.
func (r *Runner) End() { r.endOnce.Do(func() { close(r.ended) }) }

// Run waits for the load's start, runs it to its end (that of the load, of its
// iterations, or End; or until Stop, or until ctx is done, which is the same)
// and returns what became of its arrivals. What is in flight at the end has
// Spec.Drain to finish. The error tells of a workload that panicked; the totals
// hold all the same.
func (r *Runner) Run(ctx context.Context) (Totals, error) {
	defer context.AfterFunc(ctx, r.Stop)()
	go r.teller.run()
	if !r.pause(r.load.Start - early) {
		r.teller.end()
		return r.live.Totals(), nil
	}
	// A start that has passed is now: nothing was due before the load ran. One that was agreed
	// on, as that of a part, stays, and what is sent late shows.
	if r.load.Part.Whole() && !r.agreed {
		r.load.Start = max(r.load.Start, r.clock.Now())
	}
	work := context.WithoutCancel(ctx)
	r.limits = newLimits(work, r.clock, r.load.Spec.Timeout)
	defer r.limits.cut()
	finish := r.startWorkers()
	idle := make(chan struct{})
	r.idle = idle
	go func() { r.pool.Wait(); close(idle) }()
	planned := r.goOn(idle)
	close(r.quit)
	finish(planned)
	grace := r.load.Spec.Drain
	if !planned {
		grace = stopGrace
	}
	if r.wait(idle, grace, planned) {
		if planned {
			r.last(work)
		}
	} else {
		r.limits.cut()
		if !r.wait(idle, cutGrace, false) {
			r.abandon()
		}
	}
	r.teller.end()
	return r.live.Totals(), r.failure
}

// pause waits until the clock shows at; false when the load was ended before.
func (r *Runner) pause(at time.Duration) bool {
	timer := time.NewTimer(at - r.clock.Now())
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.halted:
	case <-r.ended:
	}
	return false
}

// goOn lets the workers work until the load ends or they have no more to do;
// false when it was stopped.
func (r *Runner) goOn(idle <-chan struct{}) bool {
	timer := time.NewTimer(r.load.End - r.clock.Now())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.ended:
	case <-idle:
	case <-r.halted:
		return false
	}
	return true
}

// wait gives the pool grace to become idle; a Stop shortens a drain.
func (r *Runner) wait(idle <-chan struct{}, grace time.Duration, draining bool) bool {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	var halted <-chan struct{}
	if draining {
		halted = r.halted
	}
	select {
	case <-idle:
		return true
	case <-timer.C:
		return false
	case <-halted:
		return r.wait(idle, stopGrace, false)
	}
}

// fail notes what was wrong with the workload and stops the load.
func (r *Runner) fail(err error) {
	r.failOnce.Do(func() { r.failure = fmt.Errorf("run load %s: %w", r.load.Name, err) })
	r.Stop()
}

// heedMost is what a busy machine may take, beyond cutGrace, to have iterations
// notice that they were cut. Those that still go on then heed nothing.
const heedMost = 5 * time.Second

// Close closes the workload's session: what it made in the cloud is removed.
// Iterations that were cut, and that Run did not wait for, are given 5 s to end
// before; the error tells of those that do not. ctx should be detached from the run's
// and have a deadline of its own.
func (r *Runner) Close(ctx context.Context) error {
	deaf := r.heed(ctx)
	if err := r.session.Close(ctx); err != nil {
		return errors.Join(deaf, fmt.Errorf("close load %s: %w", r.load.Name, err))
	}
	return deaf
}

func (r *Runner) heed(ctx context.Context) error {
	if r.left == 0 {
		return nil
	}
	timer := time.NewTimer(heedMost)
	defer timer.Stop()
	select {
	case <-r.idle:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return fmt.Errorf("close load %s: of %d iterations that were cut some did not end within %v", r.load.Name, r.left, heedMost)
}

// Run opens a load, runs it and closes it: for one load on its own.
func Run(ctx context.Context, load Load, clock record.Clock, sink Sink) (Totals, error) {
	r, err := Open(ctx, load, clock, sink)
	if err != nil {
		return Totals{}, err
	}
	totals, err := r.Run(ctx)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeMost)
	defer cancel()
	return totals, errors.Join(err, r.Close(closing))
}

// closeMost is how long removing what a session made may take.
const closeMost = 2 * time.Minute
