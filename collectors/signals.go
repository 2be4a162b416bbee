package collectors

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// remembered is how long the values of a series are kept for Rate and AvgOver.
const remembered = 5 * time.Minute

// Signals holds the newest values of all series and a short history of them,
// for triggers, checks and the live view. A series whose newest value is older
// than it lasts (see Watch.Lasts) is silent: the last value is never taken for
// the present one. It is safe for concurrent use.
type Signals struct {
	clock record.Clock

	mu       sync.Mutex
	series   map[string]map[string]*series // by signal, then by labels
	expected map[string][]map[string]string
	changed  chan struct{}
}

// series is one signal with one set of labels.
type series struct {
	labels map[string]string
	lasts  time.Duration // as of its newest value
	points []point       // oldest first
}

type point struct {
	at    time.Duration
	value float64
}

// NewSignals returns an empty store on the run's clock.
func NewSignals(clock record.Clock) *Signals {
	return &Signals{
		clock: clock, series: map[string]map[string]*series{}, expected: map[string][]map[string]string{},
		changed: make(chan struct{}),
	}
}

// Changed returns a channel that is closed at the next Publish.
func (s *Signals) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Expect says which series a watch will publish: one of every node, and where a
// signal has the label service, one of every service on it. Until it was heard
// of, such a series counts as silent.
func (s *Signals) Expect(w Watch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	picky, _ := w.Collector.(interface {
		Selects(service *inventory.Service) bool
	})
	for _, info := range w.Collector.Signals() {
		for _, node := range w.Nodes {
			if !slices.Contains(info.Labels, "service") {
				s.expected[info.Name] = append(s.expected[info.Name], map[string]string{"node": node.Name})
				continue
			}
			for _, service := range w.Services(node.Name) {
				restarts := info.Name != "service.restarts" || service.Runtime.Kind == inventory.Unit
				if restarts && (picky == nil || picky.Selects(service)) {
					s.expected[info.Name] = append(s.expected[info.Name], map[string]string{"node": node.Name, "service": service.Name})
				}
			}
		}
	}
}

// Publish stores readings, and for how long they stand when none follow.
func (s *Signals) Publish(readings []record.Reading, lasts time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
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
		if n := len(one.points); n > 0 && one.points[n-1].at > r.At {
			continue // two watches of one series: the later reading came first
		}
		one.lasts = lasts
		one.points = append(one.points, point{r.At, r.Value})
		old := slices.IndexFunc(one.points, func(p point) bool { return p.at >= r.At-remembered })
		one.points = slices.Delete(one.points, 0, old)
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

func (one *series) newest() point { return one.points[len(one.points)-1] }

func (one *series) silent(now time.Duration) bool { return now-one.newest().at > one.lasts }

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
