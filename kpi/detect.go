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
// when an arrival failed between the two, and was detected at once.
func (f *FaultFigures) detection(a *Analysis) {
	from := *f.Effective
	if f.Asked != nil {
		from = min(from, *f.Asked)
	}
	for _, l := range a.Loads {
		if f.Detect.State == NotMeasured {
			f.Detect.State, f.Detect.Detail = None, ""
		}
		f.Detect.N++
		at, ok := l.Detected(from, f.Extent.To, l.Bound)
		if took := max(seconds(at-*f.Effective), 0); ok && (f.Detect.Value == nil || took < *f.Detect.Value) {
			f.Detect = f.Detect.between(max(took-seconds(f.Bound), 0), took, took+seconds(f.Bound))
			f.Detect.Detail = l.Plan.Name
		}
	}
}

// Detected is when the load first noticed a fault: the first arrival that was
// known to have failed, or to be later than Bound.Late, at or after the moment
// of the effect and before until. For a late answer it is the moment at which
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
