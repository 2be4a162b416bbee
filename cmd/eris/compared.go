package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/scenarios"
)

// compared are the runs that a plan's objectives ask for, as their records give them today.
// A name without a slash is one of the runs in out, as latest is; another is a directory. One
// that cannot be read is told of, and its objectives will be unknown.
func compared(w io.Writer, plan *scenarios.Plan, out string) []record.Compared {
	var calls []conditions.Call
	var names []string
	for _, o := range plan.Spec.Objectives {
		for _, call := range o.Calls() {
			if call.Run == "" {
				continue
			}
			if calls = append(calls, call); !slices.Contains(names, call.Run) {
				names = append(names, call.Run)
			}
		}
	}
	var all []record.Compared
	for _, name := range names {
		c := comparedWith(name, out, calls)
		if c.Why != "" {
			fmt.Fprintf(w, "eris: the run %s, which an objective asks for, has no figures: %s\n", name, c.Why)
		}
		all = append(all, c)
	}
	return all
}

func comparedWith(name, out string, calls []conditions.Call) record.Compared {
	dir := name
	if !strings.ContainsRune(name, filepath.Separator) {
		dir = filepath.Join(out, name)
	}
	set, err := reports.OpenSet(dir)
	switch {
	case err != nil:
		return record.Compared{Name: name, Why: err.Error()}
	case len(set.Runs) != 1:
		return record.Compared{Name: name, Why: fmt.Sprintf("it is a set of %d repetitions: one of them has to be named", len(set.Runs))}
	}
	return set.Runs[0].Analysis.Compared(name, calls)
}
