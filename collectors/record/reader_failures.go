package record

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Failures gives what was said of a load's failures, in the order in which it was
// first said. A record of an earlier version has none.
func (r *Run) Failures(load string) ([]Failure, error) {
	path := r.path("errors", load+".ndjson")
	whole, _, err := wholeLines(path)
	if err != nil {
		return nil, fmt.Errorf("read errors of %s: %w", load, err)
	}
	var all []Failure
	n := 0
	for line, err := range lines(path, whole) {
		n++
		var f Failure
		if err == nil {
			err = json.Unmarshal(line, &f)
		}
		if err != nil {
			return all, fmt.Errorf("read errors of %s, line %d: %w", load, n, err)
		}
		// It may have been written by anybody.
		f = f.cleaned()
		// A text stands there when it is first said, and again with its count.
		if i := slices.IndexFunc(all, f.same); i >= 0 {
			all[i] = f
			continue
		}
		all = append(all, f)
	}
	return all, nil
}
