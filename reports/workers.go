package reports

import (
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/kpi"
)

// WorkerRow is what a worker sent of a load.
type WorkerRow struct{ Worker, Load, Planned, Sent, Dropped, NotSent, Unknown, Late, Clock, Heard string }

// workerRows are a row for each worker and load; one of a worker that has no account.
func workerRows(workers []kpi.Worker) []WorkerRow {
	var rows []WorkerRow
	for _, w := range workers {
		row := WorkerRow{
			Worker: fmt.Sprintf("%s (%s, %d cores)", w.Name, w.Host, w.Cores), Heard: "yes",
			Clock: fmt.Sprintf("%s ± %s, at worst %s off", kpi.Quantity(w.ClockOffsetMS/1000, "s"), kpi.Quantity(w.ClockBoundMS/1000, "s"), kpi.Quantity(w.ClockWorstMS/1000, "s")),
		}
		if w.Lost != "" {
			row.Heard = "no: " + w.Lost
		}
		if len(w.Parts) == 0 {
			rows = append(rows, row)
		}
		for _, p := range w.Parts {
			count := func(n int64) string { return strconv.FormatInt(n, 10) }
			row.Load, row.Planned, row.Sent, row.Dropped, row.NotSent, row.Unknown = p.Load, count(p.Planned), count(p.Sent), count(p.Dropped), count(p.NotSent), count(p.Unknown)
			row.Late = "-"
			if p.LatenessP99MS != nil {
				row.Late = kpi.Quantity(*p.LatenessP99MS/1000, "s")
			}
			rows = append(rows, row)
		}
	}
	return rows
}
