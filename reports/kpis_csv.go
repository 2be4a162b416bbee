package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/openstack-eris/eris/kpi"
)

// WriteKPIs writes the figures of the loads and of the faults as CSV, a row each, with the
// interval, the unit (s, ratio, 1 for counts) and the state that run.json has. A value is
// empty where there is none: State tells what was not measured from what did not happen, and
// both from a zero.
func WriteKPIs(w io.Writer, a *kpi.Analysis) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"scenario", "run", "kpi", "of", "value", "low", "high", "unit", "state", "n", "detail"}}
	for _, k := range a.Result.KPIs {
		rows = append(rows, []string{
			inert(a.Result.Scenario.Name), inert(a.Result.Run), k.Name, inert(k.Scope), decimal(k.Value), decimal(k.Low), decimal(k.High),
			k.Unit, string(k.State), strconv.Itoa(k.N), inert(k.Detail),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func decimal(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}
