package reports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// What an issue has of the cloud's logs; the record has more.
const (
	mostIssueIDs   = 60 // lines with request ids
	mostIssueFault = 20 // lines around a fault in one log
	mostIssueLogs  = 6  // of such logs
)

// logLines puts lines of the cloud's logs into an issue: those with the request ids that it
// has, then the first around each fault. Hosts get names as everywhere in it.
func (b *markdown) logLines(v *View, logged []*record.Logged, hide *Hiding) {
	var ids []string
	for _, e := range v.Errors {
		ids = append(append(ids, e.RequestIDs...), e.SentIDs...)
	}
	requests := slices.DeleteFunc(slices.Clone(v.Requests), func(r LogRow) bool { return !slices.Contains(ids, r.Of) })
	logs := &logHiding{Hiding: hide, nodes: loggedNodes(logged)}
	for range 2 { // a host may be known by a later line
		var text []string
		for _, row := range requests {
			for _, line := range row.Lines {
				text = append(text, row.Where+": "+logs.in(line.Text))
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
				text = append(text, logs.in(line.Text))
			}
		}
		logs.text = text
	}
	if len(logs.text) > 0 {
		b.line("### Log lines")
		b.line("%s", code(strings.Join(logs.text, "\n")+"\n"))
	}
	for _, why := range v.Unsearched {
		b.line("- not searched: %s", plain(hide.Line(why)))
	}
}

// logHiding hides what only lines of logs have: hosts without a URL around them.
type logHiding struct {
	*Hiding
	nodes []string
	text  []string
}

var (
	hostPort = regexp.MustCompile(`(^|[\s"'(=,@\[])((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})(:\d{2,5})\b`)
	fullName = regexp.MustCompile(`\b([A-Za-z0-9-]+)((?:\.[A-Za-z0-9-]+)+)\b`)
)

// in is a line on which each address has another name, each host before a port, and each
// host that had one already; of the full name of a node the domain is left out.
func (h *logHiding) in(line string) string {
	line = h.Line(line)
	line = hostPort.ReplaceAllStringFunc(line, func(found string) string {
		part := hostPort.FindStringSubmatch(found)
		if strings.HasSuffix(part[2], ".py") || slices.Contains(h.nodes, part[2]) {
			return found
		}
		return part[1] + named(&h.hosts, part[2], "HOST") + part[3]
	})
	return fullName.ReplaceAllStringFunc(line, func(found string) string {
		first, _, _ := strings.Cut(found, ".")
		switch {
		case h.hosts[found] != "":
			return h.hosts[found]
		case slices.Contains(h.nodes, found), !slices.Contains(h.nodes, first), !strings.ContainsAny(first, "-0123456789"):
			return found
		}
		return first
	})
}

// loggedNodes are those that have lines.
func loggedNodes(logged []*record.Logged) []string {
	var names []string
	for _, l := range logged {
		if l.Node != "" && !slices.Contains(names, l.Node) {
			names = append(names, l.Node)
		}
	}
	return names
}
