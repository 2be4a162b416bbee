package reports

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// CaptureRow is what was kept around a moment on a node.
type CaptureRow struct {
	Name, Kind, Node string
	Span, Trigger    string // of which part of the run it is, and what began it
	File             string // its path in the run's folder
	Link             string // to that, of a page that is beside it; empty in what is published
	Said             string // what there is, why something is missing in it, or why there is nothing
}

// captureRows are the captures in the order in which they ended.
func captureRows(r *kpi.Result) []CaptureRow {
	var rows []CaptureRow
	for _, c := range r.Captures {
		row := CaptureRow{
			Name: shown(c.Name), Kind: shown(c.Kind), Node: shown(c.Node), Trigger: shown(c.Trigger), File: shown(c.File), Said: captureWords(c),
			Span: momentOf(c.FromMS) + " to " + momentOf(c.ToMS),
		}
		if c.State == string(record.CaptureSkipped) {
			row.Span = ""
		}
		if filepath.IsLocal(c.File) && path.Dir(c.File) == "captures" { // as Eris writes it
			row.Link = c.File
		}
		rows = append(rows, row)
	}
	return rows
}

// CapturesLinked tells whether a page leads to one of their files.
func (v *View) CapturesLinked() bool {
	return slices.ContainsFunc(v.Captures, func(r CaptureRow) bool { return r.Link != "" })
}

// momentOf is a moment of the run; what was before its start has a minus.
func momentOf(ms float64) string {
	at := time.Duration(ms * float64(time.Millisecond))
	if at < 0 {
		return "-" + kpi.Clock(-at)
	}
	return kpi.Clock(at)
}

// captureWords say what came of a capture.
func captureWords(c kpi.Capture) string {
	switch record.CaptureState(c.State) {
	case record.CaptureFailed:
		return "failed: " + shown(c.Error)
	case record.CaptureSkipped:
		return "skipped: its moment did not come"
	case record.CaptureBegins:
		return "what came of it is not in the record"
	case record.CaptureKept:
	}
	text := shown(c.Has)
	if c.Bytes > 0 {
		text += ", " + kpi.Quantity(float64(c.Bytes), "bytes")
	}
	if c.Cut != "" {
		text += "; not all: " + shown(c.Cut)
	}
	return text
}

// where are the kind, the node and the part of the run, as far as there are such.
func (r CaptureRow) where() string {
	return strings.Join(strings.Fields(r.Kind+" "+r.Node+" "+r.Span), " ")
}

// textCaptures says what was kept around moments.
func (v *View) textCaptures(b *strings.Builder) {
	for i, row := range v.Captures {
		if i == 0 {
			fmt.Fprintf(b, "\nCaptures, in the run's folder %s and for its owner alone\n", v.Folder)
		}
		fmt.Fprintf(b, "  %s (%s): %s\n", row.Name, row.where(), row.Said)
		if row.Trigger != "" {
			fmt.Fprintf(b, "    %s\n", row.Trigger)
		}
		if row.File != "" {
			fmt.Fprintf(b, "    %s\n", row.File)
		}
	}
}

// captures says the same.
func (b *markdown) captures(v *View) {
	var rows [][]string
	for _, row := range v.Captures {
		rows = append(rows, []string{row.Name + " (" + row.Kind + ")", row.Node, row.Span, row.File, row.Said})
	}
	if len(rows) > 0 {
		b.line("### Captures")
		b.line("The files are in the run's folder, %s, for its owner alone.", code(v.Folder))
		b.table([]string{"capture", "node", "of the run", "file in the run's folder", "what came of it"}, rows)
	}
}
