package faults

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what a script on a node said: lines "KEY VALUE", in order.
type answer []line

type line struct{ key, value string }

func parse(out []byte) answer {
	var a answer
	for text := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimRight(text, "\r\n"), " ")
		if key != "" {
			a = append(a, line{key, value})
		}
	}
	return a
}

// get returns the last value of a key: states follow one another.
func (a answer) get(key string) (string, bool) {
	for _, v := range slices.Backward(a) {
		if v.key == key {
			return v.value, true
		}
	}
	return "", false
}

func (a answer) has(key string) bool {
	_, ok := a.get(key)
	return ok
}

func (a answer) all(key string) []string {
	var values []string
	for _, l := range a {
		if l.key == key {
			values = append(values, l.value)
		}
	}
	return values
}

// unread and unwell begin what people are told of a target whose fingerprint could not
// be taken, and of one whose health probe fails.
const (
	unread = "the fingerprint could not be taken: "
	unwell = "not healthy before the start: "
)

// problems is what preflight.sh says against a target, for people.
func (a answer) problems() []string {
	var problems []string
	for _, l := range a {
		switch l.key {
		case "problem":
			problems = append(problems, l.value)
		case "unread":
			problems = append(problems, unread+l.value)
		case "unwell":
			problems = append(problems, unwell+l.value)
		}
	}
	return problems
}

// Stamp is a line of a fault's log on its node, in the node's time.
type Stamp struct {
	Node  time.Duration // node's wall clock, since the Unix epoch
	Up    time.Duration // node's uptime, 10 ms steps
	Event string        // armed, injecting, injected, held, ended, undoing, undone, verified, ...
	By    string        // engine, lease, ttl, boot, heal, halt or itself
	Text  string
}

func (a answer) stamps() []Stamp {
	var stamps []Stamp
	for _, value := range a.all("stamp") {
		if s, ok := parseStamp(value); ok {
			stamps = append(stamps, s)
		}
	}
	return stamps
}

// ended tells that what was injected is over though nobody has undone it.
func (a answer) ended() bool {
	return slices.ContainsFunc(a.stamps(), func(s Stamp) bool { return s.Event == "ended" })
}

func parseStamp(value string) (Stamp, bool) {
	fields := strings.SplitN(value, " ", 5)
	if len(fields) < 4 {
		return Stamp{}, false
	}
	node, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return Stamp{}, false
	}
	up, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return Stamp{}, false
	}
	s := Stamp{Node: time.Duration(node), Up: time.Duration(up) * time.Millisecond, Event: fields[2], By: fields[3]}
	if len(fields) == 5 {
		s.Text = fields[4]
	}
	return s, true
}

// span reads a time span as systemd prints it, e.g. "1h 2min 3.456789s".
func span(text string) (time.Duration, bool) {
	var total time.Duration
	for field := range strings.FieldsSeq(text) {
		digits := strings.TrimLeft(field, "0123456789.")
		number, err := strconv.ParseFloat(strings.TrimSuffix(field, digits), 64)
		if err != nil {
			return 0, false
		}
		unit, ok := spanUnit(digits)
		if !ok {
			return 0, false
		}
		total += time.Duration(number * float64(unit))
	}
	return total, total > 0
}

func spanUnit(name string) (time.Duration, bool) {
	const day = 24 * time.Hour
	switch name {
	case "us":
		return time.Microsecond, true
	case "ms":
		return time.Millisecond, true
	case "s":
		return time.Second, true
	case "min":
		return time.Minute, true
	case "h":
		return time.Hour, true
	case "d":
		return day, true
	case "w":
		return 7 * day, true
	case "month":
		return 2629800 * time.Second, true // systemd: 30.44 days
	case "y":
		return 31557600 * time.Second, true // systemd: 365.25 days
	}
	return 0, false
}
