package document

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the candidate that a mistyped word most likely meant, or ""
// when none is near: by the Damerau-Levenshtein distance (optimal string
// alignment) without regard to case, bounded to a third of the word's length.
// Of equally near ones the first in order of the alphabet wins.
func Nearest(word string, candidates []string) string {
	best, bound := "", max(1, len([]rune(word))/3)
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := distance(strings.ToLower(word), strings.ToLower(c), bound); d <= bound && (best == "" || d < bound) {
			best, bound = c, d
		}
	}
	return best
}

// Suggest is the hint for an unknown word: the nearest known word, or a list
// of them when none is near.
func Suggest(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	if len(known) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(known))
	const most = 16
	if len(sorted) > most {
		return fmt.Sprintf("known: %s and %d more", strings.Join(sorted[:most], ", "), len(sorted)-most)
	}
	return "known: " + strings.Join(sorted, ", ")
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b; bound+1 stands for every distance above bound.
func distance(a, b string, bound int) int {
	s, t := []rune(a), []rune(b)
	if abs := len(s) - len(t); abs > bound || -abs > bound {
		return bound + 1
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(t)], bound+1)
}
