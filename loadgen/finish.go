package loadgen

import (
	"context"

	"github.com/openstack-eris/eris/collectors/record"
)

// last hears what a session has to tell after its last iteration, for no longer than
// what is in flight at a load's end may take.
func (r *Runner) last(ctx context.Context) {
	session, is := r.session.(Finisher)
	if !is {
		return
	}
	r.teller.flush() // so that the last arrival is counted
	planned := r.live.Totals().Planned
	if planned == 0 {
		return
	}
	limited, cancel := context.WithTimeout(ctx, r.load.Spec.Drain)
	defer cancel()
	go func() {
		select {
		case <-r.halted:
			cancel()
		case <-limited.Done():
		}
	}()
	session.Finish(limited, afterwards{r, r.load.Part.number(planned - 1)})
}

// afterwards is the Recorder of an iteration that has ended.
type afterwards struct {
	*Runner
	iteration int64
}

// Operation times an operation.
func (a afterwards) Operation(name string) func(Outcome) {
	s := record.Sample{Iteration: a.iteration, Operation: name, Intended: a.clock.Now()}
	s.Started = s.Intended
	return func(o Outcome) {
		if a.limits.wasCut() {
			return // its record may be closed
		}
		s.End = a.clock.Now()
		o.of(&s)
		a.sink.Sample(s)
	}
}
