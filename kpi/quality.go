package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// quality judges what the figures rest on. An assumption that does not hold is
// unknown, not failed: it says nothing about the cloud, but lets nothing pass.
func (a *Analysis) quality() []Quality {
	rows := []Quality{a.complete(), a.ranToItsEnd()}
	for _, l := range a.Loads {
		reached, late := a.loadReached(l), a.lateness(l)
		rows = append(rows, reached, late)
	}
	rows = append(rows, a.joined()...)
	rows = append(rows, a.workersWhole()...)
	if len(a.Loads) == 0 {
		rows = append(rows, Quality{"a load was sent", Unknown, "the scenario has none: nothing was measured"})
	}
	if len(a.Faults) > 0 {
		rows = append(rows, a.faultsEffective(), a.faultsHeld(), a.undoVerified(), a.clocksClose())
	}
	if row, was := a.nothingElse(); was {
		rows = append(rows, row)
	}
	return append(rows, a.collectorsWhole())
}

func held(assumption, detail string) Quality  { return Quality{assumption, Pass, detail} }
func doubt(assumption, detail string) Quality { return Quality{assumption, Unknown, detail} }

// The assumptions without which a run says nothing of the cloud.
const (
	recordWhole = "the record is complete"
	runEnded    = "the run came to its end"
)

// mostChanged is how many files of a changed record are named.
const mostChanged = 5

func (a *Analysis) complete() Quality {
	const what = recordWhole
	switch {
	case len(a.Changed) > 0:
		return doubt(what, "it is not as it was written: "+strings.Join(a.Changed[:min(mostChanged, len(a.Changed))], "; "))
	case a.damage != nil:
		return doubt(what, a.damage.Error())
	case a.CutOff != "":
		return doubt(what, a.CutOff)
	case a.history.ended.Error != "":
		return doubt(what, "internal error: "+a.history.ended.Error)
	}
	return held(what, "")
}

func (a *Analysis) ranToItsEnd() Quality {
	const what = runEnded
	switch {
	case a.Stop != nil:
		return doubt(what, "stopped by "+a.Stop.Cause+": "+a.Stop.Reason)
	case a.history.vetoed():
		return doubt(what, "it was refused before the first fault, "+a.untouched("nothing was touched", "no fault was made"))
	case a.CutOff != "":
		return doubt(what, a.CutOff)
	}
	return held(what, "")
}

// loadReached: in the baseline, where the cloud is no excuse, nearly all that
// was planned was started; and the plan was that of the scenario.
func (a *Analysis) loadReached(l LoadFigures) Quality {
	what := "load " + l.Plan.Name + " was reached"
	if why, is := a.history.idle[l.Plan.Name]; is {
		return held(what, "nothing of it was to be sent, it did not start: "+why)
	}
	if phase := a.history.late[l.Plan.Name]; phase != "" {
		return held(what, "it began in "+phase+", there is no baseline to judge it by")
	}
	if l.account.Planned == 0 {
		return doubt(what, "no arrival was recorded")
	}
	span, _ := a.history.phase(record.Baseline)
	base := l.Tallies[record.Baseline]
	if base == nil || base.Due == 0 {
		return doubt(what, "nothing was due in the baseline")
	}
	due, dropped := base.Due, base.Dropped
	detail := fmt.Sprintf("%d of the baseline's %d arrivals were started, %d of %d in the run",
		due-dropped, due, l.account.Planned-l.account.Dropped, l.account.Planned)
	if float64(due-dropped) < a.Settings.Reached*float64(due) {
		return doubt(what, detail)
	}
	rate := l.Plan.Rate
	if had, told := a.history.rates[l.Plan.Name]; told {
		rate = had // of a share of a maximum the plan does not know it
	}
	if want := rate * seconds(span.Length()); l.Plan.Process != "poisson" && want >= 20 && float64(due) < 0.95*want && !a.changedRate(l.Plan.Name) {
		return doubt(what, fmt.Sprintf("%d arrivals in the baseline instead of %.0f", due, want))
	}
	return held(what, detail)
}

// changedRate tells whether a load was started late, stopped or changed on
// purpose, so that its plan does not say how many arrivals there must be.
func (a *Analysis) changedRate(load string) bool { return a.history.changed[load] }

// SentOnTime is the assumption that a load was sent when it was due, as it stands among
// the result's Quality.
func SentOnTime(load string) string { return "load " + load + " was sent on time" }

// muchLater is how many times as late as in the baseline the load generator may be beside the
// faults, when the machine that sends has more to do: then it is as if it had stood still.
const muchLater = 10

// lateness: the load generator itself was on time. What waited for a place in flight is not
// late by it (see record.Sample.Lateness): that is the cloud's doing.
func (a *Analysis) lateness(l LoadFigures) Quality {
	what := SentOnTime(l.Plan.Name)
	if phase := a.history.late[l.Plan.Name]; phase != "" {
		return held(what, "not judged, it began in "+phase)
	}
	if _, is := a.history.idle[l.Plan.Name]; is {
		return held(what, "not judged, it did not start")
	}
	h := l.lateness[record.Baseline]
	if h == nil || h.n() == 0 {
		return doubt(what, "nothing was sent in the baseline")
	}
	late, which := h.late()
	detail := fmt.Sprintf("%s %s late in the baseline", which, Beside(seconds(late), seconds(a.Settings.Lateness), "s"))
	if late > a.Settings.Lateness {
		return doubt(what, fmt.Sprintf("%s, more than %s", detail, Exactly(seconds(a.Settings.Lateness), "s")))
	}
	for _, phase := range []string{record.Chaos, record.Recovery} {
		h, most := l.lateness[phase], muchLater*a.Settings.Lateness
		if h == nil || h.n() == 0 {
			continue
		}
		if late, which := h.late(); late > most {
			return doubt(what, fmt.Sprintf("%s %s late in %s, more than %s: whoever sends stood still, and not the cloud", which, Beside(seconds(late), seconds(most), "s"), phase, Exactly(seconds(most), "s")))
		}
	}
	return held(what, detail)
}

// late is how late what was sent was: by the highest percentile that there is, and of too few for
// one the latest of them.
func (h *histogram) late() (late time.Duration, which string) {
	if q := highest(h.n()); q != 0 {
		return *h.quantile(q), fmt.Sprintf("p%g", 100*q)
	}
	return h.worst, fmt.Sprintf("the latest of %d", h.n())
}

// The assumptions that objectives ask for, too.
const (
	tookEffect    = "every fault took effect"
	heldAsPlanned = "every fault was held as planned"
	undosVerified = "every undo was verified"
)

func (a *Analysis) faultsEffective() Quality {
	const what = tookEffect
	if not := a.ofFaults((*FaultFigures).notEffective); len(not) > 0 {
		return doubt(what, strings.Join(not, "; "))
	}
	return held(what, fmt.Sprintf("%d seen on their targets", len(a.Faults)))
}

// ofFaults is what is said of each fault.
func (a *Analysis) ofFaults(says func(f *FaultFigures) []string) (all []string) {
	for i := range a.Faults {
		all = append(all, says(&a.Faults[i])...)
	}
	return all
}

// notEffective says where the fault was not seen.
func (f *FaultFigures) notEffective() (not []string) {
	if f.Plan.Foreign && f.State != record.Skipped {
		return []string{f.Name + " was made by somebody else, and nobody looked whether it took effect"}
	}
	if row := f.row(); f.Effective == nil {
		return []string{strings.TrimSpace(f.Name + " was " + row.State + " " + inParens(row.Reason))}
	}
	for _, t := range f.Life.Targets {
		if !t.Struck {
			not = append(not, strings.TrimSpace(fmt.Sprintf("%s was not seen on %s %s", f.Name, t.Target, inParens(t.reason))))
		}
	}
	return not
}

// faultsHeld: no fault was undone early by the dead-man, which means that the
// engine had lost it, and none ended before its time by itself.
func (a *Analysis) faultsHeld() Quality {
	const what = heldAsPlanned
	if early := a.ofFaults((*FaultFigures).notHeld); len(early) > 0 {
		return doubt(what, strings.Join(early, "; "))
	}
	return held(what, "")
}

// notHeld says where the fault ended before its time.
func (f *FaultFigures) notHeld() (early []string) {
	if f.Endless() {
		early = append(early, "when "+f.Name+" ended is not known, since nobody saw its undo")
	}
	for _, t := range f.Life.Targets {
		if slices.Contains([]string{"lease", "ttl", "boot", "halt", "heal"}, t.By) {
			early = append(early, fmt.Sprintf("%s on %s was undone by its %s", f.Name, t.Target, t.By))
		}
		if t.Itself != "" && !f.Plan.Passes {
			early = append(early, fmt.Sprintf("%s on %s ended by itself: %s", f.Name, t.Target, t.Itself))
		}
	}
	return early
}

func (a *Analysis) undoVerified() Quality {
	const what = undosVerified
	if open := a.ofFaults((*FaultFigures).notUndone); len(open) > 0 {
		return doubt(what, strings.Join(open, "; "))
	}
	return held(what, "")
}

// notUndone says that the fault's undo is not verified.
func (f *FaultFigures) notUndone() []string {
	switch {
	case !f.Touched || f.Verified:
		return nil
	case f.Plan.Foreign:
		return []string{f.Name + " was made by somebody else, and nobody looked whether it was undone"}
	}
	return []string{strings.TrimSpace(f.Name + " is " + string(f.State) + " " + inParens(f.Reason))}
}

// clocksClose: the moment of every effect is known well enough.
func (a *Analysis) clocksClose() Quality {
	const what = "clocks are close"
	for i := range a.Faults {
		if f := &a.Faults[i]; len(f.jumped) > 0 {
			return doubt(what, fmt.Sprintf("%s: %s: a clock was set meanwhile", f.Name, strings.Join(f.jumped, "; ")))
		}
	}
	if unclear := a.unclearStamps(); len(unclear) > 0 {
		return doubt(what, strings.Join(unclear, "; "))
	}
	worst, where := time.Duration(0), ""
	for _, c := range a.history.bounds() {
		if c.Bound > worst {
			worst, where = c.Bound, "the clock of "+c.Node
		}
	}
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Effective != nil && f.Bound > worst {
			worst, where = f.Bound, "the effect of "+f.Name
		}
	}
	if where == "" {
		return held(what, "no moment of a node is used")
	}
	detail := fmt.Sprintf("± %s (%s)", Beside(seconds(worst), seconds(a.Settings.ClockBound), "s"), where)
	if worst > a.Settings.ClockBound {
		return doubt(what, fmt.Sprintf("%s, more than %s", detail, Exactly(seconds(a.Settings.ClockBound), "s")))
	}
	for _, c := range a.history.nodeClocks() {
		for _, s := range c.Steps {
			detail += fmt.Sprintf("; the clock of %s was %s", c.Node, s.says())
		}
	}
	return held(what, detail)
}

// collectorsWhole: no collector was blind but for nodes that a declared fault
// took away, itself or with a switch, and came back when they had had time to boot again.
func (a *Analysis) collectorsWhole() Quality {
	const what = "collectors saw everything"
	var gaps []string
	expected := 0
	for i, c := range a.history.collects {
		if c.State != "gap" {
			continue
		}
		until := a.silentUntil(i)
		if a.silenced(c.Node, Span{c.at, until}) {
			expected++
			continue
		}
		text := fmt.Sprintf("%s from %s", strings.TrimSpace(c.Collector+" "+c.Node), Quantity(seconds(c.at), "s"))
		if c.Error != "" {
			text += " (" + c.Error + ")"
		}
		if a.silenced(c.Node, Span{c.at, c.at}) {
			text += fmt.Sprintf(" to %s, longer than the fault that took the node away explains", Quantity(seconds(until), "s"))
		}
		gaps = append(gaps, text)
	}
	if len(gaps) > 0 {
		return doubt(what, fmt.Sprintf("%d unexpected gaps: %s", len(gaps), strings.Join(gaps[:min(len(gaps), 3)], "; ")))
	}
	if expected > 0 {
		return held(what, fmt.Sprintf("%d gaps of nodes that a fault took away", expected))
	}
	return held(what, "")
}
