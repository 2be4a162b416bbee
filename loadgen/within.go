package loadgen

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// What a client does by itself, such as renewing its token, is known to the client and to no
// workload. It is recorded all the same, by the context of the iteration in which it is done.

// iterationKey is that of an iteration in its own context.
type iterationKey struct{}

// Within is the Recorder of the iteration whose context ctx is, or is made of; one that keeps
// nothing outside of any.
func Within(ctx context.Context) Recorder {
	if it, is := ctx.Value(iterationKey{}).(*limited); is && it.recorder != nil {
		return it.recorder
	}
	return Unrecorded{}
}

// Afterwards has do called when the arrival of the iteration is over and recorded whose context
// ctx is, so that it is in none of its times, beside the arrivals that follow. One load does one
// such thing at a time: what would come while another goes on is left out. The Recorder
// counts operations to that iteration. It is false outside of any, and when the iteration is
// over: do is not called then.
func Afterwards(ctx context.Context, do func(ctx context.Context, rec Recorder)) bool {
	it, is := ctx.Value(iterationKey{}).(*limited)
	if !is || it.recorder == nil {
		return false
	}
	it.mu.Lock()
	defer it.mu.Unlock()
	if it.ended {
		return false
	}
	it.later = append(it.later, do)
	return true
}

// Leave keeps something under a key, for as long as the iteration lasts whose context ctx is, or
// is made of; outside of any it does nothing.
func Leave(ctx context.Context, key, value any) {
	it, is := ctx.Value(iterationKey{}).(*limited)
	if !is {
		return
	}
	it.mu.Lock()
	defer it.mu.Unlock()
	if it.notes == nil {
		it.notes = map[any][]any{}
	}
	it.notes[key] = append(it.notes[key], value)
}

// Take takes out the first that the iteration was left under a key and that is wanted; nil where
// there is none.
func Take(ctx context.Context, key any, wanted func(value any) bool) any {
	it, is := ctx.Value(iterationKey{}).(*limited)
	if !is {
		return nil
	}
	it.mu.Lock()
	defer it.mu.Unlock()
	n := slices.IndexFunc(it.notes[key], wanted)
	if n < 0 {
		return nil
	}
	value := it.notes[key][n]
	it.notes[key] = slices.Delete(it.notes[key], n, n+1)
	return value
}

// aftermath is the place of what a load does afterwards.
type aftermath struct {
	doing sync.Mutex // held while something is done
	turn  *turn
}

// after does what was left for then.
func (w *worker) after(later []func(context.Context, Recorder), iteration int64) {
	if len(later) == 0 || !w.aftermath.doing.TryLock() {
		return
	}
	w.pool.Go(func() {
		defer w.aftermath.doing.Unlock()
		for _, do := range later {
			w.afterwards(do, iteration)
		}
	})
}

// afterwards does one thing. What comes of it when the load was cut is nobody's; a panic in it
// ends the load and not the run.
func (r *Runner) afterwards(do func(context.Context, Recorder), iteration int64) {
	if r.limits.wasCut() {
		return
	}
	rec := afterwards{r, iteration}
	then := r.aftermath.turn.last(r.clock.Now(), rec)
	defer then.end()
	defer func() {
		if p := recover(); p != nil {
			_ = r.panicked(p) // which Run returns
		}
	}()
	do(then, rec)
}

// idleThink is the think time at least of a closed load that cannot send: its arrivals end at once,
// and would else be as many as the machine can count, beside loads that are measured.
const idleThink = time.Second

// Unable is the load where its workload cannot be opened, and it goes on all the same: it sends
// nothing, and each arrival ends as what opening needed did.
func (l Load) Unable(why error) Load {
	o := unopened(why)
	o.Err = why
	l.Workload = unable{o}
	if l.Spec.Arrivals == nil {
		l.Spec.Think = max(l.Spec.Think, idleThink)
	}
	return l
}

type unable struct{ outcome Outcome }

// Open opens it.
func (u unable) Open(context.Context, Env) (Session, error) { return u, nil }

// Iterate sends nothing.
func (u unable) Iterate(context.Context, int64, Recorder) Outcome { return u.outcome }

// Close has nothing to remove.
func (unable) Close(context.Context) error { return nil }

// UnableWords tells of such a load.
func UnableWords(load string, why error) string {
	return fmt.Sprintf("load %s cannot send anything, and all its arrivals count as failed (tls): %v", load, why)
}

// MovedWords tell that a service is elsewhere than before.
func MovedWords(service, from, to string) string {
	return fmt.Sprintf("endpoint of %s moved from %s to %s: the catalogue says so, and it is asked there from now on", service, from, to)
}

// Distrusted tells whether an error is that of a certificate which is not trusted.
func Distrusted(err error) bool {
	return err != nil && unopened(err).Class == record.TLS
}
