package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Reporter collects problems, those of decoding and those that a loader finds
// in the meaning of what was decoded.
type Reporter struct {
	doc      *Document
	problems Problems
	broken   map[*Node]bool // could not be decoded; nothing more is said of them

	conceals  bool
	concealed []*Node // what is not quoted, if it conceals
}

// At starts a problem at a node's place. A nil node stands for the document as
// a whole.
func (r *Reporter) At(n *Node) *Place {
	p := &Place{reporter: r, doc: r.doc, line: 1, column: 1}
	if n != nil {
		p.doc, p.line, p.column, p.node = n.doc, n.Line, n.Column, n
	}
	return p
}

// broke starts the problem of a node that could not be decoded, after which its
// value has no meaning to complain about.
func (r *Reporter) broke(n *Node) *Place {
	p := r.At(n)
	p.breaks = true
	return p
}

// Problems returns everything reported so far in order of place, each once.
// It is nil when nothing was.
func (r *Reporter) Problems() Problems {
	sorted := slices.Clone(r.problems)
	for i, p := range sorted {
		sorted[i] = r.quote(p)
	}
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(sorted)
}

// Add takes over problems found elsewhere.
func (r *Reporter) Add(problems Problems) { r.problems = append(r.problems, problems...) }

// Place is where the next problem is.
type Place struct {
	reporter     *Reporter
	doc          *Document
	node         *Node
	line, column int
	hint         string
	breaks       bool
}

// Inside moves the place to a character of the node's text, counted from 0:
// the spot in an expression.
func (p *Place) Inside(offset int) *Place {
	if p.node != nil {
		p.column = p.node.column(offset)
	}
	return p
}

// Unquoted keeps the node's text out of every message of a reporter that conceals:
// it may have a secret in it.
func (p *Place) Unquoted() *Place {
	if p.node != nil {
		p.reporter.conceal(p.node)
	}
	return p
}

// Hint adds a line that says what to do.
func (p *Place) Hint(format string, args ...any) *Place {
	p.hint = fmt.Sprintf(format, args...)
	return p
}

// Errorf reports the problem. Of a node that could not be decoded, only that
// is reported.
func (p *Place) Errorf(format string, args ...any) {
	if p.reporter.broken[p.node] && !p.breaks {
		return
	}
	if p.breaks {
		if p.reporter.broken == nil {
			p.reporter.broken = map[*Node]bool{}
		}
		p.reporter.broken[p.node] = true
	}
	p.reporter.problems = append(p.reporter.problems,
		p.doc.problem(p.line, p.column, fmt.Sprintf(format, args...), p.hint))
}

// Unknown reports a word that is none of the known ones, with the nearest of
// them, or else all of them, as the hint. What is the word for its kind, e.g.
// "service".
func (p *Place) Unknown(what, word string, known []string) {
	p.hint = Suggest(word, known)
	p.Errorf("unknown %s %q", what, word)
}
