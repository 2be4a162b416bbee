package collectors

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// uptime is a part of a sweep: $at is for how many hundredths of a second the
// node is up. No clock that somebody sets counts them.
const uptime = `
read -r up rest </proc/uptime
at=$((${up%.*} * 100 + 1${up#*.} - 100))
`

// sweptBefore reads the words NAME:VALUE of the sweep before.
func sweptBefore(words []string) map[string]string {
	before := map[string]string{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, ":")
		before[name] = value
	}
	return before
}

// counters are what a line says of things that count up: now and in the line
// before, by name, and how many seconds of the node's uptime are between them. A
// first line has nothing before it and 0 seconds.
type counters struct {
	now, last map[string]string
	seconds   float64
}

// counted reads "up at=123 a=4/5 since at=23 a=1/2", where at is in hundredths
// of a second.
func counted(kind string, words []string) (counters, error) {
	cut := slices.Index(words, "since")
	if cut < 0 {
		return counters{}, fmt.Errorf("parse %s: the line is cut off: %q", kind, strings.Join(words, " "))
	}
	now, err := pairs(words[:cut])
	last, wrong := pairs(words[cut+1:])
	if err = errors.Join(err, wrong); err != nil {
		return counters{}, fmt.Errorf("parse %s: %w", kind, err)
	}
	if _, err := number(now["at"]); err != nil {
		return counters{}, fmt.Errorf("parse %s: at: %w", kind, err)
	}
	c := counters{now: now, last: last}
	if passed, err := since(last["at"], now["at"]); err == nil {
		c.seconds = passed / 100
	}
	delete(now, "at")
	delete(last, "at")
	return c, nil
}

// since are the differences of a name's counters, which stand beside each other
// with a / between them; nil where they cannot be told, since the line before had
// none, or they began anew. What is no counter at all is an error.
func (c counters) since(name string, parts int) ([]float64, error) {
	now := strings.Split(c.now[name], "/")
	if len(now) != parts {
		return nil, fmt.Errorf("%s=%s has not %d counters", name, c.now[name], parts)
	}
	last := strings.Split(c.last[name], "/")
	var differences []float64
	for i, text := range now {
		if _, err := number(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(last) != parts {
			continue
		}
		if difference, err := since(last[i], text); err == nil {
			differences = append(differences, difference)
		}
	}
	if len(differences) != parts || c.seconds == 0 {
		return nil, nil
	}
	return differences, nil
}

// eachCounter reads a line of a collector whose things count up, and has each of them with
// what it counted since the line before made into readings: so many counters a thing, over
// that many seconds. A thing of which that cannot be told has none.
func eachCounter(kind, line string, parts int, read func(name string, since []float64, seconds float64) ([]record.Reading, error)) ([]record.Reading, error) {
	state, words, err := reply(kind, line)
	if err != nil || state == replyNone {
		return nil, err
	}
	all, err := counted(kind, words)
	if err != nil {
		return nil, err
	}
	var readings []record.Reading
	for _, name := range slices.Sorted(maps.Keys(all.now)) {
		since, err := all.since(name, parts)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", kind, err)
		}
		if since == nil {
			continue
		}
		some, err := read(name, since, all.seconds)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", kind, err)
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// pairs reads words that are NAME=VALUE, without those that have no value: it is
// empty or -.
func pairs(words []string) (map[string]string, error) {
	values := map[string]string{}
	for _, word := range words {
		name, value, found := strings.Cut(word, "=")
		if _, twice := values[name]; !found || name == "" || twice {
			return nil, fmt.Errorf("%q is not NAME=VALUE", word)
		}
		if value != "" && value != "-" {
			values[name] = value
		}
	}
	return values, nil
}

// errBackwards is of a counter that shows less than before: it began anew.
var errBackwards = errors.New("the counter was set back")

// since is what was counted from one text of a counter to the next.
func since(last, now string) (float64, error) {
	a, err := number(last)
	if err != nil {
		return 0, err
	}
	b, err := number(now)
	if err != nil {
		return 0, err
	}
	if b < a {
		return 0, errBackwards
	}
	return b - a, nil
}
