package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// ordered are the words of a comparison, in the order in which a page has them.
func ordered() []kpi.Word { return []kpi.Word{kpi.Worse, kpi.CannotTell, kpi.Better, kpi.Same} }

// markOfWord is the mark of what is said of a change.
func markOfWord(w kpi.Word) Mark {
	m := Mark{Word: string(w)}
	switch w {
	case kpi.Worse:
		m.Sign, m.Tone = "✕", "fail"
	case kpi.Better, kpi.Same:
		m.Sign, m.Tone = "✓", "pass"
	case kpi.CannotTell:
		m.Sign, m.Tone = "?", "unknown"
	}
	return m
}

// comparisonPage is a comparison as its page shows it.
type comparisonPage struct {
	Top     top
	Summary []Text
	Sides   []sidePage
	Rows    []changeRow // what is worse first
	Differ  []string
}

// sidePage is one of the two.
type sidePage struct {
	Letter string
	Side
	Folder string // of the set, or of its run, without where it lies
	Words  string // how many came to what
	Runs   runTable
}

// WriteHTML writes it as one page that needs nothing but itself, to lie in a folder: it
// leads to the reports of the runs that can be reached from there. Empty: to none.
func (c *Comparison) WriteHTML(w io.Writer, folder string) error {
	page, title := comparisonPage{Differ: c.Differ}, c.A.Name+" and "+c.B.Name
	if c.A.Name == c.B.Name {
		title = "two sets of " + c.A.Name
	}
	for n, s := range []Side{c.A, c.B} {
		page.Sides = append(page.Sides, sidePage{string('A' + rune(n)), s, c.sets[n].folder(), counted(s.Repetitions, "repetition") + ": " + s.Verdicts, c.sets[n].runTable(fmt.Sprintf("Runs of %c", 'A'+rune(n)), folder)})
	}
	for n := range c.List {
		page.Rows = append(page.Rows, c.row(n))
	}
	place := func(r changeRow) int { return slices.Index(ordered(), kpi.Word(r.Mark.Word)) }
	slices.SortStableFunc(page.Rows, func(x, y changeRow) int { return place(x) - place(y) })
	page.Summary = c.summary(page.Rows)
	var long Long
	long.Fold(&page)
	title = long.Text(title)
	return writePage(w, "comparison.html", top{Title: title, Mark: c.mark(), Long: long.All}, func(t top) any {
		page.Top = t
		return page
	})
}

// mark is what there is to say of all objectives: worse where one is, and no word where
// one cannot be told.
func (c *Comparison) mark() Mark {
	has := func(w kpi.Word) bool {
		return slices.ContainsFunc(c.List, func(x kpi.Change) bool { return x.Word == w })
	}
	switch {
	case has(kpi.Worse):
		return markOfWord(kpi.Worse)
	case has(kpi.CannotTell) || len(c.List) == 0:
		return markOfWord(kpi.CannotTell)
	case has(kpi.Better):
		return markOfWord(kpi.Better)
	}
	return markOfWord(kpi.Same)
}

// summary counts the words, and says what the first of the rows has come to.
func (c *Comparison) summary(rows []changeRow) []Text {
	if len(rows) == 0 {
		return []Text{{Text: "There is no objective to compare."}}
	}
	var counts []string
	for _, w := range ordered() {
		n := 0
		for _, r := range rows {
			if r.Mark.Word == string(w) {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, w))
		}
	}
	text := []Text{{Text: counted(len(rows), "objective") + ": " + strings.Join(counts, ", ") + "."}}
	if first := rows[0]; first.Mark.Word == string(kpi.Worse) {
		text = append(text, Text{Text: " "}, Text{upperFirst(first.What), "objectives"},
			Text{Text: fmt.Sprintf(" was %s and is %s (%s, from %s).", first.A, first.B, first.Change, first.Interval)})
	}
	return text
}
