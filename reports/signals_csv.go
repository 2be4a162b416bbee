package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// WriteSignals writes every reading of the record as CSV, a row each: when it was taken, the
// signal, its labels, the value and its unit. A value that is missing has no row, and one that
// is zero has; the unit is empty where an older version has written the record.
func WriteSignals(w io.Writer, run *Run) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"time", "at_s", "scenario", "run", "signal", "node", "labels", "value", "unit"}); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	r := &run.Analysis.Result
	if run.Record.Signals != nil {
		for reading, err := range run.Record.Signals() {
			if err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
			if err := out.Write([]string{
				r.Started.Add(reading.At).UTC().Format("2006-01-02T15:04:05.000Z"), strconv.FormatFloat(reading.At.Seconds(), 'f', 3, 64),
				inert(r.Scenario.Name), inert(r.Run), inert(reading.Signal), inert(reading.Labels["node"]), inert(labelPairs(reading)),
				decimal(&reading.Value), inert(reading.Unit),
			}); err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// labelPairs are the labels beside the node's, in one order.
func labelPairs(r record.Reading) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		if name != "node" {
			pairs = append(pairs, name+"="+r.Labels[name])
		}
	}
	return strings.Join(pairs, " ")
}
