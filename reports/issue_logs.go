package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// What an issue has of the cloud's logs; the record has more.
const (
	mostIssueIDs   = 60 // lines with request ids
	mostIssueFault = 20 // lines around a fault in one log
	mostIssueLogs  = 6  // of such logs
)

// logLines puts lines of the cloud's logs into an issue: those with the request ids that it
// has, then the first around each fault. Hosts get names as everywhere in it.
func (b *markdown) logLines(v *View, hide *Hiding) {
	var ids []string
	for _, e := range v.Errors {
		ids = append(append(ids, e.RequestIDs...), e.SentIDs...)
	}
	requests := slices.DeleteFunc(slices.Clone(v.Requests), func(r LogRow) bool { return !slices.Contains(ids, r.Of) })
	var lines []string
	for range 2 { // a host may be known by a later line
		var text []string
		for _, row := range requests {
			for _, line := range row.Lines {
				text = append(text, row.Where+": "+hide.Line(line.Text))
			}
		}
		if more := len(text) - mostIssueIDs; more > 0 {
			text = append(text[:mostIssueIDs], fmt.Sprintf("and %d lines more", more))
		}
		for n, row := range v.Around {
			if n == mostIssueLogs {
				text = append(text, fmt.Sprintf("and %d logs more", len(v.Around)-n))
				break
			}
			text = append(text, "", fmt.Sprintf("# around %s, %s", row.Of, row.Where))
			for i, line := range row.Lines {
				if i == mostIssueFault {
					text = append(text, fmt.Sprintf("and %d lines more", len(row.Lines)-i))
					break
				}
				text = append(text, hide.Line(line.Text))
			}
		}
		lines = text
	}
	if len(lines) > 0 {
		b.line("### Log lines")
		b.line("%s", code(strings.Join(lines, "\n")+"\n"))
	}
	for _, why := range v.Unsearched {
		b.line("- not searched: %s", plain(hide.Line(why)))
	}
}

// nodesOf are the nodes that a run names: whose logs were looked into, and which were struck.
func nodesOf(a *kpi.Analysis) []string {
	var names []string
	for _, l := range a.Logged {
		names = append(names, l.Node)
	}
	for _, f := range a.Meta.Faults {
		for _, t := range f.Targets {
			names = append(names, t.Node)
		}
	}
	for _, name := range names {
		first, _, _ := strings.Cut(name, ".")
		names = append(names, first)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}
