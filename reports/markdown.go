package reports

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openstack-eris/eris/kpi"
)

// markdownMost bounds the report in Markdown, bytes: GitHub shows no summary of a step
// over 1 MiB.
//
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
const markdownMost = 900_000

// WriteMarkdown writes the report as GitHub and others show Markdown: for the summary
// of a CI job, an issue or a review. It has at most markdownMost bytes, and says what
// was left out.
func WriteMarkdown(w io.Writer, a *kpi.Analysis) error {
	v := NewView(a)
	b := &markdown{}
	b.line("## %s %s: %s", v.Verdict.Sign, strings.ToUpper(v.Verdict.Word), plain(v.Title))
	var summary strings.Builder
	for _, part := range v.Summary {
		summary.WriteString(part.Text)
	}
	b.line("%s", plain(summary.String()))
	for _, warning := range v.Warnings {
		b.line("> **%s**", plain(warning))
	}
	var facts [][]string
	for _, f := range v.Facts {
		facts = append(facts, []string{f.Label, f.Value})
	}
	b.table([]string{"", ""}, facts)
	b.promises(v)
	b.faults(v)
	b.loads(v, a)
	b.logs(v)
	b.captures(v)
	b.doubts(v)
	b.definitions(v)
	b.collectors(v)
	if v.Command != "" {
		b.line("Again: %s", code(v.Command))
	}
	if _, err := io.WriteString(w, b.text.String()); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// markdown is a report in the making.
type markdown struct {
	text strings.Builder
	full bool
}

// block adds a paragraph or a table, unless that would be too much.
func (b *markdown) block(text string) {
	const more = "Something is left out: the report was too long for Markdown.\n\n"
	switch {
	case b.full:
	case b.text.Len()+len(text)+len(more) > markdownMost:
		b.full = true
		b.text.WriteString(more)
	default:
		b.text.WriteString(text)
	}
}

func (b *markdown) line(format string, args ...any) { b.block(fmt.Sprintf(format, args...) + "\n\n") }

// table adds one; nothing when it has no rows. One that is too long loses its last rows.
func (b *markdown) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	row := func(cells []string) string {
		inner := make([]string, len(cells))
		for i, cell := range cells {
			inner[i] = plain(cell)
		}
		return "| " + strings.Join(inner, " | ") + " |\n"
	}
	var t strings.Builder
	t.WriteString(row(head) + strings.Repeat("| --- ", len(head)) + "|\n")
	for n, r := range rows {
		if next := row(r); t.Len()+len(next) < markdownMost/4 {
			t.WriteString(next)
			continue
		}
		fmt.Fprintf(&t, "\n%d more rows are left out: the report was too long for Markdown.\n", len(rows)-n)
		break
	}
	b.block(t.String() + "\n")
}

func (b *markdown) promises(v *View) {
	var rows [][]string
	for _, p := range v.Promises {
		rows = append(rows, []string{p.Mark.Sign + " " + p.Mark.Word, p.What, strings.TrimSuffix(p.Limit+" ("+p.LimitIn+")", " ()"), p.Measured, p.Margin, p.Owner, strings.Trim(p.Missing+"; "+p.Budget, "; ")})
	}
	b.line("### Objectives")
	b.table([]string{"", "objective", "limit", "measured", "margin", "owner", ""}, rows)
}

func (b *markdown) faults(v *View) {
	if len(v.Faults) == 0 {
		return
	}
	var rows [][]string
	for _, f := range v.Faults {
		rows = append(rows, []string{f.Name, strings.TrimSpace(f.Kind + " " + f.Args), f.Targets, f.At, f.Held, f.Downtime, f.Recover, f.AfterUndo, f.Failed, strings.TrimSpace(f.Lost + " " + f.LostOf), f.Undo.Sign + " " + f.Undo.Word, f.Reason})
	}
	b.line("### Faults")
	b.table([]string{"", "fault", "target", "at", "held", "downtime", "to recover", "after undo", "failed", "lost", "undo", ""}, rows)
	for _, f := range v.Faults {
		if full := f.inFull(); full != "" {
			b.line("- %s: %s", plain(f.Name), plain(full))
		}
		if f.Whose != "" {
			b.line("- %s: of the load that suffered most: %s", plain(f.Name), plain(f.Whose))
		}
		for _, line := range f.More {
			b.line("- %s: %s", plain(f.Name), plain(line))
		}
	}
	for _, row := range v.Beside {
		b.line("- outage beside the faults: %s (%s)", plain(row.What), plain(row.Why))
	}
}

func (b *markdown) loads(v *View, a *kpi.Analysis) {
	var wrong [][]string
	b.line("### Loads")
	b.table(loadsHead(), loadsRows(&a.Result))
	for _, f := range v.Losses {
		b.line("- %s: %s", plain(f.Label), plain(f.Value))
	}
	if len(v.Operations) > 0 {
		var rows [][]string
		for _, o := range v.Operations {
			rows = append(rows, o.cells())
		}
		b.line("### Operations")
		b.table(operationsHead(), rows)
		if v.MoreOperations != "" {
			b.line("%s", v.MoreOperations)
		}
	}
	for _, e := range v.Errors {
		wrong = append(wrong, []string{e.Load, e.Class, e.Count, e.Share, e.ids(), e.said()})
	}
	if len(wrong) > 0 {
		b.line("### Errors")
		b.table([]string{"load", "class", "count", "share", "request ids", "what was said"}, wrong)
		if v.MoreErrors != "" {
			b.line("%s", v.MoreErrors)
		}
	}
}

func (b *markdown) doubts(v *View) {
	var doubts, gaps [][]string
	for _, q := range v.Quality {
		if q.Mark.Tone != "pass" {
			doubts = append(doubts, []string{q.Mark.Sign + " " + q.Mark.Word, q.Assumption, q.Detail})
		}
	}
	if len(doubts) > 0 {
		b.line("### Doubts about the measurement")
		b.table([]string{"", "assumption", ""}, doubts)
	}
	for _, g := range v.Gaps {
		gaps = append(gaps, []string{g.ID, g.What, g.Expected, g.Observed, strings.Join(g.Causes, " · "), strings.Join(g.Next, " · ")})
	}
	if len(gaps) > 0 {
		b.line("### Gaps")
		b.table([]string{"", "what", "expected", "observed", "cause, as a hypothesis", "look next"}, gaps)
	}
	var not [][]string
	for _, n := range v.NotTested {
		not = append(not, []string{n.What, n.Why})
	}
	if len(not) > 0 {
		b.line("### Not tested, or not judged")
		b.table([]string{"what", "why"}, not)
	}
	var tested [][]string
	for _, row := range v.Tested {
		tested = append(tested, []string{row.What, row.Found, row.Where})
	}
	for _, who := range v.Silent {
		tested = append(tested, []string{"not known", who, ""})
	}
	if len(tested) > 0 {
		b.line("### What was tested")
		b.table([]string{"", "found", "where"}, tested)
	}
	if v.LeftBehind != "" {
		b.line("Left behind: %s", plain(v.LeftBehind))
	}
	for _, r := range v.Residue {
		b.line("**Left behind**: %s %s", plain(strings.TrimSpace(r.Node+" "+r.What)), code(r.Remedy))
	}
}

// definitions say what the figures are, by which settings.
func (b *markdown) definitions(v *View) {
	b.line("### Definitions")
	var rows [][]string
	for _, f := range v.Settings {
		rows = append(rows, []string{f.Label, f.Value})
	}
	b.table([]string{"setting", ""}, rows)
	b.block("<details><summary>All KPIs: definition, what it is made of, unit</summary>\n\n")
	b.table(definitionsHead(), v.Definitions)
	b.block("</details>\n\n")
}

// plain is a text in which nothing is markup, on one line.
func plain(text string) string {
	var b strings.Builder
	line := strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	for at, r := range line {
		switch {
		case r == '$':
			b.WriteString("&#36;") // begins no formula
		case r == ':' && shortcode.MatchString(line[at:]):
			b.WriteString("&#58;") // of an address, say: no picture
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '@':
			b.WriteString("&#64;") // mentions nobody
		case strings.ContainsRune("\\`*_[]|~#!", r):
			b.WriteString("\\" + string(r))
		case !unicode.IsPrint(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shortcode is how GitHub is told of a picture. Of those that are digits alone there are
// two.
var shortcode = regexp.MustCompile(`^:([a-z0-9_+-]*[a-z_+-][a-z0-9_+-]*|100|1234):`)

// code is a text as it is to be typed, in a block of its own where it has several lines.
func code(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, strings.ToValidUTF8(text, "?")))
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.Contains(text, "\n") {
		fence = strings.Repeat("`", max(len(fence), 3))
		return "\n\n" + fence + "\n" + text + "\n" + fence
	}
	return fence + " " + text + " " + fence
}
