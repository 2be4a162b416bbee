package loadgen

import (
	"context"
	"time"
)

// StartAt has a load that does not run yet begin at a moment by the run's clock, which others
// know too: where it has passed when the load runs, what was due since is sent late.
func (r *Runner) StartAt(at time.Duration) { r.load.Start, r.agreed = at, true }

// EndAt ends the load at a moment by the run's clock as its End would: what is due before it
// is sent, and nothing that is due from it on. Machines that send parts of one load end it at
// one moment so. It may be called once, and returns at once.
func (r *Runner) EndAt(at time.Duration) {
	r.steering.Lock()
	defer r.steering.Unlock()
	if r.open != nil {
		r.open.post(&change{end: &at, done: make(chan struct{})})
	}
	time.AfterFunc(at-r.clock.Now(), r.End)
}

// Until is before which moment all that was due counts as planned, of an open load that has
// ended: its end, or when it was stopped. Zero of one that has not begun.
func (r *Runner) Until() time.Duration { return r.until }

// Keeps tells whether the load is to keep some of what it makes.
func (r *Runner) Keeps() bool {
	keeper, is := r.session.(Keeper)
	return is && keeper.Keeps()
}

// Check looks at what the load has kept; false where it was to keep nothing.
func (r *Runner) Check(ctx context.Context) (Kept, bool) {
	keeper, is := r.session.(Keeper)
	if !is {
		return Kept{}, false
	}
	return keeper.Check(ctx)
}
