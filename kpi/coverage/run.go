// Package coverage says what was tried on a cloud and what was not, and which gaps were
// seen how often, from the results of many runs: pure functions, no I/O.
package coverage

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Run is one run that is on record.
type Run struct {
	Dir    string
	Set    string // of repetitions that it is one of: where that is; empty: of none
	Result *kpi.Result
	Meta   record.RunStarted
	// Going tells that it is not over: a process of this machine still writes its record.
	// What it comes to nobody knows yet, so that it shows nothing.
	Going bool
}

// Evidence is a run that shows something.
type Evidence struct {
	Run      string    `json:"run"`
	Scenario string    `json:"scenario"`
	At       time.Time `json:"at"`     // its start
	Report   string    `json:"report"` // path of its page, with the place in it
}

// evidence points at a place in a run's page.
func (r Run) evidence(place string) Evidence {
	return Evidence{r.Result.Run, r.Result.Scenario.Name, r.Result.Started, r.Dir + "/report.html#" + place}
}

// inOrder is the runs that are over, as they were started.
func inOrder(runs []Run) []Run {
	over := slices.DeleteFunc(slices.Clone(runs), func(r Run) bool { return r.Going })
	return slices.SortedStableFunc(slices.Values(over), func(a, b Run) int {
		return cmp.Or(a.Result.Started.Compare(b.Result.Started), strings.Compare(a.Result.Run, b.Result.Run))
	})
}

// family is the first word of a kind of fault.
func family(kind string) string {
	name, _, _ := strings.Cut(kind, ".")
	return name
}
