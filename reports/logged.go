package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// What a report shows of the cloud's logs; the record has more.
const (
	mostLogRows   = 60  // requests, and as many targets of faults
	mostLogLine   = 500 // bytes
	briefLogRows  = 10  // likewise, where there is nothing to unfold
	briefLogLines = 3
)

// LogRow is lines of one log: with a request's id, or around a fault.
type LogRow struct {
	Of    string // the request's id; the fault and what it struck
	Where string // the node, and the file or journal there
	Lines []LogLine
	Count string // how many there are, and how many that are not kept
}

// LogLine is one line. A Gap stands for those that were left out.
type LogLine struct {
	Text string
	Gap  bool
}

// logRows are the lines with requests' ids, those of the errors that are shown first, then
// those around faults; and what could not be searched.
func logRows(logged []*record.Logged, shownIDs []string) (requests, around []LogRow, unsearched []string) {
	var ids []string
	for _, id := range shownIDs {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	byID := map[string][]LogRow{}
	for _, l := range logged {
		for _, e := range l.Lines {
			if e.Request == "" {
				around = append(around, logRow(l.Node, e, strings.TrimSpace(e.Fault+" on "+record.Target{Node: l.Node, Service: e.Service}.String())))
				continue
			}
			if !slices.Contains(ids, e.Request) {
				ids = append(ids, e.Request)
			}
			byID[e.Request] = append(byID[e.Request], logRow(l.Node, e, e.Request))
		}
	}
	for _, id := range ids {
		requests = append(requests, byID[id]...)
	}
	return requests, around, unsearchedWords(logged)
}

func logRow(node string, e record.LoggedExcerpt, of string) LogRow {
	row := LogRow{Of: shown(of), Where: shown(node + " " + e.Source)}
	for n, text := range e.Lines {
		if e.Left > 0 && e.Head > 0 && n == e.Head {
			row.Lines = append(row.Lines, LogLine{fmt.Sprintf("%d lines left out", e.Left), true})
		}
		row.Lines = append(row.Lines, LogLine{Text: record.OneLine(text, mostLogLine)})
	}
	if row.Count = "1 line"; len(e.Lines) != 1 {
		row.Count = fmt.Sprintf("%d lines", len(e.Lines))
	}
	if e.Left > 0 {
		row.Count += fmt.Sprintf(" and %d more", e.Left)
	}
	return row
}

// unsearchedWords are what could not be searched, each once with all of its nodes.
func unsearchedWords(logged []*record.Logged) []string {
	var all []string
	nodes := map[string][]string{}
	for _, l := range logged {
		for _, why := range l.Silent {
			if why = shown(why); !slices.Contains(all, why) {
				all = append(all, why)
			}
			if l.Node != "" {
				nodes[why] = append(nodes[why], shown(l.Node))
			}
		}
	}
	for n, why := range all {
		if of := nodes[why]; len(of) > 0 {
			all[n] = strings.Join(of, ", ") + ": " + why
		}
	}
	return all
}

// mostLogText is how many bytes of lines a report shows of requests, and as many of faults.
const mostLogText = 6 << 10

// fitLogs leaves of each row of lines its share: what others do not need goes to those that come
// first. What is left out is said.
func fitLogs(rows []LogRow) {
	room := mostLogText
	for n := range rows {
		row := &rows[n]
		share := room / min(len(rows)-n, mostLogRows)
		used, kept := 0, 0
		for kept < len(row.Lines) && used+len(row.Lines[kept].Text) <= max(share, mostLogLine) {
			used += len(row.Lines[kept].Text) + 1
			kept++
		}
		room = max(room-used, 0)
		if left := len(row.Lines) - kept; left > 0 {
			row.Lines = append(row.Lines[:kept:kept], LogLine{fmt.Sprintf("%d lines more in the journal of the record", left), true})
		}
	}
}

// logs puts what the logs have into the view.
func (v *View) logs(a *kpi.Analysis) {
	var ids []string
	for _, l := range a.Result.Loads {
		for _, e := range l.Errors {
			ids = append(append(ids, e.RequestIDs...), e.SentIDs...)
			for _, t := range e.Texts {
				ids = append(ids, t.RequestID, t.SentID)
			}
		}
	}
	v.Requests, v.Around, v.Unsearched = logRows(a.Logged, ids)
	for _, rows := range []*[]LogRow{&v.Requests, &v.Around} {
		fitLogs(*rows)
		if more := len(*rows) - mostLogRows; more > 0 {
			*rows = append((*rows)[:mostLogRows], LogRow{Of: "more", Where: fmt.Sprintf("%d in the journal of the record", more)})
		}
	}
}

// brief are the first lines of a row, on one line each with where they stand.
func (r LogRow) brief() (lines []string, left int) {
	for _, l := range r.Lines {
		if len(lines) < briefLogLines && !l.Gap {
			lines = append(lines, l.Text)
		}
	}
	return lines, len(r.Lines) - len(lines)
}

// textLogs shows the first of what the logs have.
func (v *View) textLogs(b *strings.Builder) {
	for _, part := range []struct {
		title string
		rows  []LogRow
	}{{"Failed requests in the cloud's logs", v.Requests}, {"The logs around the faults", v.Around}} {
		for n, row := range part.rows {
			if n == 0 {
				b.WriteString("\n" + part.title + "\n")
			}
			if n == briefLogRows {
				fmt.Fprintf(b, "  and %d more, which report.html shows\n", len(part.rows)-n)
				break
			}
			lines, left := row.brief()
			fmt.Fprintf(b, "  %s (%s)\n", row.Of, row.Where)
			for _, line := range lines {
				b.WriteString("    " + line + "\n")
			}
			if left > 0 {
				fmt.Fprintf(b, "    and %d more\n", left)
			}
		}
	}
	for _, why := range v.Unsearched {
		b.WriteString("  not searched: " + why + "\n")
	}
}

// logs shows the first of what the logs have.
func (b *markdown) logs(v *View) {
	for _, part := range []struct {
		title, head string
		rows        []LogRow
	}{{"Failed requests in the cloud's logs", "request", v.Requests}, {"The logs around the faults", "fault", v.Around}} {
		var rows [][]string
		for n, row := range part.rows {
			if n == briefLogRows {
				rows = append(rows, []string{fmt.Sprintf("and %d more", len(part.rows)-n), "", ""})
				break
			}
			lines, left := row.brief()
			for i, line := range lines {
				of, where := row.Of, row.Where
				if i > 0 {
					of, where = "", ""
				}
				rows = append(rows, []string{of, where, line})
			}
			if left > 0 {
				rows = append(rows, []string{"", "", fmt.Sprintf("and %d more", left)})
			}
		}
		if len(rows) > 0 {
			b.line("### %s", part.title)
			b.table([]string{part.head, "where", "line"}, rows)
		}
	}
	for _, why := range v.Unsearched {
		b.line("- not searched: %s", plain(why))
	}
}
