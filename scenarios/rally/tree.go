package rally

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// pairs is a mapping in the order in which it is to be written.
type pairs []pair

type pair struct {
	key   string
	value any // a scalar, a list of such, or pairs
}

// span is a duration without the zeros that Go writes: 10m.
func span(d time.Duration) string {
	text := d.String()
	if cut, whole := strings.CutSuffix(text, "m0s"); whole {
		text = cut + "m"
	}
	if cut, whole := strings.CutSuffix(text, "h0m"); whole {
		text = cut + "h"
	}
	return text
}

// node is the value as YAML. What is flat is written in one line.
func node(value any) *yaml.Node {
	switch v := value.(type) {
	case pairs:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		flat := true
		for _, p := range v {
			if inner, is := p.value.(pairs); is && len(inner) > 0 {
				flat = false
			}
			if inner, is := p.value.([]any); is && len(inner) > 0 {
				flat = false
			}
			n.Content = append(n.Content, node(p.key), node(p.value))
		}
		if flat && len(v) < 7 {
			n.Style = yaml.FlowStyle
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
		for _, item := range v {
			if _, structured := item.(pairs); structured || len(v) > 8 {
				n.Style = 0
			}
			if text, is := item.(string); is && len(text) > 20 {
				n.Style = 0
			}
			n.Content = append(n.Content, node(item))
		}
		return n
	default:
		var n yaml.Node
		if err := n.Encode(v); err != nil {
			return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(v)}
		}
		return &n
	}
}
