package record

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// idLayout is the start of a run's id: UTC, to the second, sortable as text.
const idLayout = "20060102T150405Z"

// NewID makes a run's id from its start and its scenario, with four random
// digits that tell runs of the same second apart. The id is the name of the
// run's directory and is carried by every resource that the run makes.
func NewID(scenario string, start time.Time) string {
	var suffix [2]byte
	_, _ = rand.Read(suffix[:]) // documented never to fail
	return fmt.Sprintf("%s-%s-%s", start.UTC().Format(idLayout), slug(scenario), hex.EncodeToString(suffix[:]))
}

// IsID tells whether a text has the whole shape of a run's id.
func IsID(text string) bool {
	_, is := Began(text)
	return is
}

// Began is when the run of an id began, to the second, by the clock of its
// machine. It is false of what has not the whole shape of an id.
func Began(id string) (time.Time, bool) {
	stamp, rest, found := strings.Cut(id, "-")
	name, random, ends := cutLast(rest, "-")
	began, err := time.Parse(idLayout, stamp)
	if err != nil || !found || !ends || name == "" || slug(name) != name {
		return time.Time{}, false
	}
	return began, len(random) == 4 && strings.Trim(random, "0123456789abcdef") == ""
}

func cutLast(text, at string) (before, after string, found bool) {
	if n := strings.LastIndex(text, at); n >= 0 {
		return text[:n], text[n+len(at):], true
	}
	return text, "", false
}

// slug keeps what is safe in file names, tags and resource names.
func slug(name string) string {
	const most = 48
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		ok := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		switch {
		case ok && gap && b.Len() > 0:
			b.WriteByte('-')
			fallthrough
		case ok:
			b.WriteRune(r)
			gap = false
		default:
			gap = true
		}
		if b.Len() >= most {
			break
		}
	}
	if b.Len() == 0 {
		return "run"
	}
	return b.String()
}
