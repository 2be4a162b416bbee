package openstack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Making is the session of a workload that makes resources and deletes them.
// An iteration is its steps; what a failed one leaves is deleted beside the
// load, and Close looks for whatever bears the session's name. Nothing is
// asked again on the measuring path.
type Making struct {
	Client *Client
	// Kinds are those that the steps make, in the order in which they can be
	// deleted.
	Kinds []*Kind
	// Poll is what lies between two questions how a resource is.
	Poll time.Duration
	// Keep is how many iterations stay until the end; see Keeping.
	Keep int
	// Ask is how what was made is asked for too; see Asking. It is one of Subject, or of
	// the first kind that an iteration deletes where that is nil.
	Ask     []string
	Subject *Kind
	// Prepare are the steps that make what all iterations share; nil where they
	// share nothing. They are not recorded.
	Prepare func(ctx context.Context, i *Iteration)
	// Lasting says that what Prepare makes is work that may be lost, as what is kept.
	Lasting bool
	// Steps are one iteration.
	Steps func(ctx context.Context, i *Iteration)

	own     ofLoad // what every resource's name says
	sweeper *sweeper
	keeper  keeper
	hope    *loadgen.Hoping
	unsure  atomic.Bool // something was asked for without an answer: the cloud may still make it
}

// Start makes what the iterations share and begins to look after what failed
// ones leave. What it starts outlives ctx, and ends with Close; an error leaves
// nothing but what it names. Where somebody only looks, it does nothing of that.
func (s *Making) Start(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if env.Needs != nil {
		s.Client.Close()
		return nil, loadgen.ErrLooked
	}
	s.own = ofLoad{env.Run, env.Load, env.Part}
	s.sweeper, s.keeper.most = startSweeper(ctx), s.Keep
	if env.Hope == nil {
		env.Hope = loadgen.NewHope(env.Hopeless)
	}
	if s.Prepare == nil {
		s.hope = env.Hope.Account()
		return s, nil
	}
	i := &Iteration{Name: s.own.shared(), Run: s.own.run, session: s, rec: loadgen.Unrecorded{}, slot: notKept}
	s.Prepare(ctx, i)
	if i.last.Class == record.OK {
		s.hope = env.Hope.Account()
		if s.Lasting {
			s.keeper.work = []keptWork{i.made()}
		}
		return s, nil
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoMost)
	defer cancel()
	return nil, errors.Join(fmt.Errorf("prepare: %w", &loadgen.OpenError{Outcome: i.last}), s.Close(closing))
}

// undoMost is how long what a failed Start has made is looked after.
const undoMost = time.Minute

// Search begins the names of all that the session makes.
func (s *Making) Search() string { return s.own.Search() }

// Iterate takes the steps, and none after one that failed.
func (s *Making) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	i := &Iteration{Name: s.own.Search() + strconv.FormatInt(iteration, 10), Run: s.own.run, Number: iteration, session: s, rec: rec, slot: s.keeper.wants(), attempt: s.hope.Begin()}
	s.Steps(ctx, i)
	if i.Kept() && i.last.Class == record.OK {
		i.keep()
	}
	for _, left := range slices.Backward(i.left) {
		s.sweeper.take(left)
	}
	i.attempt.Ended(i.last, short)
	return i.last
}

// Iteration is one iteration of a workload that makes resources. Each of its
// steps is an operation of that name; after one that failed the others do
// nothing, so that a workload is written down as if none could.
type Iteration struct {
	Name   string // of everything that it makes
	Run    string // the run's id, for tags
	Number int64

	session *Making
	rec     loadgen.Recorder
	last    loadgen.Outcome // of the last step
	left    []Made          // what it has made and not deleted, in that order
	slot    int64           // in which it is kept, and deletes nothing; or notKept
	looks   map[string]func(context.Context) loadgen.Outcome
	asked   bool // for what it made
	attempt *loadgen.Attempt
}

// Rename has what it makes from now on bear the nth of the session's numbers in place of
// its own: those of the arrivals that are in its part of the load.
func (i *Iteration) Rename(n int64) {
	if part := i.session.own.part; !part.Whole() {
		n = n*int64(part.Of) + int64(part.Nth)
	}
	i.Name = i.session.own.Search() + strconv.FormatInt(n, 10)
}

// Kept tells whether the iteration deletes nothing.
func (i *Iteration) Kept() bool { return i.slot != notKept }

// Look says how a resource is seen to be as it was, where its status does not
// tell.
func (i *Iteration) Look(made Made, look func(context.Context) loadgen.Outcome) {
	if i.looks == nil {
		i.looks = map[string]func(context.Context) loadgen.Outcome{}
	}
	i.looks[made.ID] = look
}

// made is what it made and did not delete, with how that is looked at.
func (i *Iteration) made() keptWork {
	work := make([]kept, len(i.left))
	for n, made := range i.left {
		work[n] = kept{made, i.looks[made.ID]}
	}
	return keptWork{i.slot, work}
}

// keep has what it made kept, in place of what may go for it.
func (i *Iteration) keep() {
	work := i.made()
	i.left = nil
	for _, gone := range i.session.keeper.keep(work) {
		i.left = append(i.left, gone.Made)
	}
}

// Do takes a step.
func (i *Iteration) Do(operation string, step func() loadgen.Outcome) {
	if i.last.Class != record.OK {
		return
	}
	end := i.rec.Operation(operation)
	i.last = step()
	end(i.last)
}

// Make asks for a resource that bears the iteration's name, and waits until it
// can be used.
func (i *Iteration) Make(ctx context.Context, operation string, kind *Kind, ask func(name string) gophercloud.Result) (made Made) {
	i.Do(operation, func() (o loadgen.Outcome) {
		if made, o = i.ask(kind, ask); o.Class != record.OK || kind.Ready == "" {
			return o
		}
		return i.Await(ctx, made, kind.Ready)
	})
	return made
}

// ask asks for a resource. Unless the cloud has refused it, or said its id, it
// may still come.
func (i *Iteration) ask(kind *Kind, ask func(name string) gophercloud.Result) (Made, loadgen.Outcome) {
	kind.Asked()
	return i.took(kind, ask(i.Name))
}

// Take notes a resource that was asked for with others at once, and was not refused.
// What the answer says wrong is an outcome of the next step that looks at it.
func (i *Iteration) Take(kind *Kind, answer gophercloud.Result) Made {
	made, _ := i.took(kind, answer)
	return made
}

// Doubt notes that what was asked for may still come: it was neither done nor refused.
func (i *Iteration) Doubt(o loadgen.Outcome) {
	if o.Class != record.OK && (o.Status < 400 || o.Status >= 500) {
		i.session.unsure.Store(true)
	}
}

// took reads the answer to who has asked for a resource.
func (i *Iteration) took(kind *Kind, answer gophercloud.Result) (Made, loadgen.Outcome) {
	if answer.Err != nil {
		o := Outcome(answer.Err, answer.Header)
		i.Doubt(o)
		return Made{}, o
	}
	made, err := kind.created(answer, i.Name)
	if made.ID == "" {
		i.session.unsure.Store(true)
		return Made{}, Wrong(err, answer.Header)
	}
	made.by = answer.Header.Get(requestID)
	i.left = append(i.left, made)
	i.attempt.Made()
	if err != nil {
		return Made{}, Wrong(err, answer.Header)
	}
	return made, Outcome(nil, answer.Header)
}

// Remove deletes a resource, and waits until it is gone: where its service keeps what is
// deleted for a while, that is ended, as an operation of its own. An iteration that is
// kept goes on without. Before the first one it may be asked for; see Asking.
func (i *Iteration) Remove(ctx context.Context, operation string, made Made) {
	i.asks(ctx, operation, made)
	if i.Kept() || i.last.Class != record.OK {
		return
	}
	at := slices.Index(i.left, made)
	i.end(ctx, operation, &made, made.kind.Delete)
	if made.lingers {
		if at >= 0 {
			i.left[at].lingers = true // who deletes it beside the load has to know
		}
		i.end(ctx, strings.Replace(operation, "delete", "force_delete", 1), &made, made.kind.Lingers.End)
	}
	if i.last.Class == record.OK && at >= 0 {
		i.left = slices.Delete(i.left, at, at+1)
	}
}

// end is the step that asks for a deletion, and waits for its end.
func (i *Iteration) end(ctx context.Context, operation string, made *Made, ask func(ctx context.Context, id string) gophercloud.Result) {
	i.Do(operation, func() loadgen.Outcome {
		o := Ended(ask(ctx, made.ID))
		if o.Class != record.OK || made.kind.Gone == nil {
			return o
		}
		gone := *made
		gone.by = o.RequestID
		o = i.awaitGone(ctx, &gone)
		made.lingers = gone.lingers
		return o
	})
}

// Ended is the outcome of a call.
func Ended(answer gophercloud.Result) loadgen.Outcome { return Outcome(answer.Err, answer.Header) }
