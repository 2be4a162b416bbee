package reports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/kpi"
)

// OperationRow is a named part of a load's iterations.
type OperationRow struct {
	Load, Name, Count, Failed, Classes, P50, P95, P99, Max, Baseline, Held string
}

// mostOperations is how many operations of a load a report shows; run.json has all.
const mostOperations = 40

// operationRows are those of all loads, and how many there are beside them. Of a load with more
// than are shown those come first of which most failed, then the slowest.
func operationRows(r *kpi.Result) (rows []OperationRow, more string) {
	left := 0
	for i := range r.Loads {
		all := r.Loads[i].Operations
		if len(all) > mostOperations {
			left += len(all) - mostOperations
			all = slices.SortedStableFunc(slices.Values(all), func(a, b kpi.Operation) int {
				return cmp.Or(cmp.Compare(b.Failed, a.Failed), cmp.Compare(slowest(b), slowest(a)))
			})[:mostOperations]
		}
		for _, o := range all {
			rows = append(rows, operationRow(r.Loads[i].Name, o))
		}
	}
	if left > 0 {
		more = fmt.Sprintf("%d more are in run.json; of a load with more than %d those stand here of which most failed, and then the slowest.", left, mostOperations)
	}
	return rows, more
}

func slowest(o kpi.Operation) float64 {
	if most := o.Windows["all"].MaxMS; most != nil {
		return *most
	}
	return -1
}

func operationRow(load string, o kpi.Operation) OperationRow {
	all := o.Windows["all"]
	return OperationRow{
		Load: load, Name: o.Name, Count: kpi.Quantity(float64(o.Count), "1"), Failed: kpi.Quantity(float64(o.Failed), "1"), Classes: classes(o),
		P50: took(all.P50MS), P95: took(all.P95MS), P99: took(all.P99MS), Max: took(all.MaxMS),
		Baseline: took(o.Windows["baseline"].P50MS), Held: took(o.Windows["held"].P50MS),
	}
}

// classes are those of what failed, the most frequent first, with their numbers.
func classes(o kpi.Operation) string {
	names := slices.SortedFunc(maps.Keys(o.Classes), func(a, b string) int {
		return cmp.Or(cmp.Compare(o.Classes[b], o.Classes[a]), strings.Compare(a, b))
	})
	for n, name := range names {
		names[n] = errorWord(name) + " " + kpi.Quantity(float64(o.Classes[name]), "1")
	}
	return strings.Join(names, ", ")
}

// took is a figure; a dash where there is none, or too few answers for it.
func took(ms *float64) string {
	if ms == nil {
		return "—"
	}
	return kpi.Quantity(time.Duration(*ms*float64(time.Millisecond)).Seconds(), "s")
}

// operationsHead heads the cells of a row.
func operationsHead() []string {
	return []string{"", "count", "failed", "p50", "p95", "p99", "max", "p50 baseline", "p50 in faults", ""}
}

// cells are a row for people who read text.
func (o OperationRow) cells() []string {
	return []string{o.Load + ": " + o.Name, o.Count, o.Failed, o.P50, o.P95, o.P99, o.Max, o.Baseline, o.Held, o.Classes}
}
