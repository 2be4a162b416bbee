package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// cells are a side's part of a row: median, p99, slowest, errors, outage.
func (r row) cells(side string) []string {
	if why, missing := r.missing[side]; missing {
		return []string{"–", "–", "–", why, "–"}
	}
	f, seen := r.seen[side]
	switch {
	case !seen:
		return []string{"–", "–", "–", "not asked", "–"}
	case f.damage != nil:
		return []string{"–", "–", "–", "the record is damaged", "–"}
	}
	return []string{short(f.median), short(f.p99), short(f.slowest), counted(f), none(f.outage)}
}

// truth says whether the simulation is true in this row.
func (r row) truth() string {
	sim, simulated := r.seen["simulation"]
	lab, real := r.seen["lab"]
	if !simulated || !real {
		return "not known"
	}
	if wrong := lies(sim, lab); len(wrong) > 0 {
		return "no: " + strings.Join(wrong, "; ")
	}
	return "yes"
}

// writeText prints the table for a terminal.
func writeText(w io.Writer, rows []row, both bool) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	heading := []string{"probe", "on", "median", "p99", "slowest", "errors", "outage"}
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
	heading := "| probe | on | median | p99 | slowest | errors | outage | true? |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
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
