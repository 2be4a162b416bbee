package kpi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// Compared are the figures of a run that objectives of another one ask for. Name is as they
// say it. A run that did not come to its end has none.
func (a *Analysis) Compared(name string, calls []conditions.Call) record.Compared {
	r := &a.Result
	c := record.Compared{
		Name: name, Run: r.Run, Scenario: r.Scenario.Title(), SpecSHA: r.Scenario.SHA256, Cloud: r.Cloud.Name,
		Thresholds: map[string]float64{}, Why: a.unfinished(),
	}
	for _, t := range r.Thresholds {
		c.Thresholds[t.Name] = t.Value
	}
	for _, call := range calls {
		if c.Why != "" || call.Run != name {
			continue
		}
		asked := call.String()
		call.Run = ""
		k := a.answer(call)
		c.Figures = append(c.Figures, record.Figure{
			Call: asked, State: string(k.State), Value: k.Value, Low: k.Low, High: k.High, Unit: k.Unit, N: k.N, Detail: k.Detail, Open: k.WhyOpen,
		})
	}
	return c
}

// ofOther is a figure of another run, as it was recorded when this one began. It is not known
// where that run could not be read, or was judged by other thresholds: then it is not a figure
// of the same thing.
func (a *Analysis) ofOther(call conditions.Call) KPI {
	k := KPI{Name: call.Function, Scope: call.Run, State: NotMeasured}
	i := slices.IndexFunc(a.Meta.Compared, func(c record.Compared) bool { return c.Name == call.Run })
	if i < 0 {
		k.Detail = fmt.Sprintf("the record has no figures of the run %s", call.Run)
		return k
	}
	c := a.Meta.Compared[i]
	if c.Why != "" {
		k.Detail = fmt.Sprintf("the run %s has no figures: %s", call.Run, c.Why)
		return k
	}
	if differ := a.judgedOtherwise(c); differ != "" {
		k.Detail = fmt.Sprintf("the run %s was judged by other thresholds: %s", c.Run, differ)
		return k
	}
	n := slices.IndexFunc(c.Figures, func(f record.Figure) bool { return f.Call == call.String() })
	if n < 0 {
		k.Detail = fmt.Sprintf("the record has no %s", call)
		return k
	}
	f := c.Figures[n]
	k.Value, k.Low, k.High, k.Unit, k.N, k.State, k.Detail, k.WhyOpen = f.Value, f.Low, f.High, f.Unit, f.N, State(f.State), f.Detail, f.Open
	if k.Low == nil && (k.State == Measured || k.State == Censored) || k.High == nil && k.State == Measured { // which is no figure
		k.State, f.Detail = NotMeasured, "the record does not say what it was"
	}
	if k.State == NotMeasured {
		k.Detail = fmt.Sprintf("in the run %s: %s", c.Run, f.Detail)
	}
	return k
}

// judgedOtherwise says which thresholds of another run are not this one's.
func (a *Analysis) judgedOtherwise(c record.Compared) string {
	var differ []string
	for _, t := range a.thresholds() {
		was, told := c.Thresholds[t.Name]
		if told && was != t.Value {
			there := t
			there.Value = was
			differ = append(differ, fmt.Sprintf("%s %s there, %s here", t.Name, there, t))
		}
	}
	return strings.Join(differ, ", ")
}

// OtherRuns says which runs the figures were compared with, and what is not the same there.
func (a *Analysis) OtherRuns() (lines []string) {
	for _, c := range a.Meta.Compared {
		if c.Why != "" {
			lines = append(lines, fmt.Sprintf("%s: %s", c.Name, c.Why))
			continue
		}
		line := fmt.Sprintf("%s: %s of %s on %s", c.Name, c.Run, c.Scenario, c.Cloud)
		if c.SpecSHA != a.Meta.SpecSHA {
			line += ", which is another text of a scenario"
		}
		if c.Cloud != a.Meta.Cloud {
			line += ", which is another cloud"
		}
		lines = append(lines, line)
	}
	return lines
}
