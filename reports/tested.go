package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// TestedRow is what some nodes have in common of one kind.
type TestedRow struct{ What, Found, Where string }

// What a report shows of it; run.json has all.
const (
	mostTestedRows = 60
	mostNamedNodes = 6
	shortOfSum     = 12 // digits of a configuration's sum
)

// testedRows puts together what holds for the same nodes.
func testedRows(t *record.Tested) []TestedRow {
	if t == nil {
		return nil
	}
	var rows []TestedRow
	all := testedNodes(t)
	for n := 0; n < len(t.Facts); n++ {
		f := t.Facts[n]
		if slices.ContainsFunc(t.Facts[:n], func(before record.TestedFact) bool { return sameRow(before, f) }) {
			continue
		}
		var found []string
		for _, other := range t.Facts[n:] {
			if sameRow(f, other) {
				found = append(found, factWords(other))
			}
		}
		rows = append(rows, TestedRow{kindWord(f.Kind), strings.Join(found, ", "), where(f.Nodes, all)})
	}
	if more := len(rows) - mostTestedRows; more > 0 {
		rows = append(rows[:mostTestedRows], TestedRow{"more", fmt.Sprintf("%d rows, which run.json has", more), ""})
	}
	return rows
}

func sameRow(a, b record.TestedFact) bool { return a.Kind == b.Kind && slices.Equal(a.Nodes, b.Nodes) }

// testedNodes are all nodes that were asked.
func testedNodes(t *record.Tested) []string {
	var all []string
	for _, f := range t.Facts {
		all = append(all, f.Nodes...)
	}
	for _, s := range t.Silent {
		if s.Node != "" {
			all = append(all, s.Node)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// factWords are a fact without its kind.
func factWords(f record.TestedFact) string {
	switch f.Kind { //nolint:exhaustive // the others are name and value
	case record.TestedConfig:
		return f.Name + " " + f.Value[:min(shortOfSum, len(f.Value))]
	case record.TestedSetting:
		return f.Name + " = " + f.Value
	}
	return strings.TrimSpace(f.Name + " " + f.Value)
}

// kindWord is what a row is called.
func kindWord(kind record.TestedKind) string {
	switch kind {
	case record.TestedOS:
		return "system"
	case record.TestedAPI:
		return "APIs"
	case record.TestedPackage:
		return "packages"
	case record.TestedImage:
		return "images"
	case record.TestedSetting:
		return "settings"
	case record.TestedRole, record.TestedKernel, record.TestedConfig:
		return string(kind)
	}
	return string(kind)
}

// where says on which of all nodes.
func where(nodes, all []string) string {
	switch {
	case len(nodes) == 0:
		return "the cloud"
	case len(nodes) == len(all) && len(all) > 1:
		return fmt.Sprintf("all %d nodes", len(all))
	case len(nodes) > mostNamedNodes:
		return fmt.Sprintf("%s … (%d of %d nodes)", strings.Join(nodes[:mostNamedNodes], ", "), len(nodes), len(all))
	}
	return strings.Join(nodes, ", ")
}

// silentRows are who could not be asked.
func silentRows(t *record.Tested) []string {
	if t == nil {
		return nil
	}
	var rows []string
	for _, s := range t.Silent {
		rows = append(rows, strings.TrimPrefix(s.Node+": "+s.Why, ": "))
	}
	if more := len(rows) - mostTestedRows; more > 0 {
		rows = append(rows[:mostTestedRows], fmt.Sprintf("and %d more, which run.json has", more))
	}
	return rows
}

// testedDiffer says what two runs were tried on that is not the same, a line for each
// thing: node by node where the clouds have the same nodes, else value by value.
func testedDiffer(a, b *record.Tested) []string {
	switch {
	case a == nil && b == nil:
		return nil
	case a == nil || b == nil:
		return []string{"what was tested is on record of one side only"}
	}
	nodes := testedNodes(a)
	byNode := slices.Equal(nodes, testedNodes(b))
	before, after := valuesOf(a, byNode), valuesOf(b, byNode)
	on := map[string][]string{} // the nodes with the same change
	var changes []string
	for _, one := range slices.Concat(before.order, after.order) {
		was, is := strings.Join(before.values[one], " and "), strings.Join(after.values[one], " and ")
		if was == is || byNode && (silent(a, one.node) || silent(b, one.node)) {
			continue
		}
		words := fmt.Sprintf("%s: %s, then %s", one.what, cmp.Or(was, "none"), cmp.Or(is, "none"))
		if !slices.Contains(changes, words) {
			changes = append(changes, words)
		}
		if one.node != "" && !slices.Contains(on[words], one.node) {
			on[words] = append(on[words], one.node)
		}
	}
	for n, words := range changes {
		if len(on[words]) > 0 {
			changes[n] += " (" + where(on[words], nodes) + ")"
		}
	}
	return changes
}

// thing is something of which there can be another value on another day.
type thing struct{ what, node string }

// valued are the values of things, in order.
type valued struct {
	order  []thing
	values map[thing][]string
}

func valuesOf(t *record.Tested, byNode bool) valued {
	v := valued{values: map[thing][]string{}}
	for _, f := range t.Facts {
		value := f.Value
		switch f.Kind { //nolint:exhaustive // the others have the value that is told
		case record.TestedRole:
			value = "has it"
		case record.TestedConfig:
			value = value[:min(shortOfSum, len(value))]
		}
		nodes := f.Nodes
		if !byNode || len(nodes) == 0 {
			nodes = []string{""}
		}
		for _, node := range nodes {
			one := thing{strings.TrimSpace(string(f.Kind) + " " + f.Name), node}
			if v.values[one] == nil {
				v.order = append(v.order, one)
			}
			v.values[one] = append(v.values[one], value)
		}
	}
	return v
}

func silent(t *record.Tested, node string) bool {
	return slices.ContainsFunc(t.Silent, func(s record.TestedSilence) bool { return s.Node == node })
}

// testedSides says what was not the same: within each set, and between the first runs of
// both.
func testedSides(a, b *Set) []string {
	var words []string
	for n, set := range []*Set{a, b} {
		first := set.Runs[0].Analysis.Result.Tested
		var within []string
		for _, run := range set.Runs[1:] {
			for _, one := range testedDiffer(first, run.Analysis.Result.Tested) {
				if one = fmt.Sprintf("among %c's repetitions %s", 'A'+rune(n), one); !slices.Contains(within, one) {
					within = append(within, one)
				}
			}
		}
		words = append(words, within...)
	}
	return append(words, testedDiffer(a.Runs[0].Analysis.Result.Tested, b.Runs[0].Analysis.Result.Tested)...)
}
