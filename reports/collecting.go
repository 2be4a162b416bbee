package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// CollectorRow is what a collector tells of itself, on all of its nodes together.
type CollectorRow struct{ Collector, Nodes, Sweeps, Failed, Mean, Longest, Gaps, Where string }

// mostGapNodes is how many nodes with gaps a row names, those with the longest first; run.json
// has all.
const mostGapNodes = 5

func collectorHead() []string {
	return []string{"collector", "nodes", "sweeps", "failed", "mean", "longest", "gaps", "where, and for how long"}
}

func (r CollectorRow) cells() []string {
	return []string{r.Collector, r.Nodes, r.Sweeps, r.Failed, r.Mean, r.Longest, r.Gaps, r.Where}
}

// collectorRows are a row for each collector.
func collectorRows(all []kpi.Collecting) []CollectorRow {
	var rows []CollectorRow
	for _, of := range chunked(all) {
		rows = append(rows, collectorRow(of))
	}
	return rows
}

// chunked are the accounts of one collector after the other.
func chunked(all []kpi.Collecting) (chunks [][]kpi.Collecting) {
	for i, c := range all {
		if i == 0 || all[i-1].Collector != c.Collector {
			chunks = append(chunks, nil)
		}
		chunks[len(chunks)-1] = append(chunks[len(chunks)-1], c)
	}
	return chunks
}

func collectorRow(of []kpi.Collecting) CollectorRow {
	row := CollectorRow{Collector: of[0].Collector, Nodes: strconv.Itoa(len(of)), Mean: "none", Longest: "none", Where: "none"}
	if len(of) == 1 && of[0].Node == "" {
		row.Nodes = "from here"
	}
	var sweeps, failed int64
	unknown, gaps, expected, spent, longest := 0, 0, 0, 0.0, -1.0
	for _, c := range of {
		gaps, expected = gaps+c.Gaps, expected+c.Expected
		if c.LongestMS != nil && *c.LongestMS > longest {
			longest, row.Longest = *c.LongestMS, strings.TrimSpace(kpi.Quantity(*c.LongestMS/1000, "s")+" "+c.Node)
		}
		if c.Sweeps == nil || c.Failed == nil {
			unknown++
			continue
		}
		sweeps, failed = sweeps+*c.Sweeps, failed+*c.Failed
		if c.MeanMS != nil {
			spent += *c.MeanMS * float64(*c.Sweeps)
		}
	}
	row.Sweeps, row.Failed = strconv.FormatInt(sweeps, 10), strconv.FormatInt(failed, 10)
	if sweeps > 0 {
		row.Mean = kpi.Quantity(spent/float64(sweeps)/1000, "s")
	}
	if unknown > 0 { // a sum of some is none of all
		row.Sweeps, row.Failed, row.Mean = "not known", "not known", "not known"
		if longest < 0 {
			row.Longest = "not known"
		}
	}
	row.Gaps = strconv.Itoa(gaps)
	if expected > 0 {
		row.Gaps += fmt.Sprintf(" (%d expected)", expected)
	}
	if gaps > 0 {
		row.Where = gapNodes(of)
	}
	return row
}

// gapNodes says where values were missing, and for how long.
func gapNodes(of []kpi.Collecting) string {
	silent := slices.DeleteFunc(slices.Clone(of), func(c kpi.Collecting) bool { return c.Gaps == 0 })
	slices.SortStableFunc(silent, func(x, y kpi.Collecting) int { return cmp.Compare(y.GapMS, x.GapMS) })
	var words []string
	for _, c := range silent[:min(mostGapNodes, len(silent))] {
		words = append(words, strings.TrimSpace(c.Node+" "+kpi.Quantity(c.GapMS/1000, "s")))
	}
	if more := len(silent) - mostGapNodes; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

// textCollectors says how the collectors did.
func (v *View) textCollectors(b *strings.Builder) {
	if len(v.Collectors) == 0 {
		return
	}
	b.WriteString("\nCollectors\n")
	rows := [][]string{collectorHead()}
	for _, r := range v.Collectors {
		rows = append(rows, r.cells())
	}
	columns(b, rows, 1)
}

// collectors is the same as a table.
func (b *markdown) collectors(v *View) {
	var rows [][]string
	for _, r := range v.Collectors {
		rows = append(rows, r.cells())
	}
	if len(rows) > 0 {
		b.line("### Collectors")
		b.table(collectorHead(), rows)
	}
}
