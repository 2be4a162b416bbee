package reports

import (
	"strings"
	"unicode/utf8"
)

// wide is how wide a text of a picture may be at most, by the widths of a wide and bold font: which
// one a reader has is not known.
func wide(text string) float64 {
	sum := 0.0
	for _, r := range text {
		sum += letter(r)
	}
	return sum
}

// letter is the width of a character in a picture.
func letter(r rune) float64 {
	switch {
	case r > '~' && r != '…' && r != '≤' && r != '≥' && r != '×':
		return 13.5
	case strings.ContainsRune("Wmw%@M…", r):
		return 13.5
	case r >= 'A' && r <= 'Z' || strings.ContainsRune("+=<>~#≤≥×&", r):
		return 10.5
	case strings.ContainsRune("ijl.,:;'!|() []ftrI-/", r):
		return 6
	}
	return 8.8
}

// within is a text that is no wider than that, with an ellipsis where it is cut.
func within(text string, most float64) string {
	if wide(text) <= most {
		return text
	}
	left := most - letter('…')
	for at, r := range text {
		if left -= letter(r); left < 0 {
			return text[:at] + "…"
		}
	}
	return text
}

// usualWord is how many characters a word has that is not broken: a table that is too wide for it
// scrolls.
const usualWord = 24

// wraps is the class of a text in a table of figures that is broken anywhere, since it has longer
// words; empty for others.
func wraps(text string) string {
	for word := range strings.FieldsSeq(text) {
		if utf8.RuneCountInString(word) > usualWord {
			return " wraps"
		}
	}
	return ""
}
