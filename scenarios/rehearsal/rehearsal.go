// Package rehearsal makes of a scenario the smallest run that shows whether its
// faults heal on a cloud: each fault once, on one target, for a second, one
// after the other, and nothing beside them.
package rehearsal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Hold is how long each fault is kept.
const Hold = time.Second

// Scenario writes the rehearsal of a scenario that has been read without a
// problem. Each fault begins when the one before it has recovered, so that none
// costs another's budget. Faults of one kind with the same arguments and
// selector are rehearsed once.
func Scenario(source []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(source, &root); err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	if len(root.Content) != 1 {
		return nil, errors.New("read scenario: it is empty")
	}
	top := root.Content[0]
	rehearsed := faults(get(top, "faults"))
	if len(rehearsed.Content) == 0 {
		return nil, errors.New("the scenario has no fault to rehearse")
	}
	name := get(top, "name").Value
	n := len(rehearsed.Content) / 2
	out := mapping(
		"version", scalar("eris/v1"), "name", scalar("rehearse-"+name),
		"description", scalar(fmt.Sprintf("Each fault of %s once, on one target, for %v.", name, Hold)),
		"phases", mapping("chaos", scalar((time.Duration(n)*Hold).String())),
		"faults", rehearsed,
		"stop_when", mapping("none", scalar("a rehearsal: each fault is undone at once")),
	)
	if expect := get(top, "expect"); expect != nil {
		out.Content = append(out.Content, scalar("expect"), expect)
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write rehearsal: %w", err)
	}
	return text, nil
}

// faults are the entries in the file's order, each once and in its smallest form.
func faults(entries *yaml.Node) *yaml.Node {
	out := mapping()
	seen := map[string]bool{}
	before := ""
	for i := 0; entries != nil && i+1 < len(entries.Content); i += 2 {
		name, entry := entries.Content[i].Value, entries.Content[i+1]
		small := mapping("fault", get(entry, "fault"), "target", one(get(entry, "target")), "hold", scalar(Hold.String()))
		if args := get(entry, "args"); args != nil {
			small.Content = append(small.Content, scalar("args"), args)
		}
		key := text(small)
		if seen[key] {
			continue
		}
		seen[key] = true
		if before != "" {
			small.Content = append(small.Content, scalar("start"), mapping("after", scalar(before+".recovered")))
		}
		before = name
		out.Content = append(out.Content, scalar(name), small)
	}
	return out
}

// one is a target without its count, and without what would be asked only when
// it fires: any of those on whom the fault could be armed is as good.
func one(target *yaml.Node) *yaml.Node {
	out := mapping()
	for i := 0; target != nil && i+1 < len(target.Content); i += 2 {
		if !slices.Contains([]string{"count", "leader", "follower", "most", "least"}, target.Content[i].Value) {
			out.Content = append(out.Content, target.Content[i], target.Content[i+1])
		}
	}
	return out
}

// text is what a node says, without its comments and places.
func text(n *yaml.Node) string {
	parts := []string{n.Value}
	for _, below := range n.Content {
		parts = append(parts, text(below))
	}
	return strings.Join(parts, "\x00")
}

func get(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func scalar(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// mapping is a node of these keys, each a string followed by its node.
func mapping(parts ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(parts); i += 2 {
		n.Content = append(n.Content, scalar(parts[i].(string)), parts[i+1].(*yaml.Node))
	}
	return n
}
