package document

import "iter"

// Unmarshaler is a type that reads itself from a node. It reports its problems
// to report, through which it also decodes parts of itself.
type Unmarshaler interface {
	UnmarshalDocument(report *Reporter, node *Node)
}

// Longhand is a mapping that can say how one or more words in its place are to be
// written, as the hint of a problem.
type Longhand interface{ Longhand(words []string) string }

// Value is a value that remembers its place, so that a later check of its
// meaning can point at it. Node is nil when the file does not give it.
type Value[T any] struct {
	V    T
	Node *Node
}

// UnmarshalDocument decodes V.
func (v *Value[T]) UnmarshalDocument(report *Reporter, node *Node) {
	v.Node = node
	report.Decode(node, &v.V)
}

// Given tells whether the file gives the value.
func (v Value[T]) Given() bool { return v.Node != nil }

// Map is a mapping from names to entries of one type in the file's order.
type Map[T any] struct {
	Node    *Node // nil when the file does not give it
	Entries []Named[T]
}

// Named is one entry of a Map.
type Named[T any] struct {
	Name  string
	Key   *Node // where the name is
	Node  *Node // where the value is
	Value T
}

// UnmarshalDocument decodes all entries.
func (m *Map[T]) UnmarshalDocument(report *Reporter, node *Node) {
	m.Node = node
	if !report.want(node, Mapping) {
		return
	}
	m.Entries = make([]Named[T], len(node.Entries))
	for i, e := range node.Entries {
		m.Entries[i] = Named[T]{Name: e.Name(), Key: e.Key, Node: e.Value}
		if e.Name() == "" {
			report.At(e.Key).Errorf("a name is empty")
		}
		report.Decode(e.Value, &m.Entries[i].Value)
	}
}

// Names lists the names in the file's order.
func (m *Map[T]) Names() []string {
	names := make([]string, len(m.Entries))
	for i, e := range m.Entries {
		names[i] = e.Name
	}
	return names
}

// Get returns the entry of that name, or nil.
func (m *Map[T]) Get(name string) *Named[T] {
	for i := range m.Entries {
		if m.Entries[i].Name == name {
			return &m.Entries[i]
		}
	}
	return nil
}

// All goes through names and values in the file's order.
func (m *Map[T]) All() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for i := range m.Entries {
			if !yield(m.Entries[i].Name, &m.Entries[i].Value) {
				return
			}
		}
	}
}
