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
			list = append(list, record.Reading{Signal: name, Labels: maps.Clone(one.labels), At: one.at, Value: one.value})
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

// Heard is when the newest value was read of all series that have the labels,
// whether or not it still stands; false when there never was one.
func (s *Signals) Heard(name string, labels map[string]string) (at time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.fitting(name, labels) {
		at, ok = max(at, one.at), true
	}
	return at, ok
}

// Fresh is the newest value of the one series that has the labels, when it was
// read at most age ago. It is missing (false) when none or several have them.
func (s *Signals) Fresh(name string, labels map[string]string, age time.Duration) (float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fit := s.fitting(name, labels)
	if len(fit) != 1 || s.clock.Now()-fit[0].at > age {
		return 0, false
	}
	return fit[0].value, true
}
