package reports

import (
	"io"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports/metrics"
)

// Run is what a report is written from: the record of a run, for who needs
// more than was computed, and what was found in it.
type Run struct {
	Record   kpi.Record
	Analysis *kpi.Analysis
}

// Writer is one form of report.
type Writer struct {
	Name string // as `eris report --format` wants it
	// File is its name in the run's directory: run.json or report.…, which
	// the record's checksums leave out.
	File    string
	Default bool // every run writes it
	Write   func(w io.Writer, run *Run) error
}

// Writers is the one list of them, in the order of documents.
func Writers() []Writer {
	return []Writer{
		{"json", "run.json", true, func(w io.Writer, run *Run) error { return WriteJSON(w, &run.Analysis.Result) }},
		{"html", "report.html", true, func(w io.Writer, run *Run) error { return WriteHTML(w, run.Analysis) }},
		{"junit", "report.xml", false, func(w io.Writer, run *Run) error { return WriteJUnit(w, run.Analysis) }},
		{"markdown", "report.md", false, func(w io.Writer, run *Run) error { return WriteMarkdown(w, run.Analysis) }},
		{"csv", "report.csv", false, func(w io.Writer, run *Run) error { return WriteCSV(w, run.Analysis) }},
		{"kpis", "report.kpis.csv", false, func(w io.Writer, run *Run) error { return WriteKPIs(w, run.Analysis) }},
		{"signals", "report.signals.csv", false, WriteSignals},
		{"prometheus", "report.prom", false, func(w io.Writer, run *Run) error { return metrics.Write(w, &run.Analysis.Result) }},
		{"text", "report.txt", false, func(w io.Writer, run *Run) error { return WriteText(w, run.Analysis, true) }},
	}
}
