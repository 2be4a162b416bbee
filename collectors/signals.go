package collectors

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Signals holds the newest values of all series, for triggers, checks and the
// live view. A series that was not heard of for longer than a value lasts (see
// Watch.Lasts) is silent: the last value is never taken for
// the present one. It is safe for concurrent use.
type Signals struct {
	clock record.Clock

	mu       sync.Mutex
	windows  map[string]time.Duration      // by signal: how much of the past is kept
	kinds    map[string]SignalKind         // by signal
	series   map[string]map[string]*series // by signal, then by labels
	expected map[string][]map[string]string
	changed  chan struct{}
}

// series is one signal with one set of labels.
type series struct {
	labels map[string]string
	at     time.Duration // when the newest value was read
	value  float64
	heard  time.Duration // when it came
	lasts  time.Duration // from then on
	past   []reading     // those of the signal's window and the one before, the newest last
}

// reading is a value of a series and for how long it stood when none followed.
type reading struct {
	at, lasts time.Duration
	value     float64
}

// NewSignals returns an empty store on the run's clock.
func NewSignals(clock record.Clock) *Signals {
	return &Signals{
		clock: clock, windows: map[string]time.Duration{}, kinds: map[string]SignalKind{}, series: map[string]map[string]*series{}, expected: map[string][]map[string]string{},
		changed: make(chan struct{}),
	}
}

// Remember keeps what is read of a signal from now on for so long, for functions
// over a window; the longest window of those that are asked for holds.
func (s *Signals) Remember(signal string, window time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.windows[signal] = max(s.windows[signal], window)
}

// Changed returns a channel that is closed at the next Publish.
func (s *Signals) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Expect says which series a watch will publish: of every signal one a node, of a
// Direct one, or what the collector itself expects. Until it was heard of, such a series
// counts as silent.
func (s *Signals) Expect(w Watch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, info := range w.Collector.Signals() {
		s.kinds[info.Name] = info.Kind
		if _, here := w.Collector.(Direct); here {
			s.expected[info.Name] = append(s.expected[info.Name], w.expected(info.Name, "")...)
		}
		for _, node := range w.Nodes {
			for _, labels := range w.expected(info.Name, node.Name) {
				labels = maps.Clone(labels)
				labels["node"] = node.Name
				s.expected[info.Name] = append(s.expected[info.Name], labels)
			}
		}
	}
}

// expected are the labels of the series of a signal of a node, or of a Direct.
func (w Watch) expected(signal, node string) []map[string]string {
	if knows, ok := w.Collector.(Expecting); ok {
		return knows.Expected(signal, w.services(node))
	}
	return []map[string]string{{}}
}

// Publish stores readings, and for how long from now they stand when none
// follow.
func (s *Signals) Publish(readings []record.Reading, lasts time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for _, r := range readings {
		all := s.series[r.Signal]
		if all == nil {
			all = map[string]*series{}
			s.series[r.Signal] = all
		}
		name := labelText(r.Labels)
		one := all[name]
		if one == nil {
			one = &series{labels: maps.Clone(r.Labels)}
			all[name] = one
		}
		if one.at > r.At {
			continue // two watches of one series: the later reading came first
		}
		one.at, one.value, one.heard, one.lasts = r.At, r.Value, now, lasts
		if window := s.windows[r.Signal]; window > 0 {
			one.past = append(knownSince(one.past, now-window), reading{r.At, lasts, r.Value})
		}
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// Forget has series be as if they had never been heard of.
func (s *Signals) Forget(all []record.Reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range all {
		delete(s.series[r.Signal], labelText(r.Labels))
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// fitting lists the series of a signal that have the labels, sorted.
func (s *Signals) fitting(name string, labels map[string]string) []*series {
	var list []*series
	for _, key := range slices.Sorted(maps.Keys(s.series[name])) {
		if one := s.series[name][key]; within(labels, one.labels) {
			list = append(list, one)
		}
	}
	return list
}

func (one *series) silent(now time.Duration) bool { return now-one.heard > one.lasts }

// labelText is the labels in one order.
func labelText(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, k+"="+labels[k])
	}
	return strings.Join(parts, " ")
}

// within tells whether labels have all that want says.
func within(want, labels map[string]string) bool {
	for k, v := range want {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// compatible tells whether a series could have both sets of labels.
func compatible(a, b map[string]string) bool {
	for k, v := range a {
		if other, both := b[k]; both && other != v {
			return false
		}
	}
	return true
}
