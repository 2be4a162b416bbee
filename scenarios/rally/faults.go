package rally

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/scenarios/sentence"
)

// fault is a hook fault_injection: its sentence of os-faults is read as one of Eris;
// empty, or why it cannot be.
func (c *conversion) fault(s *scenario, h hook, at string, starts []pairs) string {
	said := text(h.args.Get("action"))
	if c.Cloud == nil {
		return "without an inventory nobody knows what it is about: -i names one"
	}
	spoken, all := aloud(said)
	written, err := sentence.Scenario(spoken, c.Catalogue.Faults, c.Cloud)
	if problems, is := errors.AsType[document.Problems](err); is {
		return fmt.Sprintf("%q: %s", said, problems[0].Message)
	}
	var made struct {
		Faults map[string]struct {
			Fault  string         `yaml:"fault"`
			Args   map[string]any `yaml:"args"`
			Target map[string]any `yaml:"target"`
			Hold   string         `yaml:"hold"`
		} `yaml:"faults"`
	}
	if err == nil {
		err = yaml.Unmarshal(written.Source, &made)
	}
	if err != nil {
		return err.Error()
	}
	for name, f := range made.Faults {
		for _, start := range starts {
			entry := pairs{{"fault", f.Fault}}
			if len(f.Args) > 0 {
				entry = append(entry, pair{"args", ordered(f.Args)})
			}
			s.faults = append(s.faults, pair{c.free(name, s.faults), append(entry, pair{"target", ordered(f.Target)}, pair{"start", start}, pair{"hold", f.Hold})})
		}
		if !slices.Contains(strings.Fields(said), "for") {
			c.add(Other, h.at, at+".action.fault_injection", "%q lasts %s, and is undone then", said, f.Hold)
		}
	}
	if slices.Contains(strings.Fields(said), "management") {
		c.add(Other, h.at, at+".action.fault_injection", "%q cuts a node off from the other nodes of the inventory; whoever else speaks to it still can", said)
	}
	if all {
		c.add(Other, h.at, at+".action.fault_injection", "%q strikes all in os-faults; here as many as the redundancy tolerates", said)
	}
	return ""
}

// aloud says a sentence of os-faults in the words of Eris. There, a service or
// nodes of which no number is said are all of them, which all tells.
func aloud(said string) (spoken string, all bool) {
	unchanged := strings.Join(strings.Fields(said), " ")
	list, length := lasting(strings.Fields(said))
	verb := 1
	switch network := slices.Index(list, "network"); {
	case len(list) > 1 && slices.Contains([]string{"power", "shut", "stress"}, list[0]):
		verb = 2
	case network > 0 && list[0] == "disconnect":
		verb = network + 1
	}
	if verb > 1 && len(list) > verb+1 && list[verb] == "on" && list[verb+1] == "nodes" {
		verb++
	}
	if len(list) <= verb {
		return unchanged, false
	}
	what, whom := list[:verb], list[verb:]
	counted := func(word string) bool { return slices.Contains([]string{"one", "single", "random", "node"}, word) }
	if n := len(whom); n > 2 && whom[n-1] == "nodes" && whom[n-2] == "on" {
		whom = whom[:n-2]
	}
	if slices.ContainsFunc(whom, counted) || slices.Contains(whom, "on") {
		return unchanged, false
	}
	list = slices.Concat(what, []string{"as", "many"}, whom, []string{"as", "redundancy", "tolerates"}, length)
	return strings.Join(list, " "), true
}

// lasting takes "for 30 seconds" out of a sentence.
func lasting(list []string) (rest, length []string) {
	i := slices.Index(list, "for")
	if i < 1 || i+1 == len(list) {
		return list, nil
	}
	end := i + 2
	if _, err := strconv.ParseFloat(list[i+1], 64); err == nil && end < len(list) {
		end++ // its unit
	}
	return slices.Concat(list[:i], list[end:]), list[i:end]
}

// ordered is a mapping in the order of its keys.
func ordered(m map[string]any) pairs {
	var list pairs
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{key, m[key]})
	}
	return list
}
