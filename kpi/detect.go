package kpi

import (
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func timeToDetect() function {
	return function{
		name: "time_to_detect", help: "From the fault's effect to the first arrival that failed or was late.", unit: conditions.Seconds,
		words: "time to detect", ofFault: func(f *FaultFigures) KPI { return f.Detect },
	}
}

// detection looks from the inject on: the effect was there, though not yet seen,
// when an arrival failed between the two, and was detected at once. The cloud may have
// been ill since it last answered one as it should; before the inject it was not for
// the fault.
func (f *FaultFigures) detection(a *Analysis) {
	from := *f.Effective
	if f.Asked != nil {
		from = min(from, *f.Asked)
	}
	for _, l := range a.Loads {
		if l.lastDue < from {
			f.Detect.Detail = l.Plan.Name + ": nothing of it was due after that"
			continue
		}
		if f.Detect.State == NotMeasured {
			f.Detect.State, f.Detect.Detail = None, ""
		}
		f.Detect.N++
		at, ok := l.Detected(from, f.Extent.To, l.Bound)
		if took := max(seconds(at-*f.Effective), 0); ok && (f.Detect.Value == nil || took < *f.Detect.Value) {
			well := seconds(l.lastWell(at, l.Bound) - *f.Effective - f.Bound)
			f.Detect = f.Detect.between(min(max(well, 0), max(took-seconds(f.Bound), 0)), took, took+seconds(f.Bound))
			f.Detect.Detail = l.Plan.Name
		}
	}
}

// lastWell is a moment before another at which the load was answered in as long as
// that takes, to a tick: the latest that is known without its samples.
func (s *Series) lastWell(before time.Duration, b Bound) time.Duration {
	for i := min(int(before/tickLength), len(s.ticks)-1); i >= 0; i-- {
		t := &s.ticks[i]
		for _, ok := range []time.Duration{t.lastOK, t.firstOK} {
			if ok >= 0 && ok <= before {
				return ok - b.Longest
			}
		}
	}
	return 0
}

// Detected is when the load first noticed a fault: the first arrival that was
// known to have failed, or to wait longer than Bound.Late, at or after the moment
// of the effect and before until. For one that waits it is the moment at which
// it became late. False when nothing went wrong.
func (s *Series) Detected(effect, until time.Duration, b Bound) (time.Duration, bool) {
	first := time.Duration(-1)
	note := func(at time.Duration) {
		if at >= effect && at <= until && (first < 0 || at < first) {
			first = at
		}
	}
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstBad >= 0 {
			note(t.firstBad)
		}
		if b.Late > 0 && t.slowest > b.Late {
			note(t.slowestDue + b.Late)
		}
	}
	return first, first >= 0
}
