package scenarios

import (
	"slices"

	"github.com/openstack-eris/eris/document"
)

// overlay lays the section small over a scenario: mappings are merged key by
// key, everything else is replaced. It can change what is there, and adds no
// load, collector, capture or fault of its own.
func (l *loader) overlay(root, small *document.Node) *document.Node {
	if small.Shape != document.Mapping {
		l.report.At(small).Errorf("small: wants a mapping, not %s", small.Shape)
		return root
	}
	allowed := []string{"phases", "steady_state", "loads", "collectors", "captures", "faults", "stop_when", "objectives", "thresholds"}
	for _, e := range small.Entries {
		if !slices.Contains(allowed, e.Name()) {
			l.report.At(e.Key).Unknown("key", e.Name(), allowed)
			return root
		}
		if !slices.Contains([]string{"loads", "collectors", "captures", "faults"}, e.Name()) {
			continue
		}
		for _, entry := range e.Value.Entries {
			if below := root.Get(e.Name()); below.Get(entry.Name()) == nil {
				l.report.At(entry.Key).Unknown("entry of "+e.Name(), entry.Name(), keys(below))
				return root
			}
		}
	}
	return merge(root, small)
}

func keys(n *document.Node) []string {
	var names []string
	if n != nil {
		for _, e := range n.Entries {
			names = append(names, e.Name())
		}
	}
	return names
}

// exclusive keys replace one another instead of standing side by side.
func exclusive(name string) []string {
	switch name {
	case "at", "after", "when", "iteration", "random", "phase":
		return []string{"at", "after", "delay", "when", "for", "iteration", "within", "otherwise", "random", "phase"}
	case "hold", "end":
		return []string{"hold", "end"}
	case "every", "pause":
		return []string{"every", "pause"}
	case "arrivals", "concurrency":
		return []string{"arrivals", "concurrency", "think", "iterations"}
	case "rate":
		return []string{"rate", "ramp", "steps", "sine", "trace", "max"}
	case "ramp", "steps", "sine", "trace":
		return []string{"rate", "ramp", "steps", "sine", "trace", "phases", "max"}
	case "chaos", "until":
		return []string{"chaos", "until"}
	}
	return nil
}

// merge returns base with what over says in its place; neither is changed.
func merge(base, over *document.Node) *document.Node {
	if base == nil || base.Shape != document.Mapping || over.Shape != document.Mapping {
		return over
	}
	merged := *base
	merged.Entries = nil
	for _, e := range base.Entries {
		if replaced(e.Name(), over) {
			continue
		}
		if o := over.Get(e.Name()); o != nil {
			e.Value = merge(e.Value, o)
		}
		merged.Entries = append(merged.Entries, e)
	}
	for _, e := range over.Entries {
		if (&merged).Get(e.Name()) == nil {
			merged.Entries = append(merged.Entries, e)
		}
	}
	return &merged
}

// replaced tells that over gives a key that excludes this one, and not this
// one itself.
func replaced(name string, over *document.Node) bool {
	if over.Get(name) != nil {
		return false
	}
	for _, e := range over.Entries {
		if slices.Contains(exclusive(e.Name()), name) {
			return true
		}
	}
	return false
}
