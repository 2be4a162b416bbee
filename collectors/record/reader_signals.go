package record

import (
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
)

// Collectors are the names of the collectors that left readings, sorted.
func (r *Run) Collectors() ([]string, error) {
	paths, err := r.glob("signals/*.ndjson")
	if err != nil {
		return nil, fmt.Errorf("list collectors: %w", err)
	}
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = strings.TrimSuffix(filepath.Base(p), ".ndjson")
	}
	return names, nil
}

// Signals gives the readings of all collectors, one collector after the other,
// each in the order in which they were taken down.
func (r *Run) Signals() iter.Seq2[Reading, error] {
	return func(yield func(Reading, error) bool) {
		names, err := r.Collectors()
		if err != nil {
			yield(Reading{}, err)
			return
		}
		for _, name := range names {
			for reading, err := range r.SignalsOf(name) {
				reading.Collector = name
				if !yield(reading, err) {
					return
				}
			}
		}
	}
}

// SignalsOf gives the readings of one collector.
func (r *Run) SignalsOf(collector string) iter.Seq2[Reading, error] {
	return func(yield func(Reading, error) bool) {
		path := r.path("signals", collector+".ndjson")
		whole, _, err := wholeLines(path)
		if err != nil {
			yield(Reading{}, fmt.Errorf("read signals of %s: %w", collector, err))
			return
		}
		n := 0
		for line, err := range lines(path, whole) {
			n++
			var reading Reading
			if err == nil {
				err = json.Unmarshal(line, &reading)
			}
			if err != nil {
				yield(Reading{}, fmt.Errorf("read signals of %s, line %d: %w", collector, n, err))
				return
			}
			if !yield(reading, nil) {
				return
			}
		}
	}
}
