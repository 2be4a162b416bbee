package lab

import (
	"strconv"

	"github.com/openstack-eris/eris/document"
)

// Rule is what loss of a service a cloud survives, in the words of the
// inventory, which checks it: it is passed on as it stands in the role.
type Rule struct{ words any }

// UnmarshalDocument keeps what stands there.
func (r *Rule) UnmarshalDocument(_ *document.Reporter, node *document.Node) { r.words = wordsOf(node) }

// MarshalYAML gives it back.
func (r Rule) MarshalYAML() (any, error) { return r.words, nil }

func wordsOf(node *document.Node) any {
	switch node.Shape {
	case document.Mapping:
		all := map[string]any{}
		for _, e := range node.Entries {
			all[e.Name()] = wordsOf(e.Value)
		}
		return all
	case document.Sequence:
		var all []any
		for _, item := range node.Items {
			all = append(all, wordsOf(item))
		}
		return all
	case document.Null:
		return nil
	case document.Scalar:
	}
	if n, err := strconv.Atoi(node.Text); err == nil && !node.Quoted {
		return n
	}
	return node.Text
}
