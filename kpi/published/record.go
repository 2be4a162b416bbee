package published

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Of is a load of a recorded run as the published method sees it: what was started, in the
// order of its start, each from then on, and the moment at which the first fault was sent.
// What the run's own end has cut is left out.
func Of(events []record.Event, samples iter.Seq2[record.Sample, error]) (Run, error) {
	var all []record.Sample
	for s, err := range samples {
		if err != nil {
			return Run{}, fmt.Errorf("read the iterations: %w", err)
		}
		if s.Operation == "" && s.Class != record.Dropped && s.Class != record.Aborted {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b record.Sample) int {
		return cmp.Or(cmp.Compare(a.Started, b.Started), cmp.Compare(a.Iteration, b.Iteration))
	})
	var r Run
	if len(all) == 0 {
		return r, nil
	}
	since := func(at time.Duration) float64 { return (at - all[0].Started).Seconds() }
	for _, s := range all {
		r.Iterations = append(r.Iterations, Iteration{since(s.Started), (s.End - s.Started).Seconds(), s.Class != record.OK})
	}
	for _, e := range events {
		if e.Fault != nil && e.Fault.State == record.Injecting {
			r.Fault = new(since(e.At))
			break
		}
	}
	return r, nil
}
