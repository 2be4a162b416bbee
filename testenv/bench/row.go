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
	t := &table{out: tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)}
	t.print("row\tmeasured\tvalue\tratio\ttarget\t\n")
	return t
}

func (t *table) print(format string, args ...any) {
	if _, err := fmt.Fprintf(t.out, format, args...); err != nil && t.err == nil {
		t.err = err
	}
}

func (t *table) add(r row, lines []line) {
	t.print("%s\t%s\t\t\t%s\t\n", r.name, r.what, r.target)
	for _, l := range lines {
		t.print("\t%s\t%s\t%s\t%s\t\n", l.what, l.value, l.ratio, l.met)
	}
}

func (t *table) flush() error {
	if t.err != nil {
		return t.err
	}
	return t.out.Flush()
}
