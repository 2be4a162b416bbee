package loadgen

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
)

// What a client does by itself, such as renewing its token, is known to the client and to no
// workload. It is recorded all the same, by the context of the iteration in which it is done.

// iterationKey is that of an iteration in its own context.
type iterationKey struct{}

// Within is the Recorder of the iteration whose context ctx is, or is made of; one that keeps
// nothing outside of any.
func Within(ctx context.Context) Recorder {
	if it, is := ctx.Value(iterationKey{}).(*limited); is && it.worker != nil {
		return it.worker
	}
	return Unrecorded{}
}

// Afterwards has do called when the arrival of the iteration is over and recorded whose context
// ctx is, so that it is in none of its times: by the worker that had it, which takes no other
// meanwhile. The Recorder counts operations to that iteration. It is false outside of any, and
// when the iteration is over: do is not called then.
func Afterwards(ctx context.Context, do func(ctx context.Context, rec Recorder)) bool {
	it, is := ctx.Value(iterationKey{}).(*limited)
	if !is || it.worker == nil {
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

// after does what was left for then. What comes of it when the load was cut is nobody's.
func (w *worker) after(later []func(context.Context, Recorder), iteration int64) {
	for _, do := range later {
		if w.limits.wasCut() {
			return
		}
		then := w.turn.begin(w.clock.Now())
		do(then, afterwards{w.Runner, iteration})
		then.end()
	}
}

// Unable is a workload that cannot be opened, and whose load goes on all the same: it sends
// nothing, and each arrival ends as what opening needed did.
func Unable(why error) Workload {
	o := unopened(why)
	o.Err = why
	return unable{o}
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
