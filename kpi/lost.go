package kpi

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/conditions"
)

// lost is how much of a load's work that the cloud had acknowledged was missing
// after recovery, of what was kept to be looked at. It is not measured where
// nothing was kept, which is another matter than none lost.
//
// Of rabbitmq.sequence it is the message loss, in messages: those that the broker had
// confirmed and that never came out of their queue, sent - received. N is how many were
// confirmed. Where the queue could not be emptied, Low are those known to be lost, and
// High has the others that are missing too. Where a worker is lost, and nobody could be
// asked what it had kept, there is no High, and without a loss that is known no figure.
//
// Source: https://www.rabbitmq.com/docs/confirms (a confirmed message is the broker's).
func lost() function {
	return function{
		name: "lost", help: "Acknowledged resources, or confirmed messages, of those kept, that were gone or not as they were after recovery.",
		unit: conditions.Count, words: "lost work of", source: ofKept,
		listed: func(a *Analysis, l LoadFigures) bool {
			k := a.lost(l.Plan.Name)
			return k.State != NotMeasured || k.WhyOpen != ""
		},
		ofLoad: func(a *Analysis, l LoadFigures, _ string) KPI { return a.lost(l.Plan.Name) },
	}
}

func (a *Analysis) lost(load string) KPI {
	k := KPI{Name: "lost", Scope: load, Unit: "1", State: NotMeasured, Detail: "the load kept nothing, or the run ended before it was looked at"}
	kept, was := a.history.kept[load]
	if !was {
		return k
	}
	if k.N = kept.Work; k.N == 0 && len(kept.Unasked) == 0 {
		k.Detail = "no iteration that was to be kept succeeded"
		return k
	}
	gone, open := len(kept.Lost)+kept.LostMore, len(kept.Unknown)+kept.UnknownMore
	if k.Detail = strings.Join(kept.Lost, "; "); open > 0 {
		k.Detail = strings.Join(append(slices.Clone(kept.Lost), fmt.Sprintf("%d could not be asked for: %s", open, kept.Unknown[0])), "; ")
	}
	if len(kept.Unasked) == 0 {
		return k.between(float64(gone), float64(gone), float64(gone+open))
	}
	k.WhyOpen = "nobody could be asked for " + strings.Join(kept.Unasked, "; ")
	k.Detail = strings.Join(slices.DeleteFunc([]string{k.Detail, k.WhyOpen}, func(text string) bool { return text == "" }), "; ")
	if gone == 0 { // which is not none
		return k
	}
	return k.atLeast(float64(gone))
}

// unasked are, of all loads, whose kept work nobody could be asked for.
func (a *Analysis) unasked() (all []string) {
	for _, l := range a.Meta.Loads {
		for _, who := range a.history.kept[l.Name].Unasked {
			all = append(all, fmt.Sprintf("load %s: nobody could be asked for %s", l.Name, who))
		}
	}
	return all
}

// lostWith is the lost work of all loads as that of a fault: how many resources or messages
// that the cloud had acknowledged, and that were kept to be looked at, were missing after
// recovery, and may be missing for it; N is how many were kept. What is kept is looked at
// once, after the last fault, so that the record does not say which of several faults has
// lost it: what is missing then is none's figure, and High is the most that it may be. With
// one fault that may have touched something it is that one's, Low and High as in lost. Where
// nothing is missing, none has lost anything. Of a fault that touched nothing there is none.
func (a *Analysis) lostWith(l *Life) KPI {
	k := KPI{Name: "lost_work", Scope: l.Name, Unit: "1", State: NotMeasured, Detail: "no load kept work to be looked at after recovery"}
	if !l.happened() {
		k.State, k.Detail = None, "the fault did not happen"
		return k
	}
	gone, open, known := 0.0, 0.0, false
	var unasked []string
	for _, load := range a.Meta.Loads {
		of := a.lost(load.Name)
		if of.WhyOpen != "" {
			unasked = append(unasked, load.Name+": "+of.WhyOpen)
		}
		if of.Low == nil {
			continue
		}
		if gone, known = gone+*of.Low, true; of.High != nil {
			open += *of.High - *of.Low
		}
		k.N += of.N
	}
	if k.WhyOpen = strings.Join(unasked, "; "); k.WhyOpen != "" {
		return a.lostAtLeast(k, gone)
	}
	if !known {
		return k
	}
	struck := a.struck()
	if struck > 1 && gone+open > 0 {
		k.High, k.Detail = new(gone+open), fmt.Sprintf("of %d kept; by which of %d faults is not known", k.N, struck)
		return k
	}
	k.Detail = fmt.Sprintf("of %d kept", k.N)
	return k.between(gone, gone, gone+open)
}

// lostAtLeast is for where nobody could be asked for some of it: that nothing is known to be
// missing is not none then, and of several faults none has a figure.
func (a *Analysis) lostAtLeast(k KPI, gone float64) KPI {
	k.Detail = k.WhyOpen
	if gone == 0 || a.struck() > 1 {
		return k
	}
	return k.atLeast(gone)
}

// struck is how many faults may have touched something.
func (a *Analysis) struck() (n int) {
	for i := range a.history.faults {
		if a.history.faults[i].happened() {
			n++
		}
	}
	return n
}

// lostWork are the gaps of that, by load.
func (a *Analysis) lostWork() iter.Seq2[string, Gap] {
	return func(yield func(string, Gap) bool) {
		for _, l := range a.Meta.Loads {
			kept := a.history.kept[l.Name]
			if len(kept.Lost) == 0 {
				continue
			}
			if !yield(l.Name, Gap{
				What: "lost work of " + l.Name, Expected: "what the cloud acknowledged is there after recovery",
				Observed: fmt.Sprintf("%d of %d lost: %s", len(kept.Lost)+kept.LostMore, kept.Work, strings.Join(kept.Lost, "; ")),
				Evidence: "kept resources of load " + l.Name,
			}) {
				return
			}
		}
	}
}
