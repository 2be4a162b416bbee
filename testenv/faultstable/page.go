package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
)

const head = `# Faults, what they do and what they were seen to stand

Every kind of fault goes through the same cases, on simulated nodes and on real ones ([adding a fault](adding-a-fault.md)). This page is written by the tests: ` + "`go run ./testenv/faultstable`" + `, with ` + "`-real`" + ` on real nodes too; what they told is kept in [faults.json](faults.json). ` + "`eris describe FAULT`" + ` says what a kind does and takes; [safety](safety.md) how it is undone.

`

const legend = `
## What they stand

In each cell the first sign is of simulated nodes, the second of real ones: ✓ passed, ✗ failed, · not run, – cannot be had there and is refused with the reason below; an empty cell is a case that the kind does not have, since no step on its node injects or undoes it, or since its node is away while it is held. The last columns are the seconds from the kill -9 of the engine that held the fault%s until the node's undo began, and until all was as before and proven.

`

// page is docs/faults.md. Kinds that the catalogue no longer has are left out.
func (r *results) page() (string, error) {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	cases := r.cases(onSimulated, onReal)
	if len(cases) == 0 {
		return "", fmt.Errorf("nothing was run")
	}
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("| kind | what it does |\n| --- | --- |\n")
	for _, name := range kinds.Names() {
		kind, _ := kinds.Lookup(name)
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, kind.Summary)
	}
	fmt.Fprintf(&b, legend, r.leases())
	for i, name := range cases {
		fmt.Fprintf(&b, "- **%s**: %s\n", letter(i), name)
	}
	b.WriteString("\n| fault |")
	for i := range cases {
		b.WriteString(" " + letter(i) + " |")
	}
	b.WriteString(" undo began, simulated | healed | undo began, real | healed |\n| --- |" + strings.Repeat(" --- |", len(cases)+4) + "\n")
	for _, name := range kinds.Names() {
		simulated, real := r.Faults[onSimulated][name], r.Faults[onReal][name]
		fmt.Fprintf(&b, "| `%s` |", name)
		for _, c := range cases {
			if !simulated.knows(c) && !real.knows(c) { // another suite's case
				b.WriteString(" |")
				continue
			}
			fmt.Fprintf(&b, " %s%s |", simulated.sign(c), real.sign(c))
		}
		fmt.Fprintf(&b, " %s | %s |\n", simulated.times(), real.times())
	}
	r.healing(&b, kinds.Names())
	r.refusals(&b, kinds.Names())
	r.others(&b, kinds.Names())
	return b.String(), nil
}

func (r *results) refusals(b *strings.Builder, names []string) {
	first := true
	for _, name := range names {
		for _, side := range []string{onSimulated, onReal} {
			f := r.Faults[side][name]
			if f == nil || f.Refused == "" {
				continue
			}
			if first {
				b.WriteString("\nRefused:\n\n")
				first = false
			}
			fmt.Fprintf(b, "- `%s` on %s nodes: %s\n", name, side, f.Refused)
		}
	}
}

const elsewhere = `
## Where something else than systemd runs the service

The same cases on real nodes, of the kinds that strike what runs a service ([inventory](inventory.md#what-runs-a-service)): ` + "`go run ./testenv/faultstable -runtimes`" + `. Signs and the last columns are as above.

`

// others is the table of what else runs a service; nothing where none was struck.
func (r *results) others(b *strings.Builder, names []string) {
	runtimes := slices.DeleteFunc(slices.Sorted(maps.Keys(r.Faults)), func(side string) bool { return side == onSimulated || side == onReal })
	cases := r.cases(runtimes...)
	if len(cases) == 0 {
		return
	}
	b.WriteString(elsewhere)
	for i, name := range cases {
		fmt.Fprintf(b, "- **%s**: %s\n", letter(i), name)
	}
	b.WriteString("\n| what runs it | fault |")
	for i := range cases {
		b.WriteString(" " + letter(i) + " |")
	}
	b.WriteString(" undo began | healed |\n| --- | --- |" + strings.Repeat(" --- |", len(cases)+2) + "\n")
	for _, runtime := range runtimes {
		for _, name := range names {
			f := r.Faults[runtime][name]
			if f == nil || len(f.Cases) == 0 {
				continue
			}
			fmt.Fprintf(b, "| %s | `%s` |", runtime, name)
			for _, c := range cases {
				b.WriteString(" " + f.sign(c) + " |")
			}
			fmt.Fprintf(b, " %s |\n", f.times())
		}
	}
}

// cases are all that were run on those sides, sorted.
func (r *results) cases(sides ...string) []string {
	names := map[string]bool{}
	for _, side := range sides {
		for _, f := range r.Faults[side] {
			for name := range f.Cases {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// letter is a column's name: A to Z, then AA and so on.
func letter(i int) string {
	const letters = 26
	if i < letters {
		return string(rune('A' + i))
	}
	return letter(i/letters-1) + letter(i%letters)
}

// healing says how long it took from the death of the engine until all was as
// before, over all kinds of a side; nothing where none was killed there.
func (r *results) healing(b *strings.Builder, names []string) {
	for _, side := range []string{onSimulated, onReal} {
		var all []float64
		for _, name := range names {
			if f := r.Faults[side][name]; f != nil && f.Healed > 0 {
				all = append(all, f.Healed)
			}
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		fmt.Fprintf(b, "\nFrom the death of the engine to a healed node, on %s nodes: median %.1f s, worst %.1f s, of %d kinds.\n",
			side, all[len(all)/2], all[len(all)-1], len(all))
	}
}

// leases says which leases the killed engines had, from the shortest to the longest:
// a machine that is slow to arm needs a longer one. Nothing where none was told.
func (r *results) leases() string {
	var all []float64
	for _, side := range []string{onSimulated, onReal} {
		for _, f := range r.Faults[side] {
			if f.Lease > 0 {
				all = append(all, f.Lease)
			}
		}
	}
	switch {
	case len(all) == 0:
		return ""
	case slices.Min(all) == slices.Max(all):
		return fmt.Sprintf(", with a lease of %g s,", all[0])
	}
	return fmt.Sprintf(", with a lease of %g s or, where the machine was busy, up to %g s,", slices.Min(all), slices.Max(all))
}

// knows tells that the kind's suite has a case.
func (f *fault) knows(name string) bool {
	if f == nil {
		return false
	}
	_, ok := f.Cases[name]
	return ok
}

func (f *fault) sign(name string) string {
	switch {
	case f == nil:
		return "·"
	case f.Refused != "":
		return "–"
	}
	passed, run := f.Cases[name]
	switch {
	case !run:
		return "·"
	case passed:
		return "✓"
	}
	return "✗"
}

func (f *fault) times() string {
	if f == nil || f.Healed == 0 {
		return "· | ·"
	}
	return fmt.Sprintf("%.1f | %.1f", f.Begun, f.Healed)
}
