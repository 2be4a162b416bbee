package kpi

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// summary is one sentence, or two: the worst miss with its number and limit, or
// why the run says nothing, or what was kept. It claims nothing that is
// unknown.
func (a *Analysis) summary() string {
	r := &a.Result
	switch {
	case a.history.vetoed():
		return a.untouched("Nothing was touched", "No fault was made") + ": " + a.veto() + "."
	case a.damage != nil || a.CutOff != "":
		return a.cutSummary()
	case r.Verdict == Fail:
		return a.missSummary()
	case r.Verdict == Unknown:
		return "Whether the cloud kept its promises is unknown: " + a.doubtSummary() + "."
	}
	return a.passSummary()
}

// untouched says what a refused run did not do. The search for the maximum of a load has
// sent all that the cloud bears, and more.
func (a *Analysis) untouched(nothing, noFault string) string {
	if len(a.history.maxima) > 0 {
		return noFault
	}
	return nothing
}

// veto is why nothing was touched, in one line.
func (a *Analysis) veto() string {
	if check := a.failedCheck("before"); check != "" {
		return check
	}
	lines := strings.FieldsFunc(a.history.ended.Veto, func(r rune) bool { return r == '\n' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "; ")
}

func (a *Analysis) failedCheck(when string) string {
	for _, c := range a.Result.Checks {
		if c.When == when && c.Verdict != Pass {
			return strings.TrimSpace(fmt.Sprintf("the steady state %s did not hold %s the faults %s", c.Expression, when, inParens(c.Detail)))
		}
	}
	return ""
}

func inParens(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

func (a *Analysis) cutSummary() string {
	why := a.CutOff
	if a.damage != nil {
		why = a.damage.Error()
	}
	text := "The record is not whole, so nothing is claimed: " + why + "."
	var open []string
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Touched && !f.Verified {
			open = append(open, f.Name+" on "+strings.Join(f.row().Targets, ", "))
		}
	}
	if len(open) > 0 {
		text += " Not known to be undone: " + strings.Join(open, "; ") + "."
	}
	return text
}

func (a *Analysis) missSummary() string {
	r := &a.Result
	var failed []Objective
	unknown, deciding := 0, r.deciding()
	for _, o := range deciding {
		switch o.Verdict {
		case Fail:
			failed = append(failed, o)
		case Unknown:
			unknown++
		default:
		}
	}
	if len(failed) == 0 {
		return "The cloud did not come back: " + a.failedCheck("after") + "."
	}
	worst := slices.MaxFunc(failed, func(x, y Objective) int { return int(math.Copysign(1, x.Miss()-y.Miss())) })
	text := fmt.Sprintf("%s; %d of %s failed", worst.sentence(), len(failed), plural(len(deciding), "objective"))
	if unknown > 0 {
		text += fmt.Sprintf(", %d could not be judged", unknown)
	}
	if minor := r.minorMisses(); minor != "" {
		text += ", " + minor
	}
	text = upperFirst(text) + "."
	if a.Stop != nil {
		text += " The run was stopped by " + a.Stop.Cause + ": " + a.Stop.Reason + "."
	}
	return text
}

// Miss is how far an objective was missed, as a share of its limit, or of what that allows of a
// share: of an availability of 99 % that is the 1 % that may fail, as where changes are compared.
// Of one that failed without figures it is 0.
func (o Objective) Miss() float64 {
	if o.Margin == nil || o.Limit == nil {
		return 0
	}
	least := 1e-9
	if o.Unit == "ratio" {
		least = leastShare
	}
	return math.Abs(*o.Margin) / max(sizeOf(*o.Limit, o.Unit), least)
}

// leastShare is what a limit of a share counts as that allows nothing: one failure is no endless
// miss of it.
const leastShare = 1e-3

// sizeOf is what a difference of a figure is measured by: the figure, and of a share as much of what
// is missing to all of it where that is less.
func sizeOf(x float64, unit string) float64 {
	size := math.Abs(x)
	if unit == "ratio" && x >= 0 && x <= 1 {
		size = min(size, 1-size)
	}
	return size
}

// sentence says what was measured and what it should have been.
func (o Objective) sentence() string {
	if o.Text == "" || o.Measured == nil || o.Limit == nil {
		return strings.TrimSpace(o.Expression + " failed " + inParens(o.Detail))
	}
	measured := o.Figure(*o.Measured)
	if o.Censored {
		beyond := "over "
		if o.Partly {
			beyond = o.Beyond()
		}
		measured = beyond + measured + " (" + o.WhyOpen + ")"
	}
	return fmt.Sprintf("%s was %s, the objective is %s", o.Text, measured, o.LimitText())
}

// Sign is an operator as it is printed.
func Sign(operator string) string {
	switch operator {
	case "<=":
		return "≤"
	case ">=":
		return "≥"
	case "==":
		return "="
	case "!=":
		return "≠"
	}
	return operator
}

func (a *Analysis) doubtSummary() string {
	for _, q := range a.Result.Quality {
		if q.Verdict != Pass {
			return "it is not sure that " + strings.TrimSpace(q.Assumption+" "+inParens(q.Detail))
		}
	}
	for _, o := range a.Result.deciding() {
		if o.Verdict == Unknown {
			return strings.TrimSpace(o.Expression + " could not be judged " + inParens(o.Detail))
		}
	}
	for _, when := range []string{"before", "after"} {
		if text := a.failedCheck(when); text != "" {
			return text
		}
	}
	return "no objective was judged"
}

func (a *Analysis) passSummary() string {
	deciding := a.Result.deciding()
	text := fmt.Sprintf("All %d objectives were kept", len(deciding))
	switch len(deciding) {
	case 1:
		text = "The objective was kept"
	case 2:
		text = "Both objectives were kept"
	}
	if minor := a.Result.minorMisses(); minor != "" {
		text += ", and " + minor
	}
	if n := len(a.Faults); n > 0 {
		text += fmt.Sprintf("; %s took effect, and every undo was verified", plural(n, "fault"))
	}
	worst, name := 0.0, ""
	for i := range a.Faults {
		if v := a.Faults[i].Recover.Value; v != nil && *v >= worst {
			worst, name = *v, a.Faults[i].Name
		}
	}
	if name != "" {
		text += fmt.Sprintf("; the longest recovery, from %s, took %s", name, Quantity(worst, "s"))
	}
	for i := range a.Faults {
		if k := a.Faults[i].AfterUndo; k.State == Censored {
			text += fmt.Sprintf("; after the undo of %s it was not healthy again for %v: %s", a.Faults[i].Name, a.Settings.Sustain, k.Open())
		}
	}
	return text + "."
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
