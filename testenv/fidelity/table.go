package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// cells are a side's part of a row: median, p99, slowest, errors while the fault
// was held, errors of all, outage.
func (r row) cells(side string) []string {
	if why, missing := r.missing[side]; missing {
		return []string{"–", "–", "–", why, "–", "–"}
	}
	runs := r.seen[side]
	if len(runs) == 0 {
		return []string{"–", "–", "–", "not asked", "–", "–"}
	}
	f := middle(runs)
	if f.damage != nil {
		return []string{"–", "–", "–", "the record is damaged", "–", "–"}
	}
	return []string{short(f.median), short(f.p99), short(f.slowest), counted(f.held), counted(f.arrivals), none(f.outage)}
}

// truth says whether the simulation is true in this row.
func (r row) truth() string {
	sim, lab := r.seen["simulation"], r.seen["lab"]
	if len(r.missing) > 0 || len(sim) == 0 || len(lab) == 0 {
		return "not known"
	}
	s, l := middle(sim), middle(lab)
	if s.damage != nil || l.damage != nil {
		return "not known"
	}
	if wrong := lies(s, l); len(wrong) > 0 {
		return "no: " + strings.Join(wrong, "; ")
	}
	return "yes"
}

// writeText prints the table for a terminal.
func writeText(w io.Writer, rows []row, both bool) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	heading := []string{"probe", "on", "median", "p99", "slowest", "errors while held", "errors", "outage"}
	if _, err := fmt.Fprintln(t, strings.Join(heading, "\t")); err != nil {
		return err
	}
	for _, r := range rows {
		lines := [][]string{append([]string{r.name, "simulation"}, r.cells("simulation")...)}
		if both {
			lines = append(lines, append([]string{"", "lab"}, r.cells("lab")...), []string{"", "true?", r.truth()})
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(t, strings.Join(line, "\t")); err != nil {
				return err
			}
		}
	}
	return t.Flush()
}

// writeMarkdown writes the table for a page.
func writeMarkdown(w io.Writer, rows []row) error {
	heading := "| probe | on | median | p99 | slowest | errors while held | errors | outage | true? |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
	if _, err := io.WriteString(w, heading); err != nil {
		return err
	}
	for _, r := range rows {
		_, err := fmt.Fprintf(w, "| %s | simulation | %s | |\n| | lab | %s | %s |\n",
			r.name, strings.Join(r.cells("simulation"), " | "), strings.Join(r.cells("lab"), " | "), r.truth())
		if err != nil {
			return err
		}
	}
	return nil
}
