package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Keeping is the argument that all workloads share whose work can be lost.
type Keeping struct {
	Keep int `yaml:"keep" help:"iterations, spread over the run, that delete nothing, to see after recovery whether what they made is still there; 0 to 100"`
}

// Wrong says what is wrong with it.
func (k Keeping) Wrong() error {
	if k.Keep < 0 || k.Keep > 100 {
		return errors.New("keep: must be from 0 to 100")
	}
	return nil
}

// Takes is what a session takes of a service's quotas: an iteration while it lasts, what is kept
// of others, and what all share; nil where they share nothing.
func (k Keeping) Takes(service string, one, shared map[string]int) Takes {
	return Takes{Service: service, One: one, Shared: shared, Keep: k.Keep}
}

// slotLength is what lies between two kept iterations at first.
const slotLength = time.Second

// keeper holds the iterations that are kept. Each stands for a moment of the run, a
// number of seconds from the first, at or after which it was the next to begin. When there are more than may be, every other moment is let
// go, and the next ones come at twice the distance: so they are spread over the
// run, however long it is and however long an iteration takes.
type keeper struct {
	most int
	due  atomic.Int64 // ns since the epoch: when the next may be kept

	mu    sync.Mutex
	first time.Time
	gap   int64 // slots between two that are kept: a power of two
	next  int64 // the first slot that nobody has had
	work  []keptWork
}

// keptWork is what an iteration made that is kept.
type keptWork struct {
	slot int64
	made []kept
}

// kept is one resource of a kept iteration.
type kept struct {
	Made
	look func(context.Context) loadgen.Outcome // nil: Show tells
}

// notKept is the slot of an iteration that deletes what it made.
const notKept = -1

// wants is the slot of the iteration that begins, or notKept.
func (k *keeper) wants() (slot int64) {
	now := time.Now()
	if k.most == 0 || now.UnixNano() < k.due.Load() {
		return notKept
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.UnixNano() < k.due.Load() {
		return notKept
	}
	if k.gap == 0 {
		k.first, k.gap = now, 1
	}
	slot = int64(now.Sub(k.first) / slotLength)
	slot -= slot % k.gap
	k.due.Store(k.first.Add(time.Duration(slot+k.gap) * slotLength).UnixNano())
	if slot < k.next { // the distance has grown since it was due
		return notKept
	}
	k.next = slot + 1
	return slot
}

// keep takes what an iteration has made, and returns what is let go for it.
func (k *keeper) keep(work keptWork) (let []kept) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.work = append(k.work, work)
	for { // what was begun at a smaller distance may come late
		k.work = slices.DeleteFunc(k.work, func(each keptWork) bool {
			odd := each.slot%k.gap != 0
			if odd {
				let = append(let, each.made...)
			}
			return odd
		})
		if len(k.work) <= k.most {
			return let
		}
		k.gap *= 2
	}
}

// Check looks at what was kept. What is not there, or not as it was, counts as
// lost only when it is still so at the end of ctx: an agent may be a little
// later than its API.
func (s *Making) Check(ctx context.Context) (loadgen.Kept, bool) {
	s.keeper.mu.Lock()
	var all []kept
	for _, each := range s.keeper.work {
		all = append(all, each.made...)
	}
	s.keeper.mu.Unlock()
	result := loadgen.Kept{Work: len(all)}
	seen := make([]sight, len(all))
	for s.lookAt(ctx, all, seen) > 0 && pause(ctx, again) == nil {
	}
	for n, each := range seen {
		text := fmt.Sprintf("%s (%s)", all[n], all[n].ID)
		switch o := each.last; {
		case !each.asked:
			result.Unknown = append(result.Unknown, text+": nobody was asked")
		case o.Class == record.OK:
		case o.Status == http.StatusNotFound:
			result.Lost = append(result.Lost, text+": the service does not know it")
		case o.Class == record.WrongResult:
			result.Lost = append(result.Lost, text+": "+short(o.Err))
		default:
			result.Unknown = append(result.Unknown, text+": "+short(o.Err))
		}
	}
	return result, s.Keeps()
}

// Keeps tells whether something is to be kept.
func (s *Making) Keeps() bool { return s.keeper.most > 0 || s.Lasting }

// sight is what was last seen of a kept resource.
type sight struct {
	asked bool
	last  loadgen.Outcome
}

// lookAt asks for those that were not well when they were last asked for, and
// returns how many are not. What the end of ctx cut off is no answer.
func (s *Making) lookAt(ctx context.Context, all []kept, seen []sight) (bad int) {
	for n, each := range all {
		if seen[n].asked && seen[n].last.Class == record.OK {
			continue
		}
		call, cancel := context.WithTimeout(ctx, oneCall)
		o := each.see(call)
		cancel()
		if ctx.Err() == nil {
			seen[n] = sight{true, o}
		}
		if o.Class != record.OK {
			bad++
		}
	}
	return bad
}

// see asks once whether one is as it was.
func (k kept) see(ctx context.Context) loadgen.Outcome {
	if k.look != nil {
		return k.look(ctx)
	}
	if k.kind.Ready != "" {
		return k.Is(ctx, k.kind.Ready)
	}
	_, o := k.show(ctx)
	return o
}
