package kpi

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// telling are the signals that say what stood behind a failure, and what they are of.
// Charts thin their readings; of these every change is kept.
func telling() map[string]string {
	return map[string]string{
		"haproxy.backend_up":    "backend",
		"haproxy.servers_down":  "backend",
		"keepalived.holds":      "address",
		"galera.synced":         "",
		"galera.ready":          "",
		"galera.cluster_size":   "",
		"rabbitmq.up":           "",
		"rabbitmq.members":      "",
		"rabbitmq.partitions":   "",
		"rabbitmq.alarms":       "",
		"service.healthy":       "service",
		"neutron_agents.alive":  "type",
		"nova_services.alive":   "binary",
		"cinder_services.alive": "binary",
	}
}

// trace is one signal of one thing over the run.
type trace struct {
	signal, node, of string // of: the backend, address, service or kind of agent; empty where there is one a node
	stretches        []stretch
	by               string            // the collector that has read it
	read             time.Duration     // when it was read last
	every            time.Duration     // the usual time between two readings; 0: not known yet
	n                int               // readings
	gaps             [32]time.Duration // between the newest of them
	full             bool              // there were more stretches than are kept: nothing is known from there on
}

// silence is how many times as long as between two readings nothing may be read before what
// it was meanwhile is not known.
const silence = 3

// stretch is for how long a value was read and no other, without a silence: from the first
// such reading to the last.
type stretch struct {
	value    float64
	from, to time.Duration
}

// What is kept of signals, whatever a record has: of a signal that changes at each reading
// there is no story to tell.
const (
	tracesMost    = 2000
	stretchesMost = 2000 // of one
)

// traces are those of a run, and which collectors read anything.
type traces struct {
	byName map[string]map[string]*trace // signal, then collector, node and of
	count  int
	back   string          // a collector whose readings go back in time; empty: none
	kinds  map[string]bool // the first word of each signal that was read
}

// take notes a reading.
func (t *traces) take(r record.Reading) {
	if t.kinds == nil {
		t.kinds, t.byName = map[string]bool{}, map[string]map[string]*trace{}
	}
	kind, _, _ := strings.Cut(r.Signal, ".")
	t.kinds[kind] = true
	label, is := telling()[r.Signal]
	if !is || r.At < 0 {
		return
	}
	node := r.Labels["node"]
	if node == "" {
		node = r.Labels["host"]
	}
	of := t.byName[r.Signal]
	if of == nil {
		of = map[string]*trace{}
		t.byName[r.Signal] = of
	}
	key := r.Collector + "\x00" + node + "\x00" + r.Labels[label]
	one := of[key]
	if one == nil {
		if t.count >= tracesMost {
			return
		}
		t.count++
		one = &trace{signal: r.Signal, node: node, of: r.Labels[label], by: r.Collector, read: r.At}
		of[key] = one
	}
	since := r.At - one.read
	if since < -lateMost {
		t.back = r.Collector
	}
	if since < 0 { // another word has been newer
		return
	}
	heard := one.every == 0 || since <= silence*one.every
	one.hear(since)
	one.read = r.At
	switch n := len(one.stretches); {
	case one.full:
	case n > 0 && one.stretches[n-1].value == r.Value && heard:
		one.stretches[n-1].to = r.At
	case n < stretchesMost:
		one.stretches = append(one.stretches, stretch{r.Value, r.At, r.At})
	default:
		one.full = true
	}
}

// lateMost is how much earlier a reading may be than one of the same that was taken down before
// it. A sweep is of when it began and is told when it has ended: where a probe of it hangs,
// whoever has asked anew meanwhile, as before a fault is admitted, is told first.
const lateMost = time.Minute

// hear notes how long after the one before a reading came: usual is what three of four of the
// newest do not exceed, so that neither one that was late, and the next soon after it, nor a
// silence is.
func (t *trace) hear(since time.Duration) {
	t.n++
	if t.n == 1 {
		return
	}
	t.gaps[(t.n-2)%len(t.gaps)] = since
	newest := t.gaps
	sorted := newest[:min(t.n-1, len(newest))]
	slices.Sort(sorted)
	t.every = sorted[(len(sorted)-1)*3/4]
}

// of are the traces of a signal, by node and what they are of. Of one that several collectors
// have read it is that of the one that has read it most often.
func (t *traces) of(signal string) []*trace {
	best := map[string]*trace{}
	for _, one := range t.byName[signal] {
		key := one.node + "\x00" + one.of
		if other := best[key]; other == nil || one.n > other.n || one.n == other.n && one.by < other.by {
			best[key] = one
		}
	}
	return slices.SortedFunc(maps.Values(best), func(x, y *trace) int {
		return strings.Compare(x.node+"\x00"+x.of, y.node+"\x00"+y.of)
	})
}

// during is the longest of its stretches within a span for which a value holds; false where
// none was read.
func (t *trace) during(w Span, holds func(value float64) bool) (found stretch, was bool) {
	for _, s := range t.stretches {
		s.from, s.to = max(s.from, w.From), min(s.to, w.To)
		if s.to < s.from || !holds(s.value) {
			continue
		}
		if !was || s.to-s.from > found.to-found.from {
			found, was = s, true
		}
	}
	return found, was
}

// at is the value that was read last before a moment, not longer ago than patience; false
// where none was.
func (t *trace) at(moment, patience time.Duration) (value float64, known bool) {
	for _, s := range t.stretches {
		if s.from > moment {
			break
		}
		value, known = s.value, moment-s.to <= patience
	}
	return value, known
}
