package coverage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// State is what is known of something that can be broken.
type State string

// The states, the one to look at first before the others.
const (
	Failed  State = "failed"       // the newest run that tried it broke a promise by it, or its undo was not verified
	Unknown State = "unknown"      // the newest run that tried it could not tell
	Refused State = "not testable" // nothing was injected when it was last to be
	Never   State = "never"        // no run on record was to try it
	Stale   State = "stale"        // it passed, and that is long ago
	Passed  State = "passed"
)

func states() []State { return []State{Failed, Unknown, Refused, Never, Stale, Passed} }

// Thing is what can be broken: a service of a group by a family of faults; without a
// service the nodes that the group's members are on.
type Thing struct {
	Cloud   string `json:"cloud"`
	Group   string `json:"group"` // of redundancy; empty: what was struck is in none
	Service string `json:"service,omitempty"`
	Family  string `json:"family"` // of faults, e.g. service, network, node
}

// Cell is a thing and what is known of it.
type Cell struct {
	Thing
	State  State     `json:"state"`
	Why    string    `json:"why,omitempty"`
	Last   *Evidence `json:"last,omitempty"` // the newest run that was to try it; null: none was
	Passed int       `json:"passed"`         // runs
	Failed int       `json:"failed"`
	// Untold are runs that could not tell, and Refused those in which nothing was
	// injected.
	Untold  int `json:"unknown"`
	Refused int `json:"refused"`
}

// Cover says of each thing that can be broken, or that a run was to break, what is known of
// it. A thing that passed longer ago than stale is that.
func Cover(runs []Run, possible []Thing, now time.Time, stale time.Duration) []Cell {
	cells := map[Thing]*Cell{}
	at := func(t Thing) *Cell {
		if cells[t] == nil {
			cells[t] = &Cell{Thing: t, State: Never}
		}
		return cells[t]
	}
	for _, t := range possible {
		at(t)
	}
	for _, run := range inOrder(runs) {
		for n, plan := range run.Meta.Faults {
			if plan.Foreign || n >= len(run.Result.Faults) {
				continue
			}
			state, why := Judge(run.Result, n)
			for _, t := range struck(run, plan) {
				at(t).add(run, plan.Name, state, why)
			}
		}
	}
	var list []Cell
	for _, c := range cells {
		if c.State == Passed && now.Sub(c.Last.At) > stale {
			c.State, c.Why = Stale, fmt.Sprintf("the last time was %d days ago", int(now.Sub(c.Last.At).Hours()/24))
		}
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Cell) int {
		return cmp.Or(strings.Compare(a.Cloud, b.Cloud), cmp.Compare(slices.Index(states(), a.State), slices.Index(states(), b.State)),
			strings.Compare(a.Group, b.Group), strings.Compare(a.Service, b.Service), strings.Compare(a.Family, b.Family))
	})
	return list
}

// add takes in a run, which is newer than those before.
func (c *Cell) add(run Run, fault string, state State, why string) {
	last := run.evidence("fault-" + fault)
	// What was not tried says nothing of what was seen before.
	if state != Refused || c.Passed+c.Failed+c.Untold == 0 {
		c.State, c.Why, c.Last = state, why, &last
	}
	switch state {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case Refused:
		c.Refused++
	default:
		c.Untold++
	}
}

// struck are the things that a fault was to break.
func struck(run Run, plan record.FaultPlan) []Thing {
	groups := plan.Groups
	if len(groups) == 0 {
		groups = []string{""}
	}
	var services []string
	for _, t := range plan.Targets {
		if !slices.Contains(services, t.Service) {
			services = append(services, t.Service)
		}
	}
	var all []Thing
	for _, group := range groups {
		for _, service := range services {
			all = append(all, Thing{run.Result.Cloud.Name, group, service, family(plan.Fault)})
		}
	}
	return all
}

// Judge is what a run says of its nth fault, and why where that did not pass: of the promises
// those that name no fault or this one.
func Judge(r *kpi.Result, n int) (State, string) {
	f := r.Faults[n]
	switch record.FaultState(f.State) {
	case record.Planned, record.Preflight, record.Armed, record.Waiting, record.Skipped, record.Refused, record.Fenced, record.Failed:
		switch {
		case r.Exit == kpi.ExitRefused:
			return Refused, cmp.Or(f.Reason, r.Summary)
		case f.Reason == "" && (r.Exit == kpi.ExitStopped || r.Exit == kpi.ExitInternal):
			return Refused, "the run ended before it"
		}
		return Refused, cmp.Or(f.Reason, "it was "+f.State)
	case record.Stuck:
		return Failed, cmp.Or(f.Reason, "its undo was not verified")
	case record.Injecting, record.Held, record.Undoing, record.Unknown:
		return Unknown, cmp.Or(f.Reason, "nobody saw its end")
	case record.Undone, record.SelfHealed:
	}
	switch {
	case !f.UndoVerified:
		return Failed, "its undo was not verified"
	case f.EffectiveAtMS == nil:
		return Unknown, "whether it took effect is not known"
	}
	return kept(r, n)
}

// kept is whether a run that made its nth fault and undid it kept its promises, those of
// other faults aside.
func kept(r *kpi.Result, n int) (State, string) {
	f := r.Faults[n]
	for _, g := range r.Gaps {
		if strings.HasSuffix(g.What, " did not cover "+f.Name) {
			return Failed, g.What
		}
	}
	state, why := Passed, ""
	for _, c := range r.Checks {
		switch c.Verdict {
		case kpi.Fail:
			return Failed, "steady state " + c.When + " the faults: " + c.Expression
		case kpi.Unknown:
			state, why = Unknown, "steady state "+c.When+" the faults is not known"
		case kpi.Pass:
		}
	}
	others := false
	for _, o := range r.Objectives {
		if o.Verdict == kpi.Pass || !o.Decides() {
			continue
		}
		if ofAnother(r, n, o.Expression) {
			others = true
			continue
		}
		if o.Verdict == kpi.Fail {
			return Failed, cmp.Or(o.Text, o.Expression)
		}
		state, why = Unknown, cmp.Or(o.Detail, o.Expression)
	}
	for _, q := range r.Quality {
		if state == Passed && q.Verdict != kpi.Pass {
			state, why = Unknown, "in doubt: "+q.Assumption
		}
	}
	switch {
	case state != Passed:
	case r.Exit == kpi.ExitStopped:
		return Unknown, "the run was stopped"
	case r.Exit == kpi.ExitInternal:
		return Unknown, "the run ended by an error"
	case r.Verdict != kpi.Pass && !others: // of something that is none of these
		return Unknown, cmp.Or(r.Summary, "the run is "+string(r.Verdict))
	}
	return state, why
}

// ofAnother tells whether a promise names other faults only.
func ofAnother(r *kpi.Result, n int, expression string) bool {
	others := false
	for i, f := range r.Faults {
		if !strings.Contains(expression, `"`+f.Name+`"`) {
			continue
		}
		if i == n {
			return false
		}
		others = true
	}
	return others
}
