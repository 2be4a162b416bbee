package document

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Shape is what a node is.
type Shape int

// The shapes. Null is a key without a value, or an explicit ~.
const (
	Scalar Shape = iota
	Mapping
	Sequence
	Null
)

// String is the word used in problems.
func (s Shape) String() string {
	return [...]string{"a single value", "a mapping", "a list", "nothing"}[s]
}

// Node is one value of a document with its place. Nodes are read, never
// changed.
type Node struct {
	Shape   Shape
	Line    int     // from 1
	Column  int     // from 1, in characters
	Text    string  // of a Scalar, without quotes
	Quoted  bool    // the scalar was written in quotes or as a block
	Entries []Entry // of a Mapping, in the order of the file, names unique
	Items   []*Node // of a Sequence
	Key     *Node   // the key that names this node; nil in a list and at the root

	number   bool // an unquoted scalar that reads as a number
	reported bool // a problem was reported here; nothing more is said of it
	last     int  // line of the last node in it
	doc      *Document
}

// Entry is one key of a mapping and its value.
type Entry struct {
	Key   *Node
	Value *Node
}

// Name is the key's text.
func (e Entry) Name() string { return e.Key.Text }

// Get returns the value under a key of a mapping, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key.Text == name {
			return e.Value
		}
	}
	return nil
}

// With is a mapping with the entries of another, which go before its own of the same names. Its
// place is the other's. It may be nil.
func (n *Node) With(other *Node) *Node {
	both := *other
	if both.Key == nil {
		both.Key = other
	}
	if n == nil {
		return &both
	}
	both.Entries = slices.Clone(other.Entries)
	for _, e := range n.Entries {
		if other.Get(e.Name()) == nil {
			both.Entries = append(both.Entries, e)
		}
	}
	return &both
}

// Find follows keys (and, in lists, decimal positions) down from n and returns
// the node there, or nil.
func (n *Node) Find(path ...string) *Node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		if n.Shape != Sequence {
			n = n.Get(step)
			continue
		}
		i := 0
		if _, err := fmt.Sscanf(step, "%d", &i); err != nil || i < 0 || i >= len(n.Items) {
			return nil
		}
		n = n.Items[i]
	}
	return n
}

// Place is "file:line:col", for messages that speak of two places.
func (n *Node) Place() string {
	return fmt.Sprintf("%s:%d:%d", n.doc.File, n.Line, n.Column)
}

// column returns the column of the character at offset of the node's text. It
// falls back to the node's own column where the text is not one run of the
// source, as in blocks and in quotes with escapes.
func (n *Node) column(offset int) int {
	if n.Shape != Scalar || offset <= 0 {
		return n.Column
	}
	start := n.Column
	if n.Quoted {
		start++
	}
	rest := after(n.doc.line(n.Line), start-1)
	if !strings.HasPrefix(rest, n.Text) {
		return n.Column
	}
	return start + min(offset, utf8.RuneCountInString(n.Text))
}

// after cuts the first n characters off s.
func after(s string, n int) string {
	for ; n > 0 && s != ""; n-- {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}
