package kpi

import (
	"fmt"
	"time"
)

// tooShort says why a run that was stopped or cut off does not tell all that a fault did: it was
// not seen to be undone, or the loads were not watched for long enough after that for one that
// suffered late, or not at all, to be told from one that had no time to. Empty where all was
// seen, or another fault came first.
func (f *FaultFigures) tooShort(a *Analysis) string {
	if !a.history.stopped() || f.next != nil {
		return ""
	}
	if f.Undone == nil {
		return "the record ends before it was seen to be undone"
	}
	if watched := a.watched() - *f.Undone; watched < a.Settings.Sustain {
		return fmt.Sprintf("loads were watched for %s after its undo, and it takes %s to tell", Beside(max(seconds(watched), 0), seconds(a.Settings.Sustain), "s"), Exactly(seconds(a.Settings.Sustain), "s"))
	}
	return ""
}

// watched is until when loads were: those of a process that was killed end before its journal
// does. Without one it is the end of the run.
func (a *Analysis) watched() time.Duration {
	last := time.Duration(-1)
	for _, l := range a.Loads {
		last = max(last, l.lastDue, l.hungTo)
	}
	if last < 0 {
		return a.End
	}
	return min(a.End, last+tickLength)
}

// unlessSeen is a figure of something that may have come after the record's end: where it was
// not seen nobody knows.
func (k KPI) unlessSeen(why string) KPI {
	if why == "" || k.State != None {
		return k
	}
	return KPI{Name: k.Name, Scope: k.Scope, Unit: k.Unit, N: k.N, State: NotMeasured, Detail: why}
}

// soFar is a sum or count that may have gone on after the record's end: so much at least.
func (k KPI) soFar(why string) KPI {
	switch k = k.unlessSeen(why); {
	case why == "" || k.State != Measured:
		return k
	case *k.Low == 0:
		return KPI{Name: k.Name, Scope: k.Scope, Unit: k.Unit, N: k.N, State: NotMeasured, Detail: why}
	}
	k = k.atLeast(*k.Low)
	k.WhyOpen = why
	return k
}

// asSeen opens what the record ends too early for; the times to recover are opened where they are
// found, since the extent rests on them.
func (f *FaultFigures) asSeen() {
	why := f.TooShort
	f.Detect, f.Restored = f.Detect.unlessSeen(why), f.Restored.unlessSeen(why)
	f.Downtime, f.Failed = f.Downtime.soFar(why), f.Failed.soFar(why)
	if f.Undone == nil && why != "" && f.Ratio.State == Measured {
		f.Ratio.Detail += ", as far as the record goes"
		f.Difference.Detail += ", as far as the record goes"
	}
}
