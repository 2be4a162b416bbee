package publish

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// marks are those of all verdicts, in the order in which they are told.
func marks() []reports.Mark {
	return []reports.Mark{reports.MarkOf(kpi.Fail), reports.MarkOf(kpi.Unknown), reports.MarkOf(kpi.Pass)}
}

// matrix is what came of each scenario on each cloud by each kind of fault, the newest run
// of each.
type matrix struct {
	Faults []string
	Rows   []matrixRow
}

type matrixRow struct {
	Scenario, Cloud string
	Cells           []cell // one for each of Faults; nil where no run had it
}

// cell is what the newest run says of a kind of fault.
type cell struct {
	Mark      reports.Mark
	Page, Age string
	Seen      bool
}

// noFault is the column of runs without one.
const noFault = "no fault"

// newMatrix is made of runs with the newest first.
func newMatrix(runs []coverage.Run, now time.Time) matrix {
	type key struct{ scenario, cloud, kind string }
	var m matrix
	newest := map[key]cell{}
	for _, run := range runs {
		of := key{scenario: run.Result.Scenario.Title(), cloud: run.Result.Cloud.Name}
		if !slices.ContainsFunc(m.Rows, func(r matrixRow) bool { return r.Scenario == of.scenario && r.Cloud == of.cloud }) {
			m.Rows = append(m.Rows, matrixRow{Scenario: of.scenario, Cloud: of.cloud})
		}
		columns := kinds(run)
		if len(columns) == 0 {
			columns = []string{noFault}
		}
		for _, of.kind = range columns {
			if !slices.Contains(m.Faults, of.kind) {
				m.Faults = append(m.Faults, of.kind)
			}
			if !newest[of].Seen {
				newest[of] = cell{markOfKind(run.Result, of.kind), pageOf(run.Result.Run), age(now, run.Result.Started), true}
			}
		}
	}
	slices.SortFunc(m.Rows, func(a, b matrixRow) int {
		return cmp.Or(strings.Compare(a.Scenario, b.Scenario), strings.Compare(a.Cloud, b.Cloud))
	})
	slices.SortFunc(m.Faults, func(a, b string) int {
		return cmp.Or(-cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	for n := range m.Rows {
		row := &m.Rows[n]
		for _, kind := range m.Faults {
			row.Cells = append(row.Cells, newest[key{row.Scenario, row.Cloud, kind}])
		}
	}
	return m
}

// markOfKind is the worst of what a run says of its faults of a kind; of none its verdict.
func markOfKind(r *kpi.Result, kind string) reports.Mark {
	if kind == noFault {
		return reports.MarkOf(r.Verdict)
	}
	marks := map[coverage.State]reports.Mark{
		coverage.Passed: reports.MarkOf(kpi.Pass), coverage.Refused: {Word: "not made", Sign: "–", Tone: "note"},
		coverage.Unknown: reports.MarkOf(kpi.Unknown), coverage.Failed: reports.MarkOf(kpi.Fail),
	}
	order := []coverage.State{coverage.Passed, coverage.Refused, coverage.Unknown, coverage.Failed}
	worst := 0
	for n, f := range r.Faults {
		if state, _ := coverage.Judge(r, n); f.Fault == kind {
			worst = max(worst, slices.Index(order, state))
		}
	}
	return marks[order[worst]]
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
