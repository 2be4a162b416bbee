package scenarios

import (
	"slices"
	"time"
)

// span is where in the chaos phase a fault can be: it starts between earliest
// and latest, and its budget is released by until.
type span struct{ earliest, latest, until time.Duration }

// spans bounds every fault's place in time. A fault that is undone late, by
// the node itself when its lease ends, and then settles, is still in its span;
// one that gets stuck is not, and is the ledger's to see when the next fires.
func (s *Spec) spans(lease, settle time.Duration) map[string]span {
	spans := map[string]span{}
	for range s.Faults { // a chain of after is as long as there are faults, at most
		for _, f := range s.Faults {
			start, end := f.Start.At, f.Start.At
			switch {
			case f.Start.After != "":
				before, known := spans[f.Start.After]
				if !known {
					continue
				}
				start, end = s.follow(f, before, lease)
				start, end = start+f.Start.For, end+f.Start.Within
			case f.Start.When != nil:
				start, end = f.Start.For, f.Start.Within
			}
			spans[f.Name] = span{start, end, end + f.Hold + lease + settle}
		}
	}
	return spans
}

func (s *Spec) follow(f *Fault, before span, lease time.Duration) (start, end time.Duration) {
	first := s.FaultByName(f.Start.After)
	start, end = before.earliest+f.Start.Delay, before.latest+f.Start.Delay
	switch f.Start.Event {
	case Undone:
		return start + first.least(), end + first.Hold + lease
	case Recovered:
		return start + first.least(), before.until + f.Start.Delay
	case Injected:
	}
	return start, end
}

// endsBefore tells that the budget of x has been released when f starts,
// because f waits for that, directly or through others.
func (s *Spec) endsBefore(x, f *Fault, settle time.Duration) bool {
	for range s.Faults {
		before := s.FaultByName(f.Start.After)
		if before == nil {
			return false
		}
		if before == x {
			return f.Start.Event == Recovered || (f.Start.Event == Undone && f.Start.Delay >= settle)
		}
		f = before
	}
	return false
}

// armedAfter tells that f is armed only when x is undone, because it waits for
// that, directly or through others: until then x has what it holds on its nodes.
// A fault that waits for no other is armed before the chaos phase begins.
func (s *Spec) armedAfter(f, x *Fault) bool {
	for range s.Faults {
		before := s.FaultByName(f.Start.After)
		if before == nil {
			return false
		}
		if before == x {
			return f.Start.Event != Injected
		}
		f = before
	}
	return false
}

// armedBeside lists for each fault those that can be armed at the same time.
func (s *Spec) armedBeside() map[string][]string {
	beside := map[string][]string{}
	for i, a := range s.Faults {
		for _, b := range s.Faults[i+1:] {
			if !s.armedAfter(a, b) && !s.armedAfter(b, a) {
				beside[a.Name] = append(beside[a.Name], b.Name)
				beside[b.Name] = append(beside[b.Name], a.Name)
			}
		}
	}
	return beside
}

// beside lists for each fault those that can be active at the same time.
func (s *Spec) beside(lease, settle time.Duration) map[string][]string {
	spans, beside := s.spans(lease, settle), map[string][]string{}
	for i, a := range s.Faults {
		for _, b := range s.Faults[i+1:] {
			x, y := spans[a.Name], spans[b.Name]
			if x.until <= y.earliest || y.until <= x.earliest || s.endsBefore(a, b, settle) || s.endsBefore(b, a, settle) {
				continue
			}
			beside[a.Name] = append(beside[a.Name], b.Name)
			beside[b.Name] = append(beside[b.Name], a.Name)
		}
	}
	return beside
}

// together lists the largest sets of those names that are all beside one
// another: the worst cases that a further fault can meet. Without any names
// that is the one empty set.
func together(names []string, beside map[string][]string) [][]string {
	var sets [][]string
	var grow func(set, open, done []string)
	grow = func(set, open, done []string) {
		if len(open) == 0 && len(done) == 0 {
			sets = append(sets, slices.Clone(set))
			return
		}
		for len(open) > 0 {
			name := open[0]
			near := func(list []string) []string {
				var kept []string
				for _, other := range list {
					if slices.Contains(beside[name], other) {
						kept = append(kept, other)
					}
				}
				return kept
			}
			grow(append(slices.Clone(set), name), near(open), near(done))
			open, done = open[1:], append(slices.Clone(done), name)
		}
	}
	grow(nil, names, nil)
	return sets
}
