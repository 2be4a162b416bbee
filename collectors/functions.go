package collectors

import (
	"maps"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Latest returns the newest reading of every series that has the labels and is
// not silent, sorted by labels.
func (s *Signals) Latest(name string, labels map[string]string) []record.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var list []record.Reading
	for _, one := range s.fitting(name, labels) {
		if !one.silent(now) {
			p := one.newest()
			list = append(list, record.Reading{Signal: name, Labels: maps.Clone(one.labels), At: p.at, Value: p.value})
		}
	}
	return list
}

// Silent returns how many series that have the labels, or could have them, are
// not heard of now: those that were seen and fell silent, and those that are
// expected and were never seen.
func (s *Signals) Silent(name string, labels map[string]string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, count := s.clock.Now(), 0
	for _, one := range s.fitting(name, labels) {
		if one.silent(now) {
			count++
		}
	}
	var never []string
	for _, want := range s.expected[name] {
		key := labelText(want)
		if compatible(want, labels) && len(s.fitting(name, want)) == 0 && !slices.Contains(never, key) {
			never = append(never, key)
		}
	}
	return count + len(never)
}

// Fresh is the newest value of the one series that has the labels, when it is at
// most age old. It is missing (false) when none or several have them.
func (s *Signals) Fresh(name string, labels map[string]string, age time.Duration) (float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fit := s.fitting(name, labels)
	if len(fit) != 1 || s.clock.Now()-fit[0].newest().at > age {
		return 0, false
	}
	return fit[0].newest().value, true
}

// Signal is the newest value of the one series that has the labels. It is
// missing (false) when none or several have them, and when it is silent.
func (s *Signals) Signal(name string, labels map[string]string) (float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	points := s.window(name, labels, 0)
	if len(points) == 0 {
		return 0, false
	}
	return points[len(points)-1].value, true
}

// CountWhere is how many of the series that have the labels are above zero. It
// is missing while one of them is silent: who is not heard of is neither
// counted nor left out.
func (s *Signals) CountWhere(name string, labels map[string]string) (float64, bool) {
	found := s.Latest(name, labels)
	count := 0.0
	for _, reading := range found {
		if reading.Value > 0 {
			count++
		}
	}
	return count, len(found) > 0 && s.Silent(name, labels) == 0
}

// Rate is by how much a counter grew a second over the window. A fall is taken
// for a restart of the counter at 0. It is missing with fewer than two values,
// and as Signal is.
func (s *Signals) Rate(name string, labels map[string]string, window time.Duration) (float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	points := s.window(name, labels, window)
	if len(points) < 2 || points[len(points)-1].at == points[0].at {
		return 0, false
	}
	grown := 0.0
	for i, p := range points[1:] {
		if step := p.value - points[i].value; step >= 0 {
			grown += step
		} else {
			grown += p.value
		}
	}
	return grown / (points[len(points)-1].at - points[0].at).Seconds(), true
}

// AvgOver is the mean of the values in the window, each of which counts once.
// It is missing when there is none, and as Signal is.
func (s *Signals) AvgOver(name string, labels map[string]string, window time.Duration) (float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	points := s.window(name, labels, window)
	sum := 0.0
	for _, p := range points {
		sum += p.value
	}
	return sum / float64(max(len(points), 1)), len(points) > 0
}

// window lists the values in the window up to now of the one series that has
// the labels and is not silent; of a window of 0, all that is remembered.
func (s *Signals) window(name string, labels map[string]string, window time.Duration) []point {
	fit, now := s.fitting(name, labels), s.clock.Now()
	if len(fit) != 1 || fit[0].silent(now) {
		return nil
	}
	points := fit[0].points
	if window == 0 {
		return points
	}
	first := slices.IndexFunc(points, func(p point) bool { return p.at >= now-window })
	if first < 0 {
		return nil
	}
	return points[first:]
}
