package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
)

// row is one claim and how it is measured.
type row struct {
	name   string
	what   string // one sentence: what is compared, under which conditions
	target string
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
)

func judge(ok bool) verdict {
	if ok {
		return met
	}
	return missed
}

// table prints rows as they come.
type table struct {
	out *tabwriter.Writer
	err error
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
	for _, l := range lines {
		target := string(l.met)
		if l.met != beside {
			target += " (" + r.target + ")"
		}
		t.print("    %s\t%s\t%s\t%s\n", l.what, l.value, l.ratio, target)
	}
	if t.err == nil {
		t.err = t.out.Flush() // a row may take a minute: show each as it comes
	}
}
