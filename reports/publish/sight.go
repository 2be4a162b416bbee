package publish

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// sight is what a run has seen of an objective.
type sight int

const (
	nothing sight = iota // it was stopped, is not whole, or nobody looked: a figure of it is none
	none                 // it looked, and it did not happen
	bound                // it was not over, and is that much at least
	measured
)

// sightOf is that of a run. One that did not come to its end by itself, or whose record is not
// whole, has measured nothing, as where two sets are compared.
func sightOf(r *kpi.Result, o kpi.Objective) sight {
	switch {
	case o.Measured == nil || !r.Whole():
		return nothing
	case o.None:
		return none
	case o.Censored && *o.Measured > 0:
		return bound
	case o.Censored: // of more than nothing nobody knows anything
		return nothing
	}
	return measured
}

// sign stands beside a run's mark.
func (s sight) sign() string {
	switch s {
	case bound:
		return "↑"
	case none:
		return "○"
	default:
		return ""
	}
}

// said is what a run has measured of an objective, and what was thought of it.
func said(r *kpi.Result, o kpi.Objective) string {
	if o.Measured != nil && !r.Whole() {
		return fmt.Sprintf("nothing was measured, since the run did not come to its end or its record is not whole (%s)", reports.MarkOfObjective(o).Word)
	}
	return words(o)
}

// words are what was measured of an objective, and what was thought of it.
func words(o kpi.Objective) string {
	text := cmp.Or(o.Detail, "nothing was measured")
	switch {
	case o.None:
		text = strings.TrimSpace(o.Text + " none")
	case o.Measured != nil && o.Censored: // it was not over
		text = strings.TrimSpace(o.Text + " > " + o.Figure(*o.Measured))
	case o.Measured != nil:
		text = strings.TrimSpace(o.Text + " " + o.Figure(*o.Measured))
	}
	return fmt.Sprintf("%s (%s)", text, reports.MarkOfObjective(o).Word)
}
