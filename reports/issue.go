package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports/live"
)

// What an issue has of a run; the record has all.
const (
	mostOfTimeline = 80      // lines
	mostOfLine     = 500     // bytes
	mostOfScenario = 8 << 10 // bytes
)

// WriteIssue writes what somebody who looks after the cloud has to know of a gap, as
// Markdown for a tracker: what was expected, the run that has shown it last, what that was
// tried on, how to see it again, what happened when, and the requests that failed. Secrets
// are left out, as of all records; addresses and the hosts of URLs are replaced by names,
// one for each. The scenario is its text; none is shown of an empty one.
func WriteIssue(w io.Writer, s coverage.Seen, run *Run, scenario []byte) error {
	a, b := run.Analysis, &markdown{}
	hide := &Hiding{nodes: nodesOf(a)}
	v := NewView(a)
	b.line("## %s: %s", plain(hide.Line(s.Scenario)), plain(hide.Line(s.Gap.What)))
	b.line("Expected %s, observed %s. Seen in %d of %d runs, first on %s, last on %s.",
		plain(hide.Line(s.Gap.Expected)), plain(hide.Line(s.Gap.Observed)), s.Times, s.Runs, day(s.First.At), day(s.Last.At))
	b.line("%s", plain(hide.Line(a.Result.Summary)))
	b.causes(s.Gap, hide)
	var tested [][]string
	for _, row := range v.Tested {
		tested = append(tested, []string{row.What, hide.Line(row.Found), hide.Line(row.Where)})
	}
	for _, who := range v.Silent {
		tested = append(tested, []string{"not known", hide.Line(who), ""})
	}
	if len(tested) > 0 {
		b.line("### Environment")
		b.table([]string{"", "found", "where"}, tested)
	}
	b.line("### To see it again")
	b.line("eris %s, seed %d, scenario with the sha256 %s: %s", plain(a.Meta.Version), a.Result.Seed, plain(a.Result.Scenario.SHA256), code(hide.Line(v.Command)))
	if len(scenario) > 0 && len(scenario) <= mostOfScenario {
		b.line("%s", code(hide.Text(strings.Join(record.Lines(scenario), "\n"))+"\n#"))
	}
	if lines := timeline(run.Record.Events, hide); len(lines) > 0 {
		b.line("### Timeline")
		b.line("Minutes and seconds from the start, which was at %s UTC.%s", a.Result.Started.Format("2006-01-02 15:04:05"), code(strings.Join(lines, "\n")+"\n"))
	}
	var wrong [][]string
	for _, e := range v.Errors {
		wrong = append(wrong, []string{e.Load, e.Class, e.Count, e.Share, e.ids(), hide.Line(e.said())})
	}
	if len(wrong) > 0 {
		b.line("### Requests that failed")
		b.table([]string{"load", "class", "count", "share", "request ids", "what was said"}, wrong)
	}
	b.logLines(v, hide)
	if _, err := io.WriteString(w, b.text.String()); err != nil {
		return fmt.Errorf("write issue: %w", err)
	}
	return nil
}

// causes puts what may have caused a gap into an issue, and what to look at next.
func (b *markdown) causes(g kpi.Gap, hide *Hiding) {
	causes, next := Cause(g)
	b.line("### Cause, as a hypothesis")
	for _, line := range causes {
		b.line("- %s", plain(hide.Line(line)))
	}
	if len(next) > 0 {
		b.line("### Look next")
	}
	for _, line := range next {
		b.line("- %s", plain(hide.Line(line)))
	}
}

// timeline is what happened, as it was told while it went on.
func timeline(events []record.Event, hide *Hiding) (lines []string) {
	for _, e := range events {
		if words := live.Words(e); words != "" && e.Started == nil {
			lines = append(lines, kpi.Clock(e.At)+"  "+hide.Line(words))
		}
	}
	if more := len(lines) - mostOfTimeline; more > 0 {
		lines = append(lines[:mostOfTimeline], fmt.Sprintf("and %d lines more", more))
	}
	return lines
}
