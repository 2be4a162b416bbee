package main

import (
	"errors"
	"math"
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
	arrivals
	held                 arrivals // of them, those due while the fault was held; all where nothing was broken
	median, p99, slowest time.Duration
	outage               time.Duration // the longest, as Eris counts it; 0 for none
	damage               error         // of the record
}

// arrivals are how many were due, and how many of them failed in which way.
type arrivals struct {
	due    int
	errors map[string]int // by class
}

// count takes one arrival in; the class of one that succeeded is none.
func (a *arrivals) count(class string) {
	a.due++
	if class == "" {
		return
	}
	if a.errors == nil {
		a.errors = map[string]int{}
	}
	a.errors[class]++
}

// add takes others in.
func (a *arrivals) add(others arrivals) {
	failed := 0
	for class, n := range others.errors {
		failed += n
		for range n {
			a.count(class)
		}
	}
	a.due += others.due - failed
}

// failed counts those that did not succeed.
func (a arrivals) failed() int {
	n := 0
	for _, count := range a.errors {
		n += count
	}
	return n
}

// middle makes one of the figures of several runs: each duration is that of the
// run in the middle, so that what slowed one run of three alone is not told of
// the cloud, and arrivals are counted together.
func middle(runs []figures) figures {
	var f figures
	of := func(get func(figures) time.Duration) time.Duration {
		var all []time.Duration
		for _, r := range runs {
			all = append(all, get(r))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	for _, r := range runs {
		f.add(r.arrivals)
		f.held.add(r.held)
		f.damage = errors.Join(f.damage, r.damage)
	}
	f.median = of(func(r figures) time.Duration { return r.median })
	f.p99 = of(func(r figures) time.Duration { return r.p99 })
	f.slowest = of(func(r figures) time.Duration { return r.slowest })
	f.outage = of(func(r figures) time.Duration { return r.outage })
	return f
}

// read gets the figures of the load, or of one operation in it.
func read(run *reports.Run, operation string) figures {
	var f figures
	from := time.Duration(0)
	for _, phase := range run.Analysis.Phases {
		if phase.Name == "chaos" {
			from = phase.From
		}
	}
	heldFrom, heldTo := held(run, from)
	var took []time.Duration
	for sample, err := range run.Record.Samples(load) {
		if err != nil {
			f.damage = err
			break
		}
		if sample.Operation != operation || sample.Intended < from || sample.Class == record.Aborted {
			continue
		}
		class := ""
		if sample.Class != record.OK {
			class = sample.Class.String()
		}
		f.count(class)
		if sample.Intended >= heldFrom && sample.Intended < heldTo {
			f.held.count(class)
		}
		if class != "" {
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

// held is from when the first fault was asked for until the last one began to be
// undone; all from chaos on, where nothing was broken.
func held(run *reports.Run, chaos time.Duration) (from, to time.Duration) {
	from, to = math.MaxInt64, 0
	for _, f := range run.Analysis.Faults {
		if f.Asked != nil && f.UndoFrom != nil {
			from, to = min(from, *f.Asked), max(to, *f.UndoFrom)
		}
	}
	if to == 0 {
		return chaos, math.MaxInt64
	}
	return from, to
}
