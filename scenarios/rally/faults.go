package rally

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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
	if all {
		c.add(Other, h.at, at+".action.fault_injection", "%q strikes all in os-faults; here as many as the redundancy tolerates", said)
	}
	return ""
}

// aloud says a sentence of os-faults in the words of Eris. There, a service or
// nodes of which no number is said are all of them, which all tells.
func aloud(said string) (spoken string, all bool) {
	list := strings.Fields(said)
	for i, word := range list {
		switch word {
		case "single":
			list[i] = "one"
		case "poweroff":
			list[i] = "power off"
		}
	}
	counted := func(word string) bool { return slices.Contains([]string{"one", "random", "node"}, word) }
	if len(list) < 3 || slices.ContainsFunc(list, counted) || slices.Contains(list, "on") && !strings.HasSuffix(said, "on nodes") {
		return strings.Join(list, " "), false
	}
	var length []string
	if i := slices.Index(list, "for"); i > 0 {
		list, length = list[:i], list[i:]
	}
	if n := len(list); list[n-1] == "nodes" && list[n-2] == "on" {
		list = list[:n-2]
	}
	list = slices.Concat(list[:1], []string{"as", "many"}, list[1:], []string{"as", "redundancy", "tolerates"}, length)
	return strings.Join(list, " "), true
}

// ordered is a mapping in the order of its keys.
func ordered(m map[string]any) pairs {
	var list pairs
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{key, m[key]})
	}
	return list
}
