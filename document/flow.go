package document

import "strings"

// Flow is a value on one line, as it could stand in a document: the entries of a mapping without
// braces around them.
func (n *Node) Flow() string {
	if n == nil {
		return ""
	}
	text := n.flow()
	if n.Shape == Mapping {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	}
	return text
}

func (n *Node) flow() string {
	var parts []string
	switch n.Shape {
	case Mapping:
		for _, e := range n.Entries {
			parts = append(parts, e.Name()+": "+e.Value.flow())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case Sequence:
		for _, item := range n.Items {
			parts = append(parts, item.flow())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Scalar:
		if n.Quoted || n.Text == "" || strings.ContainsAny(n.Text, ",[]{}\n") {
			return "'" + strings.ReplaceAll(n.Text, "'", "''") + "'"
		}
		return n.Text
	case Null:
	}
	return "~"
}
