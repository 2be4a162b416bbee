package engine

import (
	"slices"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// span is for how long a fault can account for outages.
type span struct {
	booked *time.Duration // when its budget was taken, before its inject; nil: never
	freed  *time.Duration // when that was given back, with its targets recovered; nil: never
	over   *time.Duration // when nothing was done for it any more, recovered or not
}

func (l *life) book(at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.span.booked = &at
}

func (l *life) free(at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.span.freed = &at
}

func (l *life) over(at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.span.over = &at
}

// activeIn tells whether an outage of ref could be the fault's between two
// moments: from before its inject until its targets had recovered. One that is
// stuck holds what it took for ever, and accounts for nobody else then.
func (l *life) activeIn(ref inventory.Ref, from, to time.Duration) bool {
	takes := l.takes(ref)
	l.mu.Lock()
	defer l.mu.Unlock()
	end := l.span.freed
	if end == nil && !takes {
		end = l.span.over
	}
	return l.span.booked != nil && *l.span.booked <= to && (end == nil || *end >= from)
}

// takes tells whether the fault strikes or costs a service, or the whole node.
func (l *life) takes(ref inventory.Ref) bool {
	return slices.ContainsFunc(append(slices.Clone(l.refs()), l.planned.Costs...), func(of inventory.Ref) bool {
		return of == ref || of == inventory.Ref{Node: ref.Node}
	})
}
