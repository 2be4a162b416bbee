// Package document reads YAML files strictly: unknown keys, missing units,
// duplicate names and wrong types are problems with a place, and all of them
// are reported at once. Loaders of inventories and scenarios stand on it.
package document

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong in a file, with its place.
type Problem struct {
	File    string
	Line    int // from 1
	Column  int // from 1, in characters
	Message string
	Hint    string // e.g. "did you mean signal?"; may be empty
	Source  string // the line itself
}

// Error is file:line:col: message, the line with a caret under the place, and
// the hint.
func (p Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	if p.Source != "" {
		before := []rune(p.Source)
		pad := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, string(before[:min(max(p.Column-1, 0), len(before))]))
		fmt.Fprintf(&b, "\n    %s\n    %s^", p.Source, pad)
	}
	if p.Hint != "" {
		fmt.Fprintf(&b, "\n    %s", p.Hint)
	}
	return b.String()
}

// Problems is everything wrong with a set of files, in order of place.
type Problems []Problem

// Error joins all problems, one after the other.
func (ps Problems) Error() string {
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = p.Error()
	}
	return strings.Join(parts, "\n")
}
