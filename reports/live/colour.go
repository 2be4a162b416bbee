package live

import (
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// tone is a meaning that has a colour. The word or sign beside it says the same.
type tone int

const (
	plain tone = iota
	faint
	good
	bad
	warn
	strong
)

// piece is text with a tone.
type piece struct {
	text string
	tone tone
}

// line is one line of the block.
type line []piece

// columns is how wide the line is as a whole.
func (l line) columns() int {
	n := 0
	for _, p := range l {
		n += len([]rune(record.Printable(p.text)))
	}
	return n
}

// render writes the line into a width of columns, in colour or not. What does
// not fit is cut, and an ellipsis says so.
func (l line) render(width int, colour bool) string {
	var b strings.Builder
	left := width
	for i, p := range l {
		text := []rune(record.Printable(p.text))
		rest := 0
		for _, q := range l[i+1:] {
			rest += len([]rune(q.text))
		}
		if width > 0 && (len(text) > left || len(text) == left && rest > 0) {
			text = append(text[:max(left-1, 0):max(left-1, 0)], '…')
		}
		b.WriteString(paint(string(text), p.tone, colour))
		left -= len(text)
		if width > 0 && left <= 0 {
			break
		}
	}
	return b.String()
}

func paint(text string, t tone, colour bool) string {
	if !colour || t == plain || strings.TrimSpace(text) == "" {
		return text
	}
	code := map[tone]string{faint: "2", good: "32", bad: "31", warn: "33", strong: "1"}[t]
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Colour tells whether output may be coloured: on a terminal that is not dumb,
// unless NO_COLOR is set to anything.
func Colour(terminal bool, getenv func(string) string) bool {
	return terminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}
