package kpi

import (
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// loadKPIs are the figures of one load over the measured part of the run.
func (a *Analysis) loadKPIs(l LoadFigures) []KPI {
	name := l.Plan.Name
	x, n, ok := l.Availability("")
	availability := KPI{Name: "availability", Scope: name, Unit: "ratio", N: int(n), State: NotMeasured}
	errorRatio := KPI{Name: "error_ratio", Scope: name, Unit: "ratio", N: int(n), State: NotMeasured}
	if ok {
		availability = availability.exactly(x)
		errorRatio = errorRatio.exactly(1 - x)
	} else {
		availability.Detail, errorRatio.Detail = "no arrival was due", "no arrival was due"
	}
	return []KPI{availability, errorRatio, a.outageKPI(l), a.downtimeKPI(l)}
}

// outageKPI is the longest outage of a load; N is how many there were. It may
// have begun and ended up to one mean gap inside its edges, since between two
// arrivals nobody looks.
func (a *Analysis) outageKPI(l LoadFigures) KPI {
	k := KPI{Name: "outage", Scope: l.Plan.Name, Unit: "s", N: len(l.Outages), State: None}
	if l.NoBound != nil {
		k.State, k.Detail = NotMeasured, l.NoBound.Error()
		return k
	}
	if len(l.Outages) == 0 {
		return k
	}
	longest := slices.MaxFunc(l.Outages, func(x, y Outage) int { return int(x.Length() - y.Length()) })
	if longest.Open {
		k = k.atLeast(seconds(longest.Length()))
		k.Detail = "no success followed"
		return k
	}
	return k.between(seconds(max(longest.Length()-2*l.Bound.Gap, 0)), seconds(longest.Length()), seconds(longest.Length()))
}

func (a *Analysis) downtimeKPI(l LoadFigures) KPI {
	k := KPI{Name: "downtime", Scope: l.Plan.Name, Unit: "s", N: 1, State: None}
	if l.NoBound != nil {
		k.State, k.Detail = NotMeasured, l.NoBound.Error()
		return k
	}
	if d := l.downIn(l.Down, a.Measured); d > 0 {
		return k.exactly(seconds(d))
	}
	return k
}

func (k KPI) exactly(x float64) KPI { return k.between(x, x, x) }

// between is a value with its interval.
func (k KPI) between(low, x, high float64) KPI {
	low, high = min(low, x), max(high, x)
	k.Value, k.Low, k.High, k.State = &x, &low, &high, Measured
	return k
}

// atLeast is a value that had not ended: only its lower bound is known.
func (k KPI) atLeast(x float64) KPI {
	low := x
	k.Value, k.Low, k.High, k.State = &x, &low, nil, Censored
	return k
}

func (f *FaultFigures) kpis() []KPI {
	failed := KPI{Name: "failed", Scope: f.Name, Unit: "1", N: 1, State: NotMeasured}
	if f.Effective != nil {
		failed = failed.exactly(float64(f.Bad))
	}
	return []KPI{f.ToEffect, f.Detect, f.Recover, f.AfterUndo, f.Degraded, f.Downtime, f.Ratio, failed}
}

// row is the fault's line of the result.
func (f *FaultFigures) row() Fault {
	r := Fault{
		Name: f.Name, Fault: f.Plan.Fault, Targets: []string{}, State: string(f.State),
		AskedAtMS: inMilliseconds(f.Asked), EffectiveAtMS: inMilliseconds(f.Effective),
		UndoAtMS: inMilliseconds(f.UndoFrom), UndoneAtMS: inMilliseconds(f.Undone),
		Effect: f.Effect, UndoneBy: f.By, UndoVerified: f.Verified, Reason: f.Reason,
	}
	for _, t := range f.Life.Targets {
		r.Targets = append(r.Targets, t.Target.String())
	}
	if f.State == record.Planned {
		r.State, r.Reason = string(record.Skipped), "the run did not come to it"
	}
	if f.Effective != nil && (f.Recover.State == Measured || f.Recover.State == None) {
		at := *f.Effective
		if f.Recover.Value != nil {
			at += fromSeconds(*f.Recover.Value)
		}
		r.RecoveredAtMS = inMilliseconds(&at)
	}
	return r
}

// faultFigures measures what a fault did to the loads. Each figure is that of
// the load which suffered most.
func (a *Analysis) faultFigures(l Life) FaultFigures {
	f := FaultFigures{Life: l}
	blank := func(name, unit string) KPI {
		return KPI{Name: name, Scope: l.Name, Unit: unit, State: NotMeasured, Detail: "the fault did not take effect"}
	}
	f.ToEffect = blank("time_to_effect", "s")
	f.Detect, f.Recover, f.AfterUndo = blank("time_to_detect", "s"), blank("time_to_recover", "s"), blank("time_to_recover_after_undo", "s")
	f.Degraded, f.Downtime, f.Ratio = blank("degraded", "s"), blank("downtime", "s"), blank("latency_ratio", "1")
	if l.Effective == nil {
		return f
	}
	f.toEffect()
	f.recovery(a)
	f.Extent = f.extent(a)
	f.detection(a)
	f.harm(a)
	return f
}

// toEffect measures what lies between the trigger and the effect: the engine's
// own part, and none of the cloud's.
func (f *FaultFigures) toEffect() {
	f.ToEffect.N, f.ToEffect.Detail = 1, "the record does not say when it was triggered"
	if f.Seen != nil {
		took := max(seconds(*f.Effective-*f.Seen), 0)
		f.ToEffect = f.ToEffect.between(max(took-seconds(f.Bound), 0), took, took+seconds(f.Bound))
		f.ToEffect.Detail = ""
	}
}

// recovery measures the two times to recover and the degraded time.
func (f *FaultFigures) recovery(a *Analysis) {
	effect, until := *f.Effective, a.Measured.To
	if f.Undone != nil {
		until = *f.Undone + a.Settings.Sustain
	}
	f.Recover = f.back(a, f.Recover, effect, until, &f.Degraded)
	if f.Undone == nil {
		f.AfterUndo.Detail = "it was not seen to be undone"
		return
	}
	f.AfterUndo = f.back(a, f.AfterUndo, *f.Undone, until, nil)
}

// back is the worst recovery of all loads from a moment on.
func (f *FaultFigures) back(a *Analysis, k KPI, from, until time.Duration, degraded *KPI) KPI {
	worst, seen, needed := Recovery{}, 0, false
	for _, l := range a.Loads {
		if l.NoBound != nil {
			k.Detail = l.Plan.Name + ": " + l.NoBound.Error()
			continue
		}
		r := l.healthOf(a.Measured, l.Bound).recover(from, until, a.Settings.Sustain)
		seen++
		if r.Needed && (!needed || r.Never && !worst.Never || r.Never == worst.Never && r.At > worst.At) {
			worst, needed = r, true
			k.Detail = fmt.Sprintf("%s, healthy for %v", l.Plan.Name, a.Settings.Sustain)
		}
	}
	k.N = seen
	if seen == 0 {
		if k.Detail == "" || len(a.Loads) == 0 {
			k.Detail = "there was no load to measure it with"
		}
		if degraded != nil {
			degraded.Detail = k.Detail
		}
		return k
	}
	if degraded != nil {
		degraded.N, degraded.Detail, degraded.State = seen, "", None
		if needed && worst.Degraded > 0 {
			*degraded = degraded.exactly(seconds(worst.Degraded))
		}
	}
	took := seconds(worst.At - from)
	switch {
	case !needed:
		k.State, k.Detail = None, "no load was degraded"
		return k
	case worst.Never:
		return k.atLeast(took)
	default:
		return k.between(max(took-1-seconds(f.Bound), 0), took, took+seconds(f.Bound))
	}
}

// extent is from the effect until the fault is undone and the loads recovered.
func (f *FaultFigures) extent(a *Analysis) Span {
	s := Span{*f.Effective, a.End}
	if f.Undone == nil || f.Recover.State == Censored || f.Recover.State == NotMeasured {
		return s
	}
	s.To = *f.Undone
	if f.Recover.Value != nil {
		s.To = max(s.To, *f.Effective+fromSeconds(*f.Recover.Value))
	}
	return s
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

// harm counts what went wrong while the fault lasted.
func (f *FaultFigures) harm(a *Analysis) {
	for _, l := range a.Loads {
		f.Bad += l.tally(Span{f.Extent.From.Truncate(time.Second), f.Extent.To}).Bad
		if l.NoBound != nil {
			f.Downtime.Detail, f.Ratio.Detail = l.NoBound.Error(), l.NoBound.Error()
			continue
		}
		if d := seconds(l.downIn(l.Down, f.Extent)); d > 0 && (f.Downtime.Value == nil || d > *f.Downtime.Value) {
			f.Downtime = f.Downtime.exactly(d)
			f.Downtime.Detail = l.Plan.Name
		} else if f.Downtime.State == NotMeasured {
			f.Downtime.State, f.Downtime.Detail = None, ""
		}
		held, base := l.Windows["held:"+f.Name], l.Windows["baseline"]
		q := highest(min(held.n(), base.n()))
		if q == 0 {
			f.Ratio.Detail = "too few answers while it was held for a median"
			continue
		}
		ratio := float64(*held.quantile(q)) / float64(*base.quantile(q))
		if f.Ratio.Value == nil || ratio > *f.Ratio.Value {
			f.Ratio = f.Ratio.exactly(ratio)
			f.Ratio.Detail = fmt.Sprintf("p%g of %s", 100*q, l.Plan.Name)
		}
	}
}
