package reports

import (
	"fmt"
	"strings"
)

// A page is to show whether the cloud kept its promises and the timeline in one look. Of
// more promises than promisesMost the first ones alone stand open, and the others fold
// away behind how many they are and what came of them; on paper all of them are there.
const (
	promisesMost = 10
	promisesOpen = 6
)

// Foremost are the promises that stand open on the page.
func (v *View) Foremost() []Promise {
	if len(v.Promises) <= promisesMost {
		return v.Promises
	}
	return v.Promises[:promisesOpen]
}

// Folded are the others.
func (v *View) Folded() []Promise { return v.Promises[len(v.Foremost()):] }

// FoldedWords says how many these are, and what came of them.
func (v *View) FoldedWords() string {
	counted := map[string]int{}
	var words []string
	for _, p := range v.Folded() { // which are in the order of verdicts
		if counted[p.Mark.Word]++; counted[p.Mark.Word] == 1 {
			words = append(words, p.Mark.Word)
		}
	}
	for i, word := range words {
		words[i] = fmt.Sprintf("%d %s", counted[word], word)
	}
	return fmt.Sprintf("show %d more: %s", len(v.Folded()), strings.Join(words, ", "))
}
