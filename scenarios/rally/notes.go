package rally

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/document"
)

// Weight is what a note means for the scenario.
type Weight int

// The weights. What is Needed has to be there before the run, since Rally makes it
// and Eris does not; what is Other is carried over, and does not do quite as in
// Rally; what is Lost is not carried over.
const (
	Needed Weight = iota
	Other
	Lost
)

// String is the heading of such notes.
func (w Weight) String() string {
	return [...]string{"needed before the run", "other than in Rally", "not carried over"}[w]
}

// Note is one thing of a task that its scenario does not have as Rally does.
type Note struct {
	Weight Weight
	File   string
	Line   int    // from 1, in the task file, or in what its template makes
	Name   string // where it is in the workload, e.g. contexts.quotas
	Reason string
}

// String is the note in one line: file:line: name: reason.
func (n Note) String() string { return fmt.Sprintf("%s:%d: %s: %s", n.File, n.Line, n.Name, n.Reason) }

// notes are collected while a workload is carried over.
type notes struct {
	file string
	list []Note
}

func (n *notes) add(weight Weight, at *document.Node, name, format string, args ...any) {
	n.list = append(n.list, Note{weight, n.file, at.Line, name, fmt.Sprintf(format, args...)})
}

// sorted are the notes in the order of their places.
func (n *notes) sorted() []Note {
	slices.SortStableFunc(n.list, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	return n.list
}
