package captures

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
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
	turn     *sync.Mutex    // held while a source is searched for what is secret
	zone     *time.Location // of the node
	from, to time.Time      // by its clock

	source string
	size   int64 // of the source, where it is a file
	text   []string
	begun  bool // a source, and its end has not come
	whole  bool // the last source has come

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
	case "#":
		l.whole = true
	}
	return nil
}

// clock reads the node's, from which the span is reckoned: by it and by how long ago the moment
// is now, however long it took until the node was asked. It is of whole seconds, and was on its way.
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
	moment := time.Unix(now, 0).Add(-time.Since(l.window.Moment))
	l.from, l.to = moment.Add(-l.window.Before), moment.Add(l.window.For+2*time.Second)
	return nil
}

// flush writes what the source had in the span. Its last line is torn or empty, and so may be
// the first of a file of which only the end was read: a part of a secret is not known as one.
func (l *lines) flush() error {
	var text []string
	if strings.HasPrefix(l.source, journal) {
		text = l.fromJournal()
	} else {
		text = l.fromFile()
	}
	l.text = nil
	if len(text) == 0 {
		return nil
	}
	l.turn.Lock()
	defer l.turn.Unlock()
	if _, err := fmt.Fprintf(l.file, "== %s\n", l.source); err != nil {
		return err
	}
	for line := range logged.Clean(text, lineKept) {
		if _, err := fmt.Fprintf(l.file, "%s\n", line); err != nil {
			return err
		}
		l.count++
	}
	return nil
}

// raw is how many bytes came of the source.
func (l *lines) raw() int64 {
	raw := int64(-1)
	for _, line := range l.text {
		raw += int64(len(line)) + 1
	}
	return raw
}

// fromFile are the lines of the span of a file.
func (l *lines) fromFile() []string {
	text := l.text[:max(len(l.text)-1, 0)]
	part := max(l.size, l.raw()) >= fileMost(l.window) // it may have grown meanwhile
	if part && len(text) > 0 {
		text = text[1:]
	}
	kept, first, _ := l.within(text)
	switch late := !first.IsZero() && first.After(l.from); {
	case part && (late || first.IsZero()):
		l.lacks("only its last %d bytes were read", fileMost(l.window))
	case late:
		l.lacks("it begins at %s: what was before that may be in a file that was put aside", first.In(l.zone).Format(time.TimeOnly))
	}
	return kept
}

var journalStatus = regexp.MustCompile(`^status (\d+)$`)

// fromJournal are the lines of the span of a journal. Behind it is the status of journalctl,
// unless there was more than is read.
func (l *lines) fromJournal() []string {
	raw := l.raw()
	text, status := l.text[:max(len(l.text)-1, 0)], ""
	if n := len(text) - 1; n >= 0 && raw < journalBytes(l.window) {
		if found := journalStatus.FindStringSubmatch(text[n]); found != nil {
			text, status = text[:max(n-1, 0)], found[1]
		}
	}
	kept, _, last := l.within(text)
	switch {
	case raw >= journalBytes(l.window) && last.Before(l.to):
		l.lacks("only the first %d bytes of it were read", raw)
	case raw >= journalBytes(l.window), status == "0":
	case status == "124":
		l.lacks("journalctl had not read it to its end within %d seconds", journalMost)
	default:
		l.lacks("journalctl ended with status %s", cmp.Or(status, "unknown"))
	}
	return kept
}

// lacks notes why something of the source is missing, or too much is there.
func (l *lines) lacks(why string, args ...any) {
	l.cut = append(l.cut, l.source+": "+fmt.Sprintf(why, args...))
}

// within are the lines of the span, and the times of the first and the last that have one. One
// that has none goes with the line before it. Where none has one all are kept: nothing tells
// which they are.
func (l *lines) within(text []string) (kept []string, first, last time.Time) {
	in := false
	for _, line := range text {
		if at, is := l.at(line); is {
			if last = at; first.IsZero() {
				first = at
			}
			in = !at.Before(l.from.Truncate(time.Second)) && at.Before(l.to)
		}
		if in {
			kept = append(kept, line)
		}
	}
	if first.IsZero() && len(text) > 0 {
		l.lacks("its lines have no times, and all that were read are kept")
		return text, first, last
	}
	return kept, first, last
}

// at is the time of a line.
func (l *lines) at(line string) (time.Time, bool) {
	if l.zone == nil {
		return time.Time{}, false
	}
	return stamped(line, l.to.In(l.zone))
}

// Close says how many lines there are.
func (l *lines) Close(string) (has, cut string, err error) {
	switch {
	case l.begun:
		l.cut = append(l.cut, l.source+" and what comes after it: there was more than is read")
	case !l.whole:
		l.cut = append(l.cut, "there was more than is read")
	}
	if has = fmt.Sprintf("%d lines", l.count); l.count == 1 {
		has = "1 line"
	}
	return has, strings.Join(l.cut, "; "), nil
}
