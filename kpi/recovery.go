package kpi

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func timeToRecover() function {
	return function{
		name: "time_to_recover", help: "From the fault's effect to the start of the first sustained healthy window.", unit: conditions.Seconds,
		words: "time to recover from", ofFault: func(f *FaultFigures) KPI { return f.Recover },
	}
}

func timeToRecoverAfterUndo() function {
	return function{
		name: "time_to_recover_after_undo", help: "From the end of the undo to the start of the first sustained healthy window.", unit: conditions.Seconds,
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
	f.Recover = f.back(a, f.Recover, effect, until, &f.Degraded)
	if f.Undone == nil {
		f.AfterUndo.Detail = "it was not seen to be undone"
		return
	}
	f.AfterUndo = f.back(a, f.AfterUndo, *f.Undone, until, nil)
}

// back is the worst recovery of all loads from a moment on: of the load that came
// back last. The one that was degraded longest may be another.
func (f *FaultFigures) back(a *Analysis, k KPI, from, until time.Duration, degraded *KPI) KPI {
	worst, longest, seen, of := Recovery{}, Recovery{}, 0, ""
	for _, l := range a.Loads {
		if l.NoBound != nil {
			k.Detail = l.Plan.Name + ": " + l.NoBound.Error()
			continue
		}
		h := l.healthOf(a.Measured, a.Settings.Sustain)
		if wholeSeconds(h.end) <= from {
			k.Detail = l.Plan.Name + ": nothing of it was due after that"
			continue
		}
		end := h.end
		if f.next != nil {
			if end = min(end, int(*f.next.Asked/time.Second)); wholeSeconds(end) <= from {
				k.Detail = f.next.Name + " was asked for at once"
				continue
			}
		}
		r := h.recover(from, until, a.Settings.Sustain, end)
		seen++
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
		if k.Detail == "" || len(a.Loads) == 0 {
			k.Detail = "there was no load to measure it with"
		}
		if degraded != nil {
			degraded.Detail = k.Detail
		}
		return k
	}
	if degraded != nil {
		degraded.N, degraded.Detail = seen, of
		*degraded = longest.degraded(*degraded).off(f.Bound)
	}
	if f.next != nil {
		k.open = f.lastSeen() + " before that was seen"
	}
	if degraded != nil {
		degraded.open = k.open
	}
	bound := seconds(f.Bound)
	switch {
	case !worst.Needed:
		k.State, k.Detail = None, "no load was degraded"
		return k
	case worst.Never:
		if k.open != "" {
			k.Detail += "; " + k.open
		}
		return k.atLeast(max(seconds(worst.From-from)-bound, 0))
	default:
		return k.between(max(seconds(worst.From-from)-bound, 0), seconds(worst.At-from), seconds(worst.To-from)+bound)
	}
}

// degraded is for how long a load was; of one that had not recovered when the run ended
// it is a bound.
func (r Recovery) degraded(k KPI) KPI {
	switch {
	case !r.Needed:
		k.State = None
		return k
	case r.Never:
		return k.atLeast(seconds(r.DegradedLeast))
	default:
		return k.between(seconds(r.DegradedLeast), seconds(r.Degraded), seconds(r.DegradedMost))
	}
}
