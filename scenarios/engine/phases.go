package engine

import (
	"context"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// The phases of a run.
const (
	Warmup   = record.Warmup
	Baseline = record.Baseline
	Chaos    = record.Chaos
	Recovery = record.Recovery
	Done     = record.Done
)

// enter begins a phase now.
func (r *Run) enter(phase string) { r.enterAt(phase, r.clock.Now()) }

// enterAt begins a phase that counts from a moment which has come.
func (r *Run) enterAt(phase string, at time.Duration) {
	r.event(record.Event{At: at, Phase: &record.PhaseStarted{Name: phase}})
	r.phase.enter(phase, at)
}

// entering is the phases that have begun, for those that wait for one.
type entering struct {
	mu    sync.Mutex
	begun map[string]*beginning
}

// beginning is that of a phase: at is read once came is closed.
type beginning struct {
	once sync.Once
	came chan struct{}
	at   time.Duration
}

func (e *entering) of(phase string) *beginning {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.begun == nil {
		e.begun = map[string]*beginning{}
	}
	if e.begun[phase] == nil {
		e.begun[phase] = &beginning{came: make(chan struct{})}
	}
	return e.begun[phase]
}

// enter notes that a phase begins, for the first time.
func (e *entering) enter(phase string, at time.Duration) {
	b := e.of(phase)
	b.once.Do(func() {
		b.at = at
		close(b.came)
	})
}

// now is the phase that began last; before all of them the first.
func (e *entering) now() string {
	last := Warmup
	for _, phase := range []string{Baseline, Chaos, Recovery} {
		select {
		case <-e.of(phase).came:
			last = phase
		default:
		}
	}
	return last
}

// wait waits for a phase and returns when it began, or why it will not.
func (e *entering) wait(ctx context.Context, phase string) (time.Duration, error) {
	b := e.of(phase)
	select {
	case <-b.came:
		return b.at, nil
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// beside runs work until the returned function is called, which waits for its
// end.
func beside(ctx context.Context, work func(context.Context)) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { work(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// until waits for an offset of the run's clock; it returns early, with the
// cause, when the run was stopped.
func (r *Run) until(ctx context.Context, offset time.Duration) error {
	return pause(ctx, offset-r.clock.Now())
}

// pause waits for d or until ctx ends, and returns the cause of its end.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
