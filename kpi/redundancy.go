package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// redundancyRestored is from the fault's effect until each group that it draws on was whole
// again: all of its declared members were read as well, and stayed so until the next fault was
// asked for, or the end. A member is well by what the collectors read of it: service.healthy; of
// Galera that it is synced and ready in a cluster of all; of RabbitMQ that it serves, in a
// cluster of all. Its interval is from the last reading that had one missing to the first that
// had them all. There is none where no member was ever read as missing, up to how long it may
// have been between two readings. It is not over where one is still missing, and not measured
// where nobody read some member.
func redundancyRestored() function {
	return function{
		name: "redundancy_restored", help: "From the effect until each group that the fault draws on had all declared members again, and kept them.",
		source: ofReadings, unit: conditions.Seconds,
		words: "time until redundancy was restored after", ofFault: func(f *FaultFigures) KPI { return f.Restored },
	}
}

// seat is a member of a group with what was read of it.
type seat struct {
	target record.Target
	of     []*trace
	all    float64 // members of its group
}

// well tells whether a value says that the member is one of all.
func (s *seat) well(t *trace, value float64) bool {
	if t.signal == "galera.cluster_size" || t.signal == "rabbitmq.members" {
		return value >= s.all
	}
	return value > 0
}

// seats are the members of a group, and those of which nothing was read.
func (a *Analysis) seats(g record.GroupPlan) (all []seat, unread []string) {
	for _, m := range g.Members {
		s := seat{target: m, all: float64(len(g.Members))}
		for _, signal := range memberSignals(m.Service) {
			for _, t := range a.traces.of(signal) {
				if t.node == m.Node && (t.of == "" || t.of == m.Service) {
					s.of = append(s.of, t)
				}
			}
		}
		if all = append(all, s); len(s.of) == 0 {
			unread = append(unread, m.String())
		}
	}
	return all, unread
}

// memberSignals say whether a member of a service is one of its group.
func memberSignals(service string) []string {
	signals := []string{"service.healthy"}
	for _, name := range []string{"mariadb", "mysql", "galera"} {
		if strings.HasPrefix(service, name) {
			return append(signals, "galera.synced", "galera.ready", "galera.cluster_size")
		}
	}
	if strings.HasPrefix(service, "rabbitmq") {
		return append(signals, "rabbitmq.up", "rabbitmq.members")
	}
	return signals
}

// regained is how a member came back, or a whole group: between which moments.
type regained struct {
	missed    bool // it was read as missing
	from, to  time.Duration
	open      bool          // it was not seen to be back
	blind     time.Duration // where it was not missed: for how long that was not seen
	last      string        // who was back last
	silent    bool          // it is open since nothing was read of it any more
	whoSilent string
}

// regained follows one signal of a member in a window, which begins with the effect. A silence
// of a node that the fault took away is an absence, another one leaves open what was meanwhile.
func (s *seat) regained(t *trace, w Span, taken bool) regained {
	r := regained{from: w.From, to: w.From, blind: t.every}
	patience := max(silence*t.every, 2*time.Second)
	known := w.From // when it was read last
	back := time.Duration(-1)
	for _, x := range t.stretches {
		if x.to < w.From {
			known = x.to
			continue
		}
		if x.from > w.To {
			break
		}
		if gap := x.from - max(known, w.From); gap > patience {
			r.missed, back = r.missed || taken, -1
			if !taken {
				r.blind = max(r.blind, gap)
			}
		}
		if known = min(x.to, w.To); !s.well(t, x.value) {
			r.missed, r.from, back = true, known, -1
			continue
		}
		if back < 0 {
			back = max(x.from, w.From)
		}
	}
	if w.To-known > patience { // silent until the end
		r.open, r.silent = true, true
		return r
	}
	if r.open = back < 0; !r.open {
		r.to = max(back, r.from)
	}
	r.silent = r.open && !r.missed // the window ends before it was read at all
	return r
}

// and is that of both: whole when the later one is.
func (r regained) and(other regained, who string) regained {
	if other.silent {
		r.silent, r.whoSilent = true, who
	}
	if other.missed && (!r.missed || other.to > r.to || other.open && !r.open) {
		r.last = who
	}
	if other.missed {
		r.from, r.to = max(r.from, other.from), max(r.to, other.to)
	}
	r.missed, r.open, r.blind = r.missed || other.missed, r.open || other.open, max(r.blind, other.blind)
	return r
}

func (a *Analysis) restored(f *FaultFigures) KPI {
	k := KPI{Name: "redundancy_restored", Scope: f.Name, Unit: "s", State: NotMeasured, Detail: "the fault did not take effect"}
	switch {
	case !f.happened():
		k.Detail = "the fault did not happen" // so that nobody knows how long it would have taken
		return k
	case f.Effective == nil:
		return k
	case len(f.Plan.Groups) == 0:
		k.Detail = "it draws on no redundancy group"
		return k
	}
	w := Span{*f.Effective, f.until(a)}
	whole, unread, fewest := regained{from: w.From, to: w.From}, []string(nil), []string(nil)
	for _, name := range f.Plan.Groups {
		g, declared := a.group(name)
		if !declared {
			k.Detail = "the record does not say who the members of " + name + " are"
			return k
		}
		members, missing := a.seats(g)
		unread = append(unread, missing...)
		for _, s := range members {
			for _, t := range s.of {
				whole = whole.and(s.regained(t, w, f.takesAway(s.target.Node)), s.target.String())
			}
		}
		k.N += len(members)
		if n := leastWell(members, w); n < len(members) {
			fewest = append(fewest, fmt.Sprintf("%s had %d of %d", name, n, len(members)))
		}
	}
	if len(unread) > 0 {
		k.Detail = "nobody read whether these were well: " + strings.Join(unread, ", ") + "; collectors of the kinds service, galera and rabbitmq tell"
		return k
	}
	return whole.kpi(k, f, strings.Join(fewest, ", "))
}

// kpi is the figure of what was found.
func (r regained) kpi(k KPI, f *FaultFigures, fewest string) KPI {
	since := func(at time.Duration) float64 { return seconds(at - *f.Effective) }
	k.Detail = fewest
	switch {
	case r.open:
		if k.WhyOpen = r.last + " was not seen to be back"; r.silent {
			k.WhyOpen = "nothing more was read of " + r.whoSilent
		}
		if f.next != nil {
			k.WhyOpen += " before " + f.next.Name + " was asked for"
		}
		k.Detail = strings.TrimPrefix(fewest+"; "+k.WhyOpen, "; ")
		return k.atLeast(max(since(r.from), 0)).off(f.Bound)
	case !r.missed:
		k.State, k.Detail = None, fmt.Sprintf("all %d members were there at each reading", k.N)
		if most := seconds(r.blind); most > 0 {
			k.Low, k.High = new(0.0), &most
		}
		return k
	}
	k.Detail = strings.TrimPrefix(fewest+"; "+r.last+" was back last", "; ")
	return k.between(max(since(r.from), 0), since(r.to), since(r.to)).off(f.Bound)
}

// leastWell is how many of the members were well at the same time, at least, by what was read
// in a window.
func leastWell(members []seat, w Span) int {
	var moments []time.Duration
	each := func(take func(s *seat, t *trace, x stretch)) {
		for i := range members {
			for _, t := range members[i].of {
				for _, x := range t.stretches {
					if x.to >= w.From && x.from <= w.To && !members[i].well(t, x.value) {
						take(&members[i], t, x)
					}
				}
			}
		}
	}
	each(func(_ *seat, _ *trace, x stretch) { moments = append(moments, max(x.from, w.From)) })
	least := len(members)
	for _, at := range moments {
		var ill []record.Target
		each(func(s *seat, t *trace, x stretch) {
			if x.from <= at+t.every && x.to >= at && !slices.Contains(ill, s.target) {
				ill = append(ill, s.target)
			}
		})
		least = min(least, len(members)-len(ill))
	}
	return least
}

// group is one as it was declared.
func (a *Analysis) group(name string) (record.GroupPlan, bool) {
	i := slices.IndexFunc(a.Meta.Groups, func(g record.GroupPlan) bool { return g.Name == name })
	if i < 0 {
		return record.GroupPlan{}, false
	}
	return a.Meta.Groups[i], true
}
