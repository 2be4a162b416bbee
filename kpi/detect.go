package kpi

import (
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func timeToDetect() function {
	return function{
		name: "time_to_detect", help: "From the fault's effect to the first arrival that failed or was late.", unit: conditions.Seconds, source: ofEffect,
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
	unknown := "" // a load that failed before, too, and of which nobody knows how much it does so anyway
	for _, l := range a.Loads {
		if l.lastDue < from {
			f.Detect = f.Detect.unless(l.Plan.Name + ": nothing of it was due after that")
			continue
		}
		if l.NoBound != nil && l.tally(Span{0, from.Truncate(time.Second)}).Bad > 0 {
			unknown = l.Plan.Name + " failed before the fault, too, and " + l.NoBound.Error()
			continue
		}
		if f.Detect.State == NotMeasured {
			f.Detect.State, f.Detect.Detail = None, ""
		}
		f.Detect.N++
		at, ok := l.Detected(from, f.Extent.To)
		if took := max(seconds(at-*f.Effective), 0); ok && (f.Detect.Value == nil || took < *f.Detect.Value) {
			well := seconds(l.lastWell(at, l.Bound) - *f.Effective - f.Bound)
			second := int(at / time.Second)
			if unmet := l.unmet(second, second+fewSeconds, l.Bound); unmet > 0 { // who was served last was so by chance
				well = min(well, took-seconds(l.Bound.Longest+unmet+f.Bound))
			}
			high := took
			if l.Bound.Background > 0 { // which of those of its second, or before, was the first that would not have failed anyway
				high = max(high, seconds(wholeSeconds(second+1)-*f.Effective))
				if before := &l.Seconds[max(second-1, 0)]; atLeast(int64(before.Bad), int64(before.Due), l.Bound.Background) < unlikely {
					well = min(well, seconds(wholeSeconds(second-1)-*f.Effective))
				}
			}
			f.Detect = f.Detect.between(min(max(well, 0), max(took-seconds(f.Bound), 0)), took, high+seconds(f.Bound))
			f.Detect.Detail = l.Plan.Name
		}
	}
	switch {
	case unknown == "":
	case f.Detect.Value == nil:
		f.Detect.State, f.Detect.Detail = NotMeasured, unknown
	default: // by another load; by that one it may have been sooner
		f.Detect = f.Detect.between(0, *f.Detect.Value, *f.Detect.High)
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
// it became late. Where arrivals fail without a fault, too, only those count that were due
// in a second of which more failed than by chance. False when nothing went wrong.
func (l *LoadFigures) Detected(effect, until time.Duration) (time.Duration, bool) {
	first := time.Duration(-1)
	note := func(at time.Duration) {
		if at >= effect && at <= until && (first < 0 || at < first) {
			first = at
		}
	}
	for i := range l.ticks {
		t := &l.ticks[i]
		if t.firstBad >= 0 && l.beyond(t.firstBadDue) {
			note(t.firstBad)
		}
		late := l.Bound.Late
		if late > 0 && t.slow.took > late {
			note(t.slow.due + late)
		}
		if late > 0 && t.slowBad.took > late && l.beyond(t.slowBad.due) {
			note(t.slowBad.due + late)
		}
	}
	return first, first >= 0
}

// beyond tells whether of the arrivals due in the second of a moment more failed than do
// without a fault.
func (l *LoadFigures) beyond(at time.Duration) bool {
	i := int(at / time.Second)
	sec := &l.Seconds[i]
	return l.Bound.Background == 0 || l.Down[i] || l.Bound.tooMany(int64(sec.Bad), int64(sec.Due))
}
