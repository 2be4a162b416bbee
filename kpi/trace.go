package kpi

import (
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
	read             time.Duration // when it was read last
	every            time.Duration // the shortest time between two readings; 0: not known yet
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
	byName map[string]map[string]*trace // signal, then node and of
	count  int
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
	key := node + "\x00" + r.Labels[label]
	one := of[key]
	if one == nil {
		if t.count >= tracesMost {
			return
		}
		t.count++
		one = &trace{signal: r.Signal, node: node, of: r.Labels[label], read: r.At}
		of[key] = one
	}
	since := r.At - one.read
	heard := one.every == 0 || since <= silence*one.every
	if since > 0 && (one.every == 0 || since < one.every) {
		one.every = since
	}
	one.read = max(one.read, r.At)
	switch n := len(one.stretches); {
	case n > 0 && one.stretches[n-1].value == r.Value && heard:
		one.stretches[n-1].to = max(one.stretches[n-1].to, r.At)
	case n < stretchesMost:
		one.stretches = append(one.stretches, stretch{r.Value, r.At, r.At})
	}
}

// of are the traces of a signal, by node and what they are of.
func (t *traces) of(signal string) []*trace {
	var all []*trace
	for _, one := range t.byName[signal] {
		all = append(all, one)
	}
	slices.SortFunc(all, func(x, y *trace) int {
		return strings.Compare(x.node+"\x00"+x.of, y.node+"\x00"+y.of)
	})
	return all
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
