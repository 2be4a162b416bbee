package main

import (
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports"
)

// load is the name of the load that every probe looks at.
const load = "probe"

// figures are what a probe showed from the start of chaos on, counted from
// when each arrival was due. Latencies are those of the arrivals that
// succeeded, exact to the sample: the 99th percentile of fewer than a hundred
// is the slowest.
type figures struct {
	due                  int
	median, p99, slowest time.Duration
	errors               map[string]int // by class
	outage               time.Duration  // the longest, as Eris counts it; 0 for none
	damage               error          // of the record
}

// failed counts the arrivals that did not succeed.
func (f figures) failed() int {
	n := 0
	for _, count := range f.errors {
		n += count
	}
	return n
}

// read gets the figures of the load, or of one operation in it.
func read(run *reports.Run, operation string) figures {
	f := figures{errors: map[string]int{}}
	from := time.Duration(0)
	for _, phase := range run.Analysis.Phases {
		if phase.Name == "chaos" {
			from = phase.From
		}
	}
	var took []time.Duration
	for sample, err := range run.Record.Samples(load) {
		if err != nil {
			f.damage = err
			break
		}
		if sample.Operation != operation || sample.Intended < from || sample.Class == record.Aborted {
			continue
		}
		f.due++
		if sample.Class != record.OK {
			f.errors[sample.Class.String()]++
			continue
		}
		took = append(took, sample.End-sample.Intended)
	}
	slices.Sort(took)
	if n := len(took); n > 0 {
		f.median, f.p99, f.slowest = took[n/2], took[n*99/100], took[n-1]
	}
	for _, k := range run.Analysis.Result.KPIs {
		if k.Name == "outage" && k.Scope == load && k.Value != nil {
			f.outage = time.Duration(*k.Value * float64(time.Second))
		}
	}
	return f
}
