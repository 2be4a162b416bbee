package kpi

import (
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// loadKPIs are the figures of one load over the measured part of the run. Of a load that was not
// sent as planned there is none, as there is none for an objective.
func (a *Analysis) loadKPIs(l LoadFigures) []KPI {
	var list []KPI
	why := a.unsteady(l)
	for _, f := range functions() {
		if f.listed == nil || !f.listed(a, l) {
			continue
		}
		k := f.ofLoad(a, l, "")
		if why != "" {
			k = KPI{Name: k.Name, Scope: k.Scope, Unit: k.Unit, N: k.N, State: NotMeasured, Detail: why}
		}
		list = append(list, k)
	}
	return list
}

func (k KPI) exactly(x float64) KPI { return k.between(x, x, x) }

// between is a value with its interval.
func (k KPI) between(low, x, high float64) KPI {
	low, high = min(low, x), max(high, x)
	k.Value, k.Low, k.High, k.State = &x, &low, &high, Measured
	return k
}

// off is a value that is counted from a moment which is known so well to either side.
func (k KPI) off(bound time.Duration) KPI {
	if k.Low != nil {
		k.Low = new(max(*k.Low-seconds(bound), 0))
	}
	if k.High != nil {
		k.High = new(*k.High + seconds(bound))
	}
	if k.State == Censored {
		k.Value = k.Low
	}
	return k
}

// atLeast is a value that had not ended: only its lower bound is known.
func (k KPI) atLeast(x float64) KPI {
	low := x
	k.Value, k.Low, k.High, k.State = &x, &low, nil, Censored
	return k
}

func (f *FaultFigures) kpis() []KPI {
	var list []KPI
	for _, of := range functions() {
		if of.ofFault != nil {
			list = append(list, of.ofFault(f))
		}
	}
	return list
}

// failed is how many arrivals of all loads were due from when the fault was asked for until it was
// undone and the loads had recovered, and failed or could not start. At least so many where
// another fault came before that was seen, and between those of until the undo and all of them
// where the end of the recovery is not known. It is not measured where the effect was not seen,
// and none of a fault that touched nothing.
func (f *FaultFigures) failed() KPI {
	k := KPI{Name: "failed", Scope: f.Name, Unit: "1", N: 1, State: NotMeasured}
	switch {
	case !f.happened():
		k.State, k.Detail = None, "the fault did not happen"
	case f.Effective == nil:
		k.Detail = "its effect was not seen"
	case f.cut:
		k = k.atLeast(float64(f.Bad))
		k.WhyOpen = f.Recover.WhyOpen
	case f.Undone != nil && f.Recover.State == NotMeasured:
		k = k.between(float64(f.badHeld), float64(f.Bad), float64(f.Bad))
		k.Detail = "until when the loads had recovered is not known"
	default:
		k = k.exactly(float64(f.Bad))
	}
	return k
}

// row is the fault's line of the result.
func (f *FaultFigures) row() Fault {
	r := Fault{
		Name: f.Name, Fault: f.Plan.Fault, Targets: []string{}, State: string(f.State),
		AskedAtMS: inMilliseconds(f.Asked), EffectiveAtMS: inMilliseconds(f.Effective),
		UndoAtMS: inMilliseconds(f.UndoFrom), UndoneAtMS: inMilliseconds(f.Undone),
		Args: f.Plan.Args, Effect: f.Effect, UndoneBy: f.By, Touched: f.Touched, UndoVerified: f.Verified, Reason: f.Reason, Aim: f.Aim,
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
	f := FaultFigures{Life: l, next: a.after(l)}
	blank := func(name, unit string) KPI {
		return KPI{Name: name, Scope: l.Name, Unit: unit, State: NotMeasured, Detail: "the fault did not take effect"}
	}
	f.ToEffect = blank("time_to_effect", "s")
	f.Detect, f.Recover, f.AfterUndo = blank("time_to_detect", "s"), blank("time_to_recover", "s"), blank("time_to_recover_after_undo", "s")
	f.Degraded, f.Downtime, f.Ratio = blank("degraded", "s"), blank("downtime", "s"), blank("latency_ratio", "1")
	f.Difference = blank("latency_difference", "s")
	f.Lost = a.lostWith(&f.Life)
	f.SelfHeal, f.Restored = f.selfHeal(a), a.restored(&f)
	if l.Effective == nil {
		f.Failed = f.failed()
		return f
	}
	f.TooShort = f.tooShort(a)
	f.toEffect()
	f.recovery(a)
	f.Extent = f.extent(a)
	f.detection(a)
	f.harm(a)
	f.Failed = f.failed()
	f.asSeen()
	if why := a.unclear(&f); why != "" {
		f.without(why)
	}
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

// after is the first fault that was asked for after another's undo, whose moment is a
// node's, and may have touched something; nil where none was.
func (a *Analysis) after(l Life) *Life {
	var next *Life
	for i := range a.history.faults {
		f := &a.history.faults[i]
		harmless := f.Effective == nil && !f.Touched
		if l.Undone != nil && f.Asked != nil && !harmless && *f.Asked >= *l.Undone-l.Bound && f.Name != l.Name && (next == nil || *f.Asked < *next.Asked) {
			next = f
		}
	}
	return next
}

// until is when nothing more is the fault's doing: when the next one is asked for, or
// with the run.
func (f *FaultFigures) until(a *Analysis) time.Duration {
	if f.next != nil {
		return *f.next.Asked
	}
	return a.End
}

// extent is from when the fault was asked for, since what takes time to take effect does harm
// before, until it is undone and the loads recovered, or the next one begins.
func (f *FaultFigures) extent(a *Analysis) Span {
	last := f.until(a)
	if f.next != nil { // of the second in which that was asked for nobody knows
		last = max(last.Truncate(time.Second), *f.Effective)
	}
	s := Span{*f.Effective, last}
	if f.Asked != nil {
		s.From = min(s.From, *f.Asked)
	}
	if f.Undone == nil || f.Recover.State == Censored || f.Recover.State == NotMeasured {
		return s
	}
	s.To = *f.Undone
	if f.Recover.Value != nil {
		s.To = max(s.To, *f.Effective+fromSeconds(*f.Recover.Value))
	}
	s.To = min(s.To, last)
	return s
}

// Recovering is until when it is known that a load was not yet well again after the fault: until
// all were, or as long as that was seen. False where none was ill beyond the undo, or where
// nobody knows.
func (f *FaultFigures) Recovering() (until time.Duration, was bool) {
	if f.Undone == nil || f.Recover.State != Measured && f.Recover.State != Censored {
		return 0, false
	}
	until = min(f.ill, f.Extent.To)
	return until, until > *f.Undone
}

// unless has why it is not measured, unless it is by another load, whose name it has then.
func (k KPI) unless(why string) KPI {
	if k.State == NotMeasured {
		k.Detail = why
	}
	return k
}

// harm counts what went wrong while the fault lasted.
func (f *FaultFigures) harm(a *Analysis) {
	var unknown, slow []string // of which nothing is known, and arrivals failed
	var open []string          // how much slower they were at least is known
	for _, l := range a.Loads {
		whole := Span{f.Extent.From.Truncate(time.Second), f.Extent.To}
		f.Bad += l.tally(whole).Bad
		if f.Undone != nil {
			whole.To = min(*f.Undone, whole.To)
			f.badHeld += l.tally(whole).Bad
		}
		if l.NoBound != nil {
			f.Downtime, f.Ratio, f.Difference = f.Downtime.unless(l.NoBound.Error()), f.Ratio.unless(l.NoBound.Error()), f.Difference.unless(l.NoBound.Error())
			if l.suffered(f.Extent) {
				unknown = append(unknown, l.Plan.Name+", of which arrivals failed: "+l.NoBound.Error())
			}
			continue
		}
		if l.lastDue < f.Extent.From {
			f.Downtime = f.Downtime.unless(l.Plan.Name + ": nothing of it was due after that")
			continue
		}
		f.Downtime.N++
		if d := l.downtimeIn(f.Extent); d.Value != nil && (f.Downtime.Value == nil || *d.Value > *f.Downtime.Value) {
			f.Downtime = f.Downtime.between(*d.Low, *d.Value, *d.High).off(f.Bound)
			f.Downtime.Detail = l.Plan.Name
		} else if f.Downtime.State == NotMeasured {
			f.Downtime.State, f.Downtime.Detail = None, ""
		}
		if f.cut && f.Downtime.Value != nil {
			f.Downtime = f.Downtime.atLeast(*f.Downtime.Low)
			f.Downtime.WhyOpen = f.Recover.WhyOpen
		}
		held, base := l.Windows["held:"+f.Name], l.Windows[record.Baseline]
		q := highest(min(held.n(), base.n()))
		if q == 0 {
			const few = "too few answers while it was held for a median"
			f.Ratio, f.Difference = f.Ratio.unless(few), f.Difference.unless(few)
			if l.suffered(f.Extent) || l.downtimeIn(f.Extent).Value != nil {
				slow = append(slow, l.Plan.Name+", which was down or failed: "+few)
			}
			continue
		}
		if why := f.slower(l, held, base, q); why != "" {
			open = append(open, l.Plan.Name+": "+why)
		}
	}
	if len(unknown) > 0 {
		f.Downtime = f.Downtime.openBy("nothing is known of " + strings.Join(unknown, "; "))
	}
	if slow = append(unknown, slow...); len(slow) > 0 {
		open = append(open, "nothing is known of "+strings.Join(slow, "; "))
	}
	if len(open) > 0 {
		why := strings.Join(open, "; ")
		f.Ratio, f.Difference = f.Ratio.openBy(why), f.Difference.openBy(why)
	}
}
