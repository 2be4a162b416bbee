package sentence

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
)

// A problem of the scenario that was made of a sentence is shown in the words that it
// came from: nobody has seen the scenario.

// Written is a sentence as a scenario.
type Written struct {
	Source []byte
	text   string
	from   []origin
}

// origin is what word a value of the scenario came from.
type origin struct {
	line, column int // in the scenario
	word         int // column in the sentence
}

// places are the columns of the sentence from which the parts of a fault came, by the
// path to them: "target.service", "args.from". A key of arguments in braces has a place
// of its own, under its path and a colon.
type places map[string]int

// column is where the n-th word begins, from 1.
func (p *parser) column(n int) int {
	if n < 0 || n >= len(p.words) {
		return utf8.RuneCountInString(p.text) + 1
	}
	return utf8.RuneCountInString(p.text[:p.words[n].at]) + 1
}

// mark notes that a part of the fault came from the word before the next.
func (p *parser) mark(s *said, path string) { s.places[path] = p.column(p.next - 1) }

// inBraces notes the places of what stands in braces, which begin at a column.
func (s *said) inBraces(path, text string, column int, n *yaml.Node) {
	at := func(n *yaml.Node) int {
		before := strings.SplitAfter(text, "\n")[:n.Line-1]
		return column + utf8.RuneCountInString(strings.Join(before, "")) + n.Column - 1
	}
	s.places[path] = at(n)
	for i, below := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			s.inBraces(fmt.Sprint(path, ".", i), text, column, below)
		case i%2 == 1:
			key := n.Content[i-1]
			s.places[path+"."+key.Value+":"] = at(key)
			s.inBraces(path+"."+key.Value, text, column, below)
		}
	}
}

// written finds the parts of the fault in the scenario that was made of it.
func written(text string, source []byte, found places) (*Written, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(source, &root); err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	w := &Written{Source: source, text: text}
	top := root.Content[0]
	for i := 1; i < len(top.Content); i += 2 {
		switch key := top.Content[i-1]; key.Value {
		case "faults":
			w.trace("", top.Content[i].Content[1], 1, found)
		case "phases":
			w.trace("hold", top.Content[i], cmp.Or(found["hold"], 1), nil)
		case "collectors":
			w.trace("", top.Content[i], cmp.Or(found["target.most"], found["target.least"], 1), nil)
		}
	}
	return w, nil
}

// trace notes where a node and what is below it came from; what has no word of its own
// came from that of what it is part of.
func (w *Written) trace(path string, n *yaml.Node, word int, found places) {
	w.from = append(w.from, origin{n.Line, n.Column, word})
	for i, below := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			at := fmt.Sprint(path, ".", i)
			w.trace(at, below, cmp.Or(found[at], word), found)
		case i%2 == 1:
			key := n.Content[i-1]
			at := strings.TrimPrefix(path+"."+key.Value, ".")
			own := cmp.Or(found[at], word)
			// A mapping begins where its first key does; whatever is said of that is of the key.
			w.from = append(w.from, origin{key.Line, key.Column, cmp.Or(found[at+":"], own)})
			w.trace(at, below, own, found)
		}
	}
}

// Said shows the problems of the scenario in the sentence. Another error is returned as
// it is.
func (w *Written) Said(err error) error {
	problems, is := errors.AsType[document.Problems](err)
	if !is {
		return err
	}
	var shown document.Problems
	for _, p := range problems {
		p.Line, p.Column, p.Source = 1, w.word(p), shownText(w.text)
		shown = append(shown, p)
	}
	slices.SortStableFunc(shown, func(a, b document.Problem) int { return cmp.Compare(a.Column, b.Column) })
	return shown
}

// word is the one that a problem is about: the last of those that begin on its line and
// not behind it, and the first word where the problem is about no part of the fault.
func (w *Written) word(p document.Problem) int {
	best := origin{word: 1}
	for _, o := range w.from {
		if o.line == p.Line && o.column <= p.Column && o.column >= best.column {
			best = o
		}
	}
	return best.word
}

func shownText(text string) string { return strings.ReplaceAll(text, "\n", " ") }
