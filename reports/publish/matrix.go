package publish

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// marks are those of all verdicts, in the order in which they are told.
func marks() []reports.Mark {
	return []reports.Mark{reports.MarkOf(kpi.Fail), reports.MarkOf(kpi.Unknown), reports.MarkOf(kpi.Pass)}
}

// matrix is what came of each scenario by each kind of fault, the newest run of each.
type matrix struct {
	Faults []string
	Rows   []matrixRow
}

type matrixRow struct {
	Scenario string
	Cells    []cell // one for each of Faults; nil where no run had it
}

// cell is what the newest run came to.
type cell struct {
	Mark      reports.Mark
	Page, Age string
	Seen      bool
}

// noFault is the column of runs without one.
const noFault = "no fault"

// newMatrix is made of runs with the newest first.
func newMatrix(runs []coverage.Run, now time.Time) matrix {
	var m matrix
	newest := map[[2]string]cell{}
	var scenarios []string
	for _, run := range runs {
		name, columns := run.Result.Scenario.Name, kinds(run)
		if len(columns) == 0 {
			columns = []string{noFault}
		}
		if !slices.Contains(scenarios, name) {
			scenarios = append(scenarios, name)
		}
		for _, kind := range columns {
			if !slices.Contains(m.Faults, kind) {
				m.Faults = append(m.Faults, kind)
			}
			if key := [2]string{name, kind}; !newest[key].Seen {
				newest[key] = cell{reports.MarkOf(run.Result.Verdict), pageOf(run.Result.Run), age(now, run.Result.Started), true}
			}
		}
	}
	slices.Sort(scenarios)
	slices.SortFunc(m.Faults, func(a, b string) int {
		return cmp.Or(-cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	for _, name := range scenarios {
		row := matrixRow{Scenario: name}
		for _, kind := range m.Faults {
			row.Cells = append(row.Cells, newest[[2]string{name, kind}])
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// rank puts what is no fault last.
func rank(kind string) int {
	if kind == noFault {
		return 0
	}
	return 1
}

// age is how long ago something was, in days.
func age(now, at time.Time) string {
	switch days := int(now.Sub(at).Hours() / 24); days {
	case 0:
		return "today"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}

// cloud is what of one was tried by what families of faults.
type cloud struct {
	Name     string
	Families []string
	Rows     []tried
}

// tried is a service of a group, or with no name the nodes of it.
type tried struct {
	Group, What string
	Cells       []state // one for each of the cloud's families
}

// state is what is known of a thing, with the page of the newest run that tried it.
type state struct{ Word, Sign, Tone, Page, Why string }

func stateOf(c coverage.Cell) state {
	s := state{Word: string(c.State), Why: c.Why}
	switch c.State {
	case coverage.Passed:
		s.Sign, s.Tone = "✓", "pass"
	case coverage.Failed:
		s.Sign, s.Tone = "✕", "fail"
	case coverage.Unknown, coverage.Stale:
		s.Sign, s.Tone = "?", "unknown"
	case coverage.Refused, coverage.Never:
		s.Sign, s.Tone = "–", "note"
	}
	if c.Last != nil {
		s.Page = linkOf(*c.Last).Page
	}
	return s
}

// newClouds is made of cells in the order of clouds.
func newClouds(cells []coverage.Cell) (all []cloud) {
	for _, c := range cells {
		if len(all) == 0 || all[len(all)-1].Name != c.Cloud {
			all = append(all, cloud{Name: c.Cloud})
		}
		of := &all[len(all)-1]
		if !slices.Contains(of.Families, c.Family) {
			of.Families = append(of.Families, c.Family)
		}
	}
	for n := range all {
		slices.Sort(all[n].Families)
		all[n].fill(cells)
	}
	return all
}

// fill puts the cells of the cloud into rows.
func (c *cloud) fill(cells []coverage.Cell) {
	for _, from := range cells {
		if from.Cloud != c.Name {
			continue
		}
		group, what := cmp.Or(from.Group, "none"), cmp.Or(from.Service, "(nodes)")
		at := slices.IndexFunc(c.Rows, func(r tried) bool { return r.Group == group && r.What == what })
		if at < 0 {
			at = len(c.Rows)
			c.Rows = append(c.Rows, tried{group, what, make([]state, len(c.Families))})
		}
		c.Rows[at].Cells[slices.Index(c.Families, from.Family)] = stateOf(from)
	}
	slices.SortFunc(c.Rows, func(a, b tried) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.What, b.What))
	})
}

// tested says in short what a run was on: its nodes' roles, their system, and the release
// by the first of some packages that every OpenStack has one of.
func tested(run coverage.Run) string {
	t := run.Result.Tested
	if t == nil {
		return ""
	}
	var roles, systems []string
	release := ""
	for _, f := range t.Facts {
		switch f.Kind { //nolint:exhaustive // the page of the run has the others
		case record.TestedRole:
			roles = append(roles, fmt.Sprintf("%d %s", len(f.Nodes), f.Name))
		case record.TestedOS:
			systems = append(systems, f.Value)
		case record.TestedPackage:
			if release == "" && slices.Contains([]string{"keystone", "nova", "neutron"}, f.Name) {
				release = f.Name + " " + f.Value
			}
		}
	}
	return strings.Join(slices.DeleteFunc([]string{strings.Join(roles, ", "), strings.Join(systems, ", "), release}, func(s string) bool { return s == "" }), "; ")
}
