package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hypothesis is what may have caused a gap, told by a rule from what the record holds. It
// is where to look first and no finding: two things that came together may have a third
// cause. Text begins with "hypothesis: ".
type Hypothesis struct {
	Rule     string   `json:"rule"` // that told it
	Text     string   `json:"text"`
	StandsOn []string `json:"stands_on"` // what of the record says so, with its values
}

// Look is something to do next about a gap.
type Look struct {
	Kind string `json:"kind"` // logs, requests, collector or repeat
	Text string `json:"text"` // in words
	// Of logs: whose, and between which moments by that node's own clock, UTC.
	Node string     `json:"node,omitempty"`
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// RequestIDs are those to search for.
	RequestIDs []string `json:"request_ids,omitempty"`
	// Command is what to type, where there is such a thing.
	Command string `json:"command,omitempty"`
}

// The beginnings of what is said of a cause: a reader never takes it for more.
const (
	hypothesis   = "hypothesis: "
	noHypothesis = "no hypothesis: "
)

// rule tells what a cause may be. It says nothing where the record does not support it.
type rule struct {
	name string
	see  func(e *evidence) (text string, standsOn []string)
}

// causes is the one list of rules, those that saw something stand behind the failures
// before those that go by what the load was told and when.
func causes() []rule {
	return slices.Concat(signalCauses(), errorCauses(), momentCauses())
}

// explain gives a gap its hypotheses, or says what was missing for one, and what to look at
// next.
func (a *Analysis) explain(g Gap, of about) Gap {
	e := a.evidence(of)
	if e.fault != nil {
		g.Fault = e.fault.Name
	}
	rules := causes()
	if of.what == "lost" {
		rules = storeCauses() // what a load was told, and when, says nothing of it
	}
	for _, r := range rules {
		if text, standsOn := r.see(e); text != "" {
			g.Hypotheses = append(g.Hypotheses, Hypothesis{r.name, hypothesis + text, standsOn})
		}
	}
	if len(g.Hypotheses) == 0 {
		g.NoHypothesis = noHypothesis + e.missing()
	}
	g.Looks = e.looks()
	var next []string
	for _, l := range g.Looks {
		next = append(next, l.Text)
	}
	g.NextLook = strings.Join(next, "; ")
	return g
}

// missing is why no rule could tell anything.
func (e *evidence) missing() string {
	var why []string
	switch {
	case e.load == nil && e.what != "lost":
		why = append(why, "it is told of no load that something went wrong with it")
	case e.what == "lost":
		why = append(why, "the record does not say why what was acknowledged is gone")
	case e.latency():
		why = append(why, "the record does not say where the time went")
	case e.bad == 0:
		why = append(why, fmt.Sprintf("no arrival of %s went wrong %s", e.load.Plan.Name, within(e.span)))
	case e.total < leastFailures:
		why = append(why, fmt.Sprintf("only %d failures of %s ended %s", e.total, e.load.Plan.Name, within(e.span)))
	default:
		why = append(why, fmt.Sprintf("no rule knows the failures of %s (%s)", e.load.Plan.Name, e.shares()))
	}
	if e.fault == nil && e.what != "lost" {
		why = append(why, "no fault was there with it")
	}
	if kinds := e.unread(); len(kinds) > 0 {
		why = append(why, "no collector "+strings.Join(kinds, ", ")+" told what stood behind it")
	}
	return strings.Join(why, "; ")
}

// within names a span of the run.
func within(s Span) string { return "from " + Clock(s.From) + " to " + Clock(s.To) }
