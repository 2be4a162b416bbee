package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// WriteCSV writes what each load did, second by second, beside the phase and the
// faults that were active: a row for each load and second. Counts are of the arrivals
// that were due then; latencies are milliseconds from the intended start, empty where
// nothing succeeded, and the median where fewer than ten of these are beyond it.
func WriteCSV(w io.Writer, a *kpi.Analysis) error {
	out := csv.NewWriter(w)
	head := []string{"time", "at_s", "phase", "faults", "scenario", "run", "load", "due", "started", "queued", "ok"}
	for class := record.HTTP5xx; class < record.Classes; class++ {
		head = append(head, class.String())
	}
	rows := [][]string{append(head, "p50_ms", "max_ms", "late_ms")}
	for _, l := range a.Loads {
		for _, k := range l.Buckets(len(l.Seconds)+1, time.Duration(len(l.Seconds))*time.Second).List {
			row := []string{
				a.Result.Started.Add(k.From).UTC().Format("2006-01-02T15:04:05.000Z"), strconv.FormatInt(int64(k.From/time.Second), 10),
				phaseAt(a, k.From), strings.Join(activeAt(a, k.From), " "), inert(a.Result.Scenario.Name), inert(a.Result.Run), inert(l.Plan.Name),
			}
			for _, n := range []int64{k.Due, k.Started, k.Queued, k.OK} {
				row = append(row, strconv.FormatInt(n, 10))
			}
			for class := record.HTTP5xx; class < record.Classes; class++ {
				row = append(row, strconv.FormatInt(k.Errors[class], 10))
			}
			median := k.P50
			if !record.Enough(k.Served, 0.5) {
				median = nil
			}
			rows = append(rows, append(row, milliseconds(median), milliseconds(k.Worst), milliseconds(lateness(k))))
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// phaseAt is the phase in which a second begins; empty between two.
func phaseAt(a *kpi.Analysis, at time.Duration) string {
	for _, p := range a.Phases {
		if p.Has(at) {
			return inert(p.Name)
		}
	}
	return ""
}

// activeAt names the faults whose effect was there in some of a second.
func activeAt(a *kpi.Analysis, at time.Duration) []string {
	var names []string
	for i := range a.Faults {
		f := &a.Faults[i]
		if f.Effective != nil && *f.Effective < at+time.Second && (f.UndoFrom == nil || *f.UndoFrom > at) {
			names = append(names, inert(f.Name))
		}
	}
	return names
}

// inert keeps a spreadsheet from taking a name for a formula, whatever it passes over before
// one and however wide its sign is, and from being turned around.
//
// Source: https://owasp.org/www-community/attacks/CSV_Injection
func inert(name string) string {
	name = record.Straight(strings.ToValidUTF8(name, "?"))
	first := strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r)
	})
	passed := name
	if first >= 0 {
		passed = name[:first]
		if sign, _ := utf8.DecodeRuneInString(name[first:]); strings.ContainsRune("=+-@＝＋－＠", sign) {
			return "'" + name
		}
	}
	if strings.HasPrefix(passed, "\t") || strings.HasPrefix(passed, "\r") {
		return "'" + name
	}
	return name
}

func milliseconds(d *time.Duration) string {
	if d == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*d)/float64(time.Millisecond), 'f', 3, 64)
}
