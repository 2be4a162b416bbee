package engine

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// lookEvery is how often it is gone through what was told of everybody's health.
const lookEvery = 500 * time.Millisecond

// outlives is how long an outage that began beside a fault may go on after the
// fault's targets have recovered and still count as that fault's doing.
const outlives = faults.Margin

// outage is a service that is not healthy, or a node that gives no answer.
//
// Whose doing it is, is told by time: what depends on what is not known, so that
// whatever begins while faults are active may be their doing, and that is what the
// test is about. Only what begins while none is, or outlives them, is nobody's.
type outage struct {
	from  time.Duration // the word by which it was first seen
	by    []*life       // the faults that were active when it began
	told  bool          // it was seen twice and written down
	spent bool          // it was written down that it outlived them
}

// outages are those that are there now, each once.
type outages struct {
	mu    sync.Mutex
	known map[inventory.Ref]*outage
}

// watchOutages tells of outages as they come and go, until ctx ends.
func (r *Run) watchOutages(ctx context.Context) {
	for pause(ctx, lookEvery) == nil {
		r.unexplained()
	}
}

// unexplained are those that are down now and not by a fault of this run, sorted.
// What has changed since the last look is written down.
func (r *Run) unexplained() []inventory.Ref {
	r.outages.mu.Lock()
	defer r.outages.mu.Unlock()
	down, now := r.ill(), r.clock.Now()
	for _, ref := range slices.SortedFunc(maps.Keys(r.outages.known), inventory.Ref.Compare) {
		if _, still := down[ref]; !still {
			if o := r.outages.known[ref]; o.told {
				r.tellOutage(ref, o, record.OutageOver, now)
			}
			delete(r.outages.known, ref)
		}
	}
	var real []inventory.Ref
	for _, ref := range slices.SortedFunc(maps.Keys(down), inventory.Ref.Compare) {
		o := r.outages.known[ref]
		if o == nil {
			o = &outage{from: down[ref], by: r.activeIn(ref, down[ref], now)}
			r.outages.known[ref] = o
		}
		foreign := !o.explained(ref, now)
		if foreign {
			real = append(real, ref)
		}
		again := ref.Service == "" || down[ref] > o.from // one probe can fail by chance
		if again && !o.told && (foreign || !slices.ContainsFunc(o.by, func(l *life) bool { return l.takes(ref) })) {
			o.told = true
			r.tellOutage(ref, o, record.OutageBegan, now)
		}
		if foreign && len(o.by) > 0 && !o.spent {
			o.spent = true
			r.tellOutage(ref, o, record.OutageOutlived, now)
		}
	}
	return real
}

// confirm writes down outages for which a fault is refused, and which are sure.
func (r *Run) confirm(refs []inventory.Ref) {
	r.outages.mu.Lock()
	defer r.outages.mu.Unlock()
	for _, ref := range refs {
		if o := r.outages.known[ref]; o != nil && !o.told {
			o.told = true
			r.tellOutage(ref, o, record.OutageBegan, r.clock.Now())
		}
	}
}

// explained tells whether a fault accounts for the outage of ref: it was active
// when that began, and still is or has been over for not long.
func (o *outage) explained(ref inventory.Ref, now time.Duration) bool {
	return slices.ContainsFunc(o.by, func(l *life) bool { return l.activeIn(ref, now-outlives, now) })
}

// activeIn are the faults that could account for an outage of ref between two
// moments.
func (r *Run) activeIn(ref inventory.Ref, from, to time.Duration) []*life {
	var active []*life
	for _, l := range r.order {
		if l.activeIn(ref, from, to) {
			active = append(active, l)
		}
	}
	return active
}

func (r *Run) tellOutage(ref inventory.Ref, o *outage, state record.OutageState, now time.Duration) {
	told := &record.OutageEvent{Target: record.Target(ref), State: state, From: o.from}
	if state == record.OutageOver {
		told.To = now
	}
	for _, l := range o.by {
		told.Beside = append(told.Beside, l.spec.Name)
	}
	r.event(record.Event{At: now, Outage: told})
}

// ill are those that are not healthy by their newest word, and from when that is.
// A node of whose services none has a word that still stands is itself among them,
// from its last word on.
func (r *Run) ill() map[inventory.Ref]time.Duration {
	words := map[inventory.Ref]record.Reading{}
	for _, word := range slices.Concat(r.others.health.Latest(healthSignal, nil), r.signals.Latest(healthSignal, nil)) {
		if before, was := words[refOf(word)]; !was || word.At >= before.At {
			words[refOf(word)] = word
		}
	}
	down, speaks := map[inventory.Ref]time.Duration{}, map[string]bool{}
	for _, ref := range r.lookedAt() {
		word, stands := words[ref]
		speaks[ref.Node] = speaks[ref.Node] || stands
		if stands && word.Value <= 0 {
			down[ref] = word.At
		}
	}
	for node, says := range speaks {
		if says {
			continue
		}
		of := map[string]string{"node": node}
		budgets, _ := r.signals.Heard(healthSignal, of)
		others, _ := r.others.health.Heard(healthSignal, of)
		down[inventory.Ref{Node: node}] = max(budgets, others)
	}
	return down
}

// healthSignal is what the collector of services tells of their health.
const healthSignal = "service.healthy"

// refOf is whom such a word is about.
func refOf(word record.Reading) inventory.Ref {
	return inventory.Ref{Node: word.Labels["node"], Service: word.Labels["service"]}
}

// lookedAt are all whose health this run reads: the members of the groups that it
// touches, and whoever else has a probe.
func (r *Run) lookedAt() []inventory.Ref {
	return append(slices.Collect(maps.Keys(r.vitals)), r.others.refs()...)
}
