package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// WriteText writes the report as a page of plain text, for mails and at the end of a run: no
// colours, nothing wider than its words. What each KPI is is told where defined is set.
func WriteText(w io.Writer, a *kpi.Analysis, defined bool) error {
	v := NewView(a)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s  %s\n\n", v.Verdict.Sign, strings.ToUpper(v.Verdict.Word), v.Title)
	for _, part := range v.Summary {
		b.WriteString(part.Text)
	}
	b.WriteString("\n")
	for _, warning := range v.Warnings {
		b.WriteString("! " + warning + "\n")
	}
	for _, f := range v.Facts {
		fmt.Fprintf(&b, "  %-14s %s\n", f.Label, f.Value)
	}
	v.textPromises(&b)
	v.textFaults(&b)
	v.textBeside(&b)
	v.textLoads(&b, a)
	v.textLogs(&b)
	v.textCaptures(&b)
	v.textDoubts(&b)
	v.textCollectors(&b)
	v.textTested(&b)
	if defined {
		v.textDefinitions(&b)
	}
	if v.Command != "" {
		b.WriteString("\nAgain: " + v.Command + "\n")
	}
	if _, err := io.WriteString(w, record.Printable(b.String())); err != nil {
		return fmt.Errorf("write text report: %w", err)
	}
	return nil
}

func (v *View) textPromises(b *strings.Builder) {
	b.WriteString("\nObjectives\n")
	rows, below := [][]string{}, [][]string{}
	for _, p := range v.Promises {
		rows = append(rows, []string{p.Mark.Sign + " " + p.Mark.Word, p.What, p.Limit, p.Measured, p.Margin})
		var lines []string
		if p.Missing != "" {
			lines = wrapped(p.Missing, textWidth)
		}
		for _, x := range []struct{ what, is string }{{"limit: ", p.LimitIn}, {"", p.Budget}, {"owner: ", p.Owner}} {
			if x.is != "" {
				lines = append(lines, x.what+x.is)
			}
		}
		below = append(below, lines)
	}
	var table strings.Builder
	columns(&table, rows, 2)
	for n, row := range strings.SplitAfter(table.String(), "\n") {
		b.WriteString(row)
		if n < len(below) {
			for _, line := range below[n] {
				b.WriteString("    " + line + "\n")
			}
		}
	}
}

// textWidth is how many characters a line of words has that stands below a row: with its margin
// it is a line of a terminal.
const textWidth = 76

// wrapped are the lines of a text, broken between words; a word that is longer is a line.
func wrapped(text string, width int) (lines []string) {
	for word := range strings.FieldsSeq(text) {
		if last := len(lines) - 1; last >= 0 && len([]rune(lines[last]))+1+len([]rune(word)) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func (v *View) textFaults(b *strings.Builder) {
	if len(v.Faults) == 0 {
		return
	}
	b.WriteString("\nFaults\n")
	rows := [][]string{{"", "at", "held", "down", "to recover", "after undo", "failed", "lost", "undo"}}
	for _, f := range v.Faults {
		rows = append(rows, []string{f.Name + " (" + f.Kind + " " + f.Targets + ")", f.At, f.Held, f.Downtime, f.Recover, f.AfterUndo, f.Failed, f.Lost,
			f.Undo.Sign + " " + f.Undo.Word})
	}
	columns(b, rows, 1)
	for _, f := range v.Faults {
		if f.Args != "" {
			fmt.Fprintf(b, "  %s: args: %s\n", f.Name, f.Args)
		}
		if f.Trigger != "" {
			fmt.Fprintf(b, "  %s: began: %s\n", f.Name, f.Trigger)
		}
		if full := f.inFull(); full != "" {
			fmt.Fprintf(b, "  %s: %s\n", f.Name, full)
		}
		if f.Whose != "" {
			fmt.Fprintf(b, "  %s: of the load that suffered most: %s\n", f.Name, f.Whose)
		}
		for _, line := range f.More {
			fmt.Fprintf(b, "  %s: %s\n", f.Name, line)
		}
		if f.Aim != "" {
			fmt.Fprintf(b, "  %s: aimed at %s\n", f.Name, f.Aim)
		}
		if f.Reason != "" {
			fmt.Fprintf(b, "  %s: %s: %s\n", f.Name, f.State, f.Reason)
		}
	}
}

func (v *View) textLoads(b *strings.Builder, a *kpi.Analysis) {
	b.WriteString("\nLoads\n")
	columns(b, append([][]string{loadsHead()}, loadsRows(&a.Result)...), 1)
	for _, k := range a.Result.KPIs {
		if k.Name == "lost" {
			b.WriteString(strings.TrimRight(fmt.Sprintf("  %s: lost %s of %d kept until after recovery  %s", k.Scope, figure(k), k.N, k.Detail), " ") + "\n")
		}
	}
	for _, f := range v.Losses {
		fmt.Fprintf(b, "  %s: %s\n", f.Label, f.Value)
	}
	for _, e := range v.Errors {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %s: %s %s  %s", e.Load, e.Count, e.Class, e.ids()), " ") + "\n")
		for _, t := range e.Texts {
			fmt.Fprintf(b, "    %s (%s)\n", t.Words(), t.Note)
			for _, e := range t.Examples {
				fmt.Fprintf(b, "      at %s\n", e)
			}
		}
		if e.Others != "" {
			fmt.Fprintf(b, "    %s\n", e.Others)
		}
	}
	if v.MoreErrors != "" {
		fmt.Fprintf(b, "  %s\n", v.MoreErrors)
	}
	if len(v.Operations) > 0 {
		b.WriteString("\nOperations\n")
		rows := [][]string{operationsHead()}
		for _, o := range v.Operations {
			rows = append(rows, o.cells())
		}
		columns(b, rows, 1)
		if v.MoreOperations != "" {
			fmt.Fprintf(b, "  %s\n", v.MoreOperations)
		}
	}
}

// textBeside says what was down without being struck.
func (v *View) textBeside(b *strings.Builder) {
	for i, row := range v.Beside {
		if i == 0 {
			b.WriteString("\nOutages beside the faults\n")
		}
		fmt.Fprintf(b, "  %s (%s)\n", row.What, row.Why)
	}
}

// textDoubts says what is wrong with the run itself; nothing when all is well.
func (v *View) textDoubts(b *strings.Builder) {
	for _, q := range v.Quality {
		if q.Mark.Tone != "pass" {
			fmt.Fprintf(b, "\n? not sure that %s: %s\n", q.Assumption, q.Detail)
		}
	}
	for _, g := range v.Gaps {
		fmt.Fprintf(b, "\n%s %s: expected %s, observed %s\n", g.ID, g.What, g.Expected, g.Observed)
		textCause(b, "   ", g.Gap)
	}
	for i, n := range v.NotTested {
		if i == 0 {
			b.WriteString("\nNot tested, or not judged\n")
		}
		fmt.Fprintf(b, "  %s: %s\n", n.What, n.Why)
	}
	if v.LeftBehind != "" {
		fmt.Fprintf(b, "\nLeft behind: %s\n", v.LeftBehind)
	}
	for _, r := range v.Residue {
		fmt.Fprintf(b, "\n! left behind: %s %s\n%s\n", r.Node, r.What, r.Remedy)
	}
}

// textTested says what it was tried on.
func (v *View) textTested(b *strings.Builder) {
	if len(v.Tested)+len(v.Silent) == 0 {
		return
	}
	b.WriteString("\nWhat was tested\n")
	for _, row := range v.Tested {
		fmt.Fprintf(b, "  %-14s %s (%s)\n", row.What, row.Found, row.Where)
	}
	for _, who := range v.Silent {
		fmt.Fprintf(b, "  %-14s %s\n", "not known", who)
	}
}

// textDefinitions says what the figures are, by which settings.
func (v *View) textDefinitions(b *strings.Builder) {
	b.WriteString("\nDefinitions\n")
	for _, f := range v.Settings {
		fmt.Fprintf(b, "  %s: %s\n", f.Label, f.Value)
	}
	b.WriteString("  of all KPIs: report.html and run.json have what they are, what they are made of and their units\n")
}

// columns writes rows in columns; those from column number on are figures and
// stand to the right, but for the last.
func columns(b *strings.Builder, rows [][]string, number int) {
	widths := map[int]int{}
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			pad := strings.Repeat(" ", widths[i]-len([]rune(cell)))
			line.WriteString("  ")
			if i >= number && (i < len(r)-1 || number == 2) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
