package kpi

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func timeToRecover() function {
	return function{
		name: "time_to_recover", help: "From the fault's effect to the start of the first sustained healthy window.", unit: conditions.Seconds, source: ofEffect,
		words: "time to recover from", ofFault: func(f *FaultFigures) KPI { return f.Recover },
	}
}

func timeToRecoverAfterUndo() function {
	return function{
		name: "time_to_recover_after_undo", help: "From the end of the undo to the start of the first sustained healthy window.", unit: conditions.Seconds, source: ofUndo,
		words: "time to recover after the undo of", ofFault: func(f *FaultFigures) KPI { return f.AfterUndo },
	}
}

// recovery measures the two times to recover and the degraded time.
func (f *FaultFigures) recovery(a *Analysis) {
	effect, until := *f.Effective, a.Measured.To
	if f.Undone != nil {
		until = *f.Undone + a.Settings.Sustain
	}
	until = min(until, f.until(a))
	since := effect
	if f.Asked != nil {
		since = min(since, *f.Asked)
	}
	f.Recover = f.back(a, f.Recover, since, effect, until, &f.Degraded).unlessSeen(f.TooShort)
	f.Degraded = f.Degraded.unlessSeen(f.TooShort)
	if f.Undone == nil {
		f.AfterUndo.Detail = "it was not seen to be undone"
		return
	}
	f.AfterUndo = f.back(a, f.AfterUndo, *f.Undone, *f.Undone, until, nil).unlessSeen(f.TooShort)
}

// back is the worst recovery of all loads from a moment on, of what hurt them since one that is
// not later: of the load that came back last. The one that was degraded longest may be another.
func (f *FaultFigures) back(a *Analysis, k KPI, since, from, until time.Duration, degraded *KPI) KPI {
	worst, longest, seen, of, unsure := Recovery{}, Recovery{}, 0, "", time.Duration(0)
	var unknown, suffered []string // loads of which nothing can be said, and why; and those of them of which arrivals failed
	for _, l := range a.Loads {
		if l.NoBound != nil {
			unknown = append(unknown, l.Plan.Name+": "+l.NoBound.Error())
			if l.suffered(Span{since, f.until(a)}) {
				suffered = append(suffered, l.Plan.Name+", of which arrivals failed: "+l.NoBound.Error())
			}
			continue
		}
		r, why := f.backOf(a, l, since, from, until)
		if why != "" {
			unknown = append(unknown, why)
			continue
		}
		seen++
		unsure = max(unsure, r.Unsure)
		if r.Needed && (!longest.Needed || r.Degraded > longest.Degraded) {
			longest, of = r, l.Plan.Name
		}
		if r.Needed && (!worst.Needed || r.Never && !worst.Never || r.Never == worst.Never && r.At > worst.At) {
			r.From, r.To = max(r.From, worst.From), max(r.To, worst.To) // which is the last may not be known
			worst = r
			k.Detail = fmt.Sprintf("%s, healthy for %v", l.Plan.Name, a.Settings.Sustain)
		} else if r.Needed {
			worst.From, worst.To = max(r.From, worst.From), max(r.To, worst.To)
		}
	}
	k.N = seen
	if seen == 0 {
		k.Detail = cmp.Or(strings.Join(unknown, "; "), "there was no load to measure it with")
		if degraded != nil {
			degraded.Detail = k.Detail
		}
		return k
	}
	others := ""
	if len(unknown) > 0 {
		others = "; nothing is known of " + strings.Join(unknown, "; ")
	}
	k.Detail += others
	if worst.Cut {
		k.WhyOpen = f.next.Name + " was asked for before that was seen"
		k.Detail += "; " + k.WhyOpen
	}
	if degraded != nil {
		degraded.N, degraded.Detail, degraded.WhyOpen = seen, of, k.WhyOpen
		*degraded = longest.degraded(*degraded, unsure).off(f.Bound)
		if f.cut = worst.Cut; worst.Never {
			f.ill = a.End
		} else if worst.Needed {
			f.ill = worst.At
		}
	}
	bound := seconds(f.Bound)
	if len(suffered) > 0 {
		return k.passedOver(suffered, worst, from, bound, degraded)
	}
	switch {
	case !worst.Needed:
		k.Detail = "no load was degraded" + others
		return k.none(unsure)
	case worst.Never:
		return k.atLeast(max(seconds(worst.From-from)-bound, 0))
	default:
		return k.between(max(seconds(worst.From-from)-bound, 0), seconds(worst.At-from), seconds(worst.To-from)+bound)
	}
}

// passedOver is the recovery where nothing is known of loads of which arrivals failed: no sooner
// than that of the others, and not known at all where these were well.
func (k KPI) passedOver(suffered []string, worst Recovery, from time.Duration, bound float64, degraded *KPI) KPI {
	why := "nothing is known of " + strings.Join(suffered, "; ")
	if degraded != nil {
		*degraded = degraded.openBy(why)
	}
	if !worst.Needed {
		k.Detail = why
		return k
	}
	k.WhyOpen, k.Partly = why, !worst.Never
	return k.atLeast(max(seconds(worst.From-from)-bound, 0))
}

// openBy is a figure of the worst of several things where nothing is known of one of them that
// did suffer: as long as that of the others at least.
func (k KPI) openBy(why string) KPI {
	switch k.State {
	case None:
		return KPI{Name: k.Name, Scope: k.Scope, Unit: k.Unit, State: NotMeasured, Detail: why}
	case Measured:
		k = k.atLeast(*k.Low)
		k.Partly = true
	default:
		return k
	}
	k.WhyOpen = why
	return k
}

// suffered tells whether arrivals of the load that were due in a stretch went wrong, or none was
// served.
func (l *LoadFigures) suffered(w Span) bool {
	t := l.tally(Span{w.From.Truncate(time.Second), w.To})
	return t.Bad > 0 || t.Due > 0 && t.Served == 0
}

// backOf is how one load came back; why says what keeps that from being known.
//
// What the next fault has done does not make a recovery earlier: where it cuts off that
// the load was well for long enough, the load was back when it was well in spite of it,
// or before.
func (f *FaultFigures) backOf(a *Analysis, l LoadFigures, since, from, until time.Duration) (r Recovery, why string) {
	h := l.healthOf(a.Measured, a.Settings.Sustain)
	if wholeSeconds(h.end) <= from {
		return r, l.Plan.Name + ": nothing of it was due after that"
	}
	end := h.end
	if f.next != nil {
		end = min(end, int(*f.next.Asked/time.Second))
	}
	r = h.recover(since, from, until, a.Settings.Sustain, end)
	r.Cut = end < h.end && (r.Never || !r.Needed && !h.tells(since, end))
	if r.Cut {
		late := h.recover(since, from, a.End, a.Settings.Sustain, h.end)
		if !late.Needed {
			return late, "" // well all the time, also beside the other
		}
		r.Needed, r.Never, r.From = true, late.Never, max(r.From, from)
		r.At, r.To, r.DegradedMost = max(late.At, r.From), max(late.To, r.From), max(late.DegradedMost, r.DegradedLeast)
	}
	if !r.Needed && l.Bound.Background > 0 {
		l.Bound.Doubt = lightly
		if more := l.healthOf(a.Measured, a.Settings.Sustain).recover(since, from, until, a.Settings.Sustain, end); more.Needed {
			r.Unsure = more.To - from
		}
	}
	return r, ""
}

// tells tells whether what there is of a load from a moment on, up to a second, says
// whether it was well.
func (h *health) tells(from time.Duration, end int) bool {
	first := int((from + time.Second - 1) / time.Second)
	return first < end && h.due[end]-h.due[first] >= leastDownDue
}

// none is what did not happen, or not for longer than that.
func (k KPI) none(most time.Duration) KPI {
	if k.State = None; most > 0 {
		k.Low, k.High = new(0.0), new(seconds(most))
		k.Detail += ", or by no more than what fails anyway may be"
	}
	return k
}

// degraded is for how long a load was; of one that had not recovered when the run ended
// it is a bound.
func (r Recovery) degraded(k KPI, unsure time.Duration) KPI {
	switch {
	case !r.Needed:
		return k.none(unsure)
	case r.Never:
		return k.atLeast(seconds(r.DegradedLeast))
	default:
		return k.between(seconds(r.DegradedLeast), seconds(r.Degraded), seconds(r.DegradedMost))
	}
}
