package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// setPage is a set as its page shows it.
type setPage struct {
	Top             top
	Count, Verdicts string
	Facts           []Fact
	Runs            runTable
	Promises        []keptRow
	Head            []string
	KPIs            [][]string
	Differ          []string
}

// keptRow is an objective over all repetitions.
type keptRow struct {
	Mark                                            Mark // of its worst repetition
	What, Expression, Limit, Median, Measured, Kept string
}

// WriteHTML writes what the repetitions come to as one page that needs nothing but
// itself, to lie in a folder: it leads to the reports of the runs that can be reached from
// there. Empty: to none.
func (s *Set) WriteHTML(w io.Writer, folder string) error {
	over, err := s.Over()
	if err != nil {
		return err
	}
	results := s.results()
	var verdicts []kpi.Verdict
	for _, r := range results {
		verdicts = append(verdicts, r.Verdict)
	}
	page := setPage{
		Count: counted(len(s.Runs), "repetition"), Verdicts: over.Verdicts + mostOften(results), Runs: s.runTable("Runs", folder),
		Head: overHead()[2:], KPIs: over.rows(), Promises: s.kept(results), Differ: s.differ(),
	}
	for _, f := range differing(s) { // of a set it is what all have, or what each has
		if f.Value != "" {
			page.Facts = append(page.Facts, f)
		}
	}
	var long Long
	long.Fold(&page)
	begins := top{Title: long.Text(s.Name), More: page.Count, Mark: MarkOf(kpi.Worst(verdicts...)), Long: long.All}
	return writePage(w, "set.html", begins, func(t top) any {
		page.Top = t
		return page
	})
}

// mostOften is what is said most often of the repetitions that did not pass, after how many did.
func mostOften(results []*kpi.Result) string {
	said, most, others := map[string]int{}, "", 0
	for _, r := range results {
		if r.Verdict == kpi.Pass {
			continue
		}
		others++
		if said[r.Summary]++; most == "" || said[r.Summary] > said[most] {
			most = r.Summary
		}
	}
	if most == "" {
		return ""
	}
	most = strings.TrimSuffix(most, ".")
	if others == 1 {
		return ". " + most
	}
	return fmt.Sprintf(". Of %d of these: %s", said[most+"."]+said[most], most)
}

// kept are the objectives over all repetitions, which are compared with themselves for it:
// what failed first.
func (s *Set) kept(results []*kpi.Result) []keptRow {
	var rows []keptRow
	for n, x := range kpi.Compare(results, results) {
		o := results[0].Objectives[n]
		var verdicts []kpi.Verdict
		for _, r := range results {
			for _, other := range r.Objectives {
				if other.Expression == o.Expression {
					verdicts = append(verdicts, other.Verdict)
					break
				}
			}
		}
		o.Verdict = kpi.Worst(verdicts...)
		row := keptRow{
			Mark: MarkOfObjective(o), What: nameOf(o), Expression: o.Expression, Limit: limitOf(o), Median: typical(x.A, x.AAtLeast, x.ANone, o),
			Measured: fmt.Sprintf("%d of %d", x.NA, len(results)), Kept: fmt.Sprintf("%d of %d", x.PassedA, len(results)),
		}
		if o.Text == "" {
			row.Expression = ""
		}
		if x.Margin { // its limit is measured, too, in each repetition
			row.Median = typical(x.A, x.AAtLeast, x.ANone, kpi.Objective{Unit: x.Unit})
			row.Limit, row.What = "measured", row.What+", how far within its limit"
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(x, y keptRow) int { return rank(x.Mark) - rank(y.Mark) })
	return rows
}

// differ is what was not the same in all repetitions.
func (s *Set) differ() []string {
	var words []string
	for _, run := range s.Runs[1:] {
		for _, one := range testedDiffer(s.Runs[0].Analysis.Result.Tested, run.Analysis.Result.Tested) {
			if !slices.Contains(words, one) {
				words = append(words, one)
			}
		}
	}
	if n := doubtful(s.results()); n > 0 {
		words = append(words, fmt.Sprintf("of %s an assumption of the measurement is in doubt", counted(n, "repetition")))
	}
	return words
}
