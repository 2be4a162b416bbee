package reports

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// mostCauseText bounds a line of a hypothesis or of what to look at next, bytes.
const mostCauseText = 600

// notExplained is said of a gap that an earlier version has written down.
const notExplained = "its cause was not looked for when this was written: eris report RUN does"

// Cause is what may have caused a gap, as lines to be shown: each hypothesis with what it stands on, or
// why there is none; and what to look at next.
func Cause(g kpi.Gap) (causes, next []string) {
	for _, h := range g.Hypotheses {
		line := h.Text
		if len(h.StandsOn) > 0 {
			line += "; it stands on: " + strings.Join(h.StandsOn, "; ")
		}
		causes = append(causes, record.OneLine(line, mostCauseText))
	}
	switch {
	case len(causes) > 0:
	case g.NoHypothesis != "":
		causes = append(causes, record.OneLine(g.NoHypothesis, mostCauseText))
	default:
		causes = append(causes, notExplained)
	}
	for _, l := range g.Looks {
		next = append(next, record.OneLine(l.Text, mostCauseText))
	}
	return causes, next
}

// textCause writes it for people, each line behind a margin.
func textCause(b *strings.Builder, margin string, g kpi.Gap) {
	causes, next := Cause(g)
	for _, line := range causes {
		fmt.Fprintf(b, "%s%s\n", margin, line)
	}
	for _, line := range next {
		fmt.Fprintf(b, "%snext: %s\n", margin, line)
	}
}

// textWorse writes what was worse than before; nothing where nothing was.
func (g *Gaps) textWorse(b *strings.Builder) {
	for n, v := range g.Worse {
		if n == 0 {
			b.WriteString("\nPerformance\n")
		}
		fmt.Fprintf(b, "  %s: %s\n          %s\n          %s\n", shown(v.Scenario), shown(v.Says()), shown(v.Why), shown(v.Last.Report))
	}
}

// GapRow is a gap with what may have caused it.
type GapRow struct {
	kpi.Gap
	Causes []string
	Next   []string
	Link   string // place in the page that shows the evidence
}

func gapRows(gaps []kpi.Gap) []GapRow {
	var rows []GapRow
	for _, g := range gaps {
		causes, next := Cause(g)
		link := "objectives"
		if g.Fault != "" {
			link = faultAnchor(g.Fault)
		}
		rows = append(rows, GapRow{g, causes, next, link})
	}
	return rows
}
