package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one claim and how it is measured.
type row struct {
	name   string
	what   string // one sentence: what is compared, under which conditions
	target string
	onLab  bool // it strikes the lab, which stands still during the others
	// measure returns one line for each figure; quick is rough and takes
	// seconds.
	measure func(ctx context.Context, quick bool) ([]line, error)
}

// line is one measured figure.
type line struct {
	what  string
	value string
	ratio string // to what the line says
	met   verdict
}

// verdict is whether a line meets its row's target; most lines only stand
// beside the one that has to.
type verdict string

const (
	beside verdict = ""
	met    verdict = "met"
	missed verdict = "MISSED"
	rough  verdict = "not judged, quick"
)

func judge(ok bool) verdict {
	if ok {
		return met
	}
	return missed
}

// unjudged takes back what was judged of figures that were measured roughly: a target is of a whole
// measurement, of as many operations as it says.
func unjudged(lines []line) []line {
	lines = slices.Clone(lines)
	for n := range lines {
		if lines[n].met != beside {
			lines[n].met = rough
		}
	}
	return lines
}

// section is a row's part of the page.
type section struct{ name, text string }

// table prints rows as they come.
type table struct {
	out  *tabwriter.Writer
	err  error
	page []section // the same in Markdown
}

func newTable(out io.Writer) *table {
	return &table{out: tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)}
}

func (t *table) print(format string, args ...any) {
	if _, err := fmt.Fprintf(t.out, format, args...); err != nil && t.err == nil {
		t.err = err
	}
}

func (t *table) add(r row, lines []line) {
	t.print("%s: %s\n", r.name, r.what)
	var text strings.Builder
	fmt.Fprintf(&text, "\n## %s\n\n%s. Wanted: %s.\n\n| | figure | ratio | |\n| --- | --- | --- | --- |\n", r.name, upper(r.what), r.target)
	for _, l := range lines {
		target := string(l.met)
		if l.met != beside {
			target += " (" + r.target + ")"
		}
		t.print("    %s\t%s\t%s\t%s\n", l.what, l.value, l.ratio, target)
		fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", l.what, l.value, l.ratio, l.met)
	}
	t.page = append(t.page, section{r.name, text.String()})
	if t.err == nil {
		t.err = t.out.Flush() // a row may take a minute: show each as it comes
	}
}

func upper(sentence string) string { return strings.ToUpper(sentence[:1]) + sentence[1:] }

const pageHead = `# Performance

Ratios between two things that ran in one run on one machine; a ratio travels, an absolute figure does not. This page is written by ` + "`go run ./testenv/bench -page docs/performance.md`" + `, as root with a lab up for the row trigger, which stands still during the others; CONTRIBUTING says what else it needs.

%s.
`

// write writes the page: what was measured, when and on what.
func (t *table) write(file string, began time.Time, load string) error {
	var text strings.Builder
	fmt.Fprintf(&text, pageHead, when(began, load))
	for _, s := range t.page {
		text.WriteString(s.text)
	}
	return writePage(file, text.String())
}

// amend writes the rows that were measured by themselves into a page that is there,
// each in its place, else at the end, and in each when that was.
func (t *table) amend(file string, began time.Time, load string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	page := string(old)
	for _, s := range t.page {
		s.text += "\nBy itself, " + when(began, load) + ".\n"
		before, rest, found := strings.Cut(page, "\n## "+s.name+"\n")
		if found {
			if next := strings.Index(rest, "\n## "); next >= 0 {
				s.text += rest[next:]
			}
		}
		page = before + s.text
	}
	return writePage(file, page)
}

// when is the sentence, without its end, that says when and on what was measured.
func when(began time.Time, load string) string {
	return fmt.Sprintf("%s: %s, %d processors, load average %s when it began",
		began.UTC().Format("2 January 2006"), runtime.Version(), runtime.NumCPU(), load)
}

func writePage(file, text string) error {
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// loadAverage is that of the last minute, as the kernel says it.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if first, _, ok := strings.Cut(string(text), " "); err == nil && ok {
		return first
	}
	return "unknown"
}
