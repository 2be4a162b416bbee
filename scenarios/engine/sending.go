package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// sent is one load of the scenario while the run goes on.
type sent struct {
	spec   *scenarios.Load
	runner Sender
	phase  string // in which it began

	renewed atomic.Int64 // tokens renewed on the measuring path

	mu      sync.Mutex
	why     string // what ended it; empty: the run's end
	sending bool   // it has begun, has not ended, and has a rate
}

// sends notes whether a load is to send anything from now on.
func (s *sent) sends(anything bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sending = anything
}

// who it is, in words.
func (s *sent) who() string { return "load " + s.spec.Name }

// resting tells that a load sends nothing, as the scenario says: before its start,
// after its end, and with the rate none. Its figures are then rightly missing.
func (r *Run) resting(load string) bool {
	for _, s := range r.sent {
		if s.spec.Name == load {
			s.mu.Lock()
			defer s.mu.Unlock()
			return !s.sending
		}
	}
	return false
}

// Why a load waits for nothing any more.
var (
	errRunEnds  = errors.New("the run came to its end before")
	errLoadEnds = errors.New("the load came to its end before")
)

// startLoads sends the loads, each from its start on, until the returned
// function is called, which waits for what is in flight within the loads' own
// bounds. A stop of the run cuts that short.
func (r *Run) startLoads(ctx context.Context, stop context.CancelCauseFunc) (end func() error) {
	sending, over := context.WithCancelCause(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	failed := make([]error, len(r.sent))
	for i, s := range r.sent {
		if s.spec.Start == nil {
			r.started(s, Warmup, decision{})
		}
		group.Go(func() { failed[i] = r.send(sending, s, stop) })
	}
	go func() {
		group.Wait()
		close(r.silent)
	}()
	return func() error {
		defer context.AfterFunc(ctx, r.stopLoads)()
		over(cmp.Or(context.Cause(ctx), errRunEnds))
		r.endLoads()
		group.Wait()
		return errors.Join(failed...)
	}
}

// send lives a load from its start to its end.
func (r *Run) send(ctx context.Context, s *sent, stop context.CancelCauseFunc) error {
	if s.spec.Start != nil {
		choice := r.moment(ctx, s.who(), *s.spec.Start, stop)
		if !choice.fire {
			r.skipped(s, "start", "start", choice)
			return nil
		}
		r.started(s, r.phase.now(), choice)
	}
	steering, over := context.WithCancelCause(ctx)
	steered := beside(steering, func(context.Context) { r.steer(steering, s, stop) })
	totals, err := s.runner.Run(context.WithoutCancel(ctx))
	s.sends(false)
	over(errLoadEnds)
	steered()
	s.mu.Lock()
	defer s.mu.Unlock()
	if most := s.spec.Spec.Iterations; s.why == "" && most > 0 && totals.Planned == most {
		s.why = "its iterations are done"
	}
	ended := &record.LoadEvent{Name: s.spec.Name, State: "stopped", Trigger: s.why, Reauthenticated: s.renewed.Load()}
	if err != nil {
		ended.Error = err.Error()
	}
	r.event(record.Event{Load: ended})
	return err
}

// steer does all that becomes of a load while it runs.
func (r *Run) steer(ctx context.Context, s *sent, stop context.CancelCauseFunc) {
	var group sync.WaitGroup
	defer group.Wait()
	if a := s.spec.Spec.Arrivals; a != nil && a.Phases != nil {
		group.Go(func() { r.follow(ctx, s) })
	}
	if n, ends := r.allOf(s.spec); ends {
		group.Go(func() { r.endWhenSent(ctx, s, n) })
	}
	for _, turn := range s.spec.Changes {
		group.Go(func() {
			if choice := r.moment(ctx, s.who(), turn.Start, stop); choice.fire {
				r.change(s, turn.Change, choice)
			} else {
				r.skipped(s, "change", turn.Change.String(), choice)
			}
		})
	}
	if s.spec.End == nil {
		return
	}
	group.Go(func() {
		choice := r.moment(ctx, s.who(), *s.spec.End, stop)
		if !choice.fire {
			r.skipped(s, "end", "end", choice)
			return
		}
		s.mu.Lock()
		s.why = choice.why
		s.mu.Unlock()
		s.runner.End()
	})
}

// follow gives a load the rate of each phase that begins.
func (r *Run) follow(ctx context.Context, s *sent) {
	last, _ := s.spec.Spec.Arrivals.In(s.phase)
	phases := []string{Warmup, Baseline, Chaos, Recovery}
	for _, phase := range phases[slices.Index(phases, s.phase)+1:] {
		at, err := r.phase.wait(ctx, phase)
		if err != nil {
			return
		}
		rate, _ := s.spec.Spec.Arrivals.In(phase)
		if rate != last {
			last = rate
			r.change(s, loadgen.Change{Rate: rate}, decision{fire: true, why: "when " + phase + " begins", seen: at})
		}
	}
}

// moment waits until something is to become of a load, a collector or a capture, which is who
// in words.
func (r *Run) moment(ctx context.Context, who string, start scenarios.Start, stop context.CancelCauseFunc) decision {
	if start.After != "" {
		if err := r.reach(ctx, start); err != nil {
			return decision{why: err.Error()}
		}
	}
	choice := r.trigger(ctx, who, start)
	if choice.stop != nil {
		stop(choice.stop)
	}
	return choice
}

// started writes down that a load begins, in a phase, with its rate there.
func (r *Run) started(s *sent, phase string, choice decision) {
	s.phase = phase
	s.sends(true)
	event := &record.LoadEvent{Name: s.spec.Name, State: "started", Trigger: choice.why}
	if a := s.spec.Spec.Arrivals; a != nil {
		if rate, own := a.In(phase); own {
			event.Rate = float64(rate)
			s.sends(rate != 0)
			if rate != a.Rate {
				_, _, err := s.runner.Change(loadgen.Change{Rate: rate})
				r.complain(err)
			}
		}
	}
	r.event(record.Event{Load: event})
}

// change gives a load another rate and writes that down.
func (r *Run) change(s *sent, to loadgen.Change, choice decision) {
	at, rate, err := s.runner.Change(to)
	if err != nil {
		r.complain(err)
		return
	}
	s.sends(rate != 0)
	r.event(record.Event{At: at, Load: &record.LoadEvent{Name: s.spec.Name, State: "changed", Rate: float64(rate), Trigger: choice.why}})
}

// complain notes a change that could not be made; of a load that is over there
// is none to make.
func (r *Run) complain(err error) {
	if err != nil && !errors.Is(err, loadgen.ErrOver) {
		r.event(record.Event{Note: &record.Note{Level: "warning", Text: err.Error()}})
	}
}

// skipped writes down which step did not become of a load, in words, and why.
func (r *Run) skipped(s *sent, step, what string, choice decision) {
	r.event(record.Event{Load: &record.LoadEvent{
		Name: s.spec.Name, State: "skipped", Trigger: what + ": " + choice.why, Skipped: &record.SkippedStep{Step: step, Why: choice.why},
	}})
}
