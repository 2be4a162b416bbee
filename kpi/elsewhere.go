package kpi

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// elsewhere are the outages that were seen where no fault struck.
func (a *Analysis) elsewhere() []Elsewhere {
	var rows []Elsewhere
	for i, o := range a.history.outages {
		row := Elsewhere{
			Target: o.Target.String(), FromMS: milliseconds(o.From), Beside: append([]string{}, o.Beside...),
			Unexpected: len(o.Beside) == 0 || a.history.outlived[i],
		}
		if o.State == record.OutageOver {
			to := milliseconds(o.To)
			row.ToMS = &to
		}
		rows = append(rows, row)
	}
	return rows
}

// What says in one line what was down, and from when to when.
func (e Elsewhere) What() string {
	what := e.Target + " was not healthy"
	if !strings.Contains(e.Target, "@") {
		what = e.Target + " gave no answer"
	}
	from, to := Quantity(e.FromMS/1000, "s"), "the end"
	if e.ToMS != nil {
		to = Quantity(*e.ToMS/1000, "s")
	}
	return fmt.Sprintf("%s from %s to %s", what, from, to)
}

// nothingElse: what the loads met is the doing of the faults, and of nothing else.
// Of an outage that was there before the first phase the operator knew, since
// nothing would have begun otherwise: he said that the figures count beside it.
// There is no row where there was no outage, since a record of before these were
// written down says nothing about them.
func (a *Analysis) nothingElse() (row Quality, was bool) {
	const what = "no outage came of itself"
	begin := time.Duration(0)
	if len(a.Phases) > 0 {
		begin = a.Phases[0].From
	}
	var known, came []string
	for _, e := range a.elsewhere() {
		switch {
		case !e.Unexpected:
		case e.FromMS < milliseconds(begin):
			known = append(known, e.What())
		default:
			came = append(came, e.What())
		}
	}
	switch {
	case len(came) > 0:
		return doubt(what, strings.Join(came, "; ")+"; no fault explains it"), true
	case len(known) > 0:
		return held(what, "there from before the start: "+strings.Join(known, "; ")), true
	}
	return Quality{}, false
}
