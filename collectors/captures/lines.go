package captures

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/logged"
)

// lineKept bounds a line of a log in the file, in bytes.
const lineKept = 2000

// lines writes those of a span, journal by journal and file by file, without what looks like a
// secret.
type lines struct {
	file     io.Writer
	window   Window
	zone     *time.Location // of the node
	from, to time.Time      // by its clock

	source string
	size   int64 // of the source, where it is a file
	text   []string
	begun  bool // a source, and its end has not come

	count int64
	cut   []string
}

// Line takes a line of Script of Logs.
func (l *lines) Line(text string) error {
	kind, rest := text[:min(1, len(text))], text[min(1, len(text)):]
	switch kind {
	case "@":
		return l.clock(strings.TrimSpace(rest))
	case "=":
		size, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
		l.source, l.text, l.begun = name, nil, true
		l.size, _ = strconv.ParseInt(size, 10, 64) // of a file that is gone there is none
	case "|":
		l.text = append(l.text, rest)
	case ".":
		l.begun = false
		return l.flush()
	}
	return nil
}

// clock reads the node's, from which the span is reckoned.
func (l *lines) clock(text string) error {
	seconds, zone, _ := strings.Cut(text, " ")
	now, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("read the node's clock: %w", err)
	}
	there, err := time.Parse("-0700", zone)
	if err != nil {
		return fmt.Errorf("read the node's clock: %w", err)
	}
	l.zone = there.Location()
	moment := time.Unix(now, 0).Add(-l.window.Ago)
	l.from, l.to = moment.Add(-l.window.Before), moment.Add(l.window.For+time.Second)
	return nil
}

// flush writes what the source had in the span. Its last line is torn or empty, and so may be
// the first of a file of which only the end was read: a part of a secret is not known as one.
func (l *lines) flush() error {
	raw := int64(-1)
	for _, line := range l.text {
		raw += int64(len(line)) + 1
	}
	text := l.text[:max(len(l.text)-1, 0)]
	if l.size > raw && len(text) > 0 {
		text = text[1:]
	}
	kept, first := l.within(text)
	switch {
	case l.size > raw && (first.IsZero() || first.After(l.from)):
		l.cut = append(l.cut, fmt.Sprintf("%s: only its last %d bytes were read", l.source, raw))
	case l.size == 0 && raw > l.window.Most:
		l.cut = append(l.cut, fmt.Sprintf("%s: only the first %d bytes of it were read", l.source, raw))
	}
	if len(kept) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(l.file, "== %s\n", l.source); err != nil {
		return err
	}
	for _, line := range logged.Clean(kept, lineKept) {
		if _, err := fmt.Fprintf(l.file, "%s\n", line); err != nil {
			return err
		}
		l.count++
	}
	return nil
}

// stamp is a time at the begin of a line, as journals, oslo.log and most others have it.
var stamp = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?`)

// within are the lines of the span, and the time of the first that has one. One that has none
// goes with the line before it. Where none has one all are kept: nothing tells which they are.
func (l *lines) within(text []string) (kept []string, first time.Time) {
	in := false
	for _, line := range text {
		if at, is := l.at(line); is {
			if first.IsZero() {
				first = at
			}
			in = !at.Before(l.from.Truncate(time.Second)) && at.Before(l.to)
		}
		if in {
			kept = append(kept, line)
		}
	}
	if first.IsZero() && len(text) > 0 {
		l.cut = append(l.cut, l.source+": its lines have no times, and all that were read are kept")
		return text, first
	}
	return kept, first
}

// at is the time of a line; without a zone it is the node's.
func (l *lines) at(line string) (time.Time, bool) {
	found := stamp.FindStringSubmatch(line)
	if found == nil || l.zone == nil {
		return time.Time{}, false
	}
	zone, day := l.zone, found[1]+" "+found[2]
	if found[3] != "" {
		if own, err := time.Parse("Z0700", strings.ReplaceAll(found[3], ":", "")); err == nil {
			zone = own.Location()
		}
	}
	at, err := time.ParseInLocation(time.DateTime, day, zone)
	return at, err == nil
}

// Close says how many lines there are.
func (l *lines) Close(string) (has, cut string, err error) {
	if l.begun {
		l.cut = append(l.cut, l.source+" and what comes after it: there was more than is read")
	}
	if has = fmt.Sprintf("%d lines", l.count); l.count == 1 {
		has = "1 line"
	}
	return has, strings.Join(l.cut, "; "), nil
}
