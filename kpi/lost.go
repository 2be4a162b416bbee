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
		name: "lost", help: "Resources that the cloud acknowledged and that were gone, or not as they were, after recovery; of those that the load kept (keep), or of the messages that RabbitMQ confirmed (rabbitmq.sequence).",
		unit: conditions.Count, words: "lost work of",
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
	k.open = "nobody could be asked for " + strings.Join(kept.Unasked, "; ")
	k.Detail = strings.Join(slices.DeleteFunc([]string{k.Detail, k.open}, func(text string) bool { return text == "" }), "; ")
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
