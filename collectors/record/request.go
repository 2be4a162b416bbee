package record

import (
	"cmp"
	"slices"
)

// requestsMost is how many requests of an operation and class of a load are kept to be
// searched for.
const requestsMost = 20

// Request is one that failed, by the id that the cloud has given it, or by that with which
// it was sent.
type Request struct {
	Load      string
	Operation string // empty: the arrival as a whole
	Class     Class
	ID        string // as it came
}

// requests are the first that failed of each operation and class of a load.
type requests struct {
	kinds map[failed]int
	all   []Request
}

func newRequests() *requests { return &requests{kinds: map[failed]int{}} }

// take keeps the ids of a sample that failed. It is on the hot path of failures: no
// allocation once an operation and class has enough.
func (r *requests) take(load string, s Sample) {
	if s.RequestID == "" && s.SentID == "" || s.Class == OK || s.Class == Aborted {
		return
	}
	key := failed{s.Operation, s.Class}
	if _, known := r.kinds[key]; !known && len(r.kinds) >= kindsMost {
		key.operation = OtherOperations
	}
	if r.kinds[key] >= requestsMost {
		return
	}
	r.kinds[key]++
	for _, id := range []string{s.RequestID, s.SentID} {
		if id != "" {
			r.all = append(r.all, Request{Load: load, Operation: s.Operation, Class: s.Class, ID: id})
		}
	}
}

// Requests are the first requests that failed of each load, operation and class, so far:
// 20 of each, with one id or two. An id is there once, though an iteration has it of its operation. The first of each
// come before the second of each, so that whoever takes some has of all kinds.
func (w *Writer) Requests() []Request {
	w.mu.Lock()
	loads := make([]*LoadWriter, 0, len(w.loads))
	for _, name := range sortedKeys(w.loads) {
		loads = append(loads, w.loads[name])
	}
	w.mu.Unlock()
	type place struct {
		Request
		nth int
	}
	var places []place
	seen := map[string]bool{}
	for _, l := range loads {
		l.mu.Lock()
		nth := map[failed]int{}
		for _, r := range l.requests.all {
			if !seen[r.ID] {
				seen[r.ID] = true
				key := failed{r.Operation, r.Class}
				places = append(places, place{r, nth[key]})
				nth[key]++
			}
		}
		l.mu.Unlock()
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.nth, b.nth) })
	all := make([]Request, len(places))
	for i, p := range places {
		all[i] = p.Request
	}
	return all
}
