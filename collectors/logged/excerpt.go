package logged

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

const (
	lineMost   = 500       // bytes of a line in the record
	linesOfID  = 8         // of an id in one file or journal
	textOfNode = 512 << 10 // bytes of all lines of a node in the record
	textOfAll  = 8 << 20   // likewise, of all nodes
)

// answer is what a node has printed, by piece.
type answer struct {
	lines  map[int][]string // as they came: they are cleaned when they are put into the record
	counts map[int]int64    // of lines around a fault
	failed map[int]bool
	ended  bool
}

// readAnswer reads what script has printed. A last line without an end is torn, and a part of
// a secret is not known as one: it is left out.
func readAnswer(out, wrong []byte, pieces int) answer {
	a := answer{lines: map[int][]string{}, counts: map[int]int64{}, failed: map[int]bool{}}
	at := -1
	for raw := range bytes.Lines(out) {
		line, whole := bytes.CutSuffix(raw, []byte("\n"))
		kind, rest, _ := bytes.Cut(line, []byte(" "))
		n, err := strconv.ParseInt(string(rest), 10, 64)
		switch {
		case !whole:
		case string(kind) == ">" && at >= 0:
			a.lines[at] = append(a.lines[at], string(rest))
		case string(kind) == "==" && err == nil && n >= 0 && n < int64(pieces):
			at = int(n)
		case string(kind) == "lines" && err == nil && at >= 0:
			a.counts[at] = n
		case string(line) == "end":
			a.ended = true
		}
	}
	for line := range strings.Lines(string(wrong)) {
		if rest, is := strings.CutPrefix(strings.TrimSpace(line), "failed "); is {
			if n, err := strconv.Atoi(rest); err == nil {
				a.failed[n] = true
			}
		}
	}
	return a
}

// excerpts puts what was read into the record's form, in the order of ids and then of faults.
func excerpts(l *record.Logged, pieces []piece, a answer, ids []string) {
	var all []record.LoggedExcerpt
	for n, p := range pieces {
		switch lines := a.lines[n]; {
		case len(lines) == 0:
		case p.around == nil:
			all = append(all, byID(p.source, lines, ids)...)
		default:
			e := record.LoggedExcerpt{Source: p.source, Fault: p.around.Fault, Service: p.around.Target.Service, Lines: lines}
			if e.Left = max(a.counts[n]-int64(len(lines)), 0); e.Left > 0 {
				e.Head = min(mostFaultHead, len(lines))
			}
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(x, y record.LoggedExcerpt) int { return cmp.Compare(place(ids, x), place(ids, y)) })
	for _, e := range all {
		e.Lines = slices.Collect(cleaned(e.Lines, e.Head, lineMost))
		l.Lines = append(l.Lines, e)
	}
}

// fit leaves no more of a node's lines than so many bytes.
func fit(l *record.Logged, room int, bound string) {
	all, over := l.Lines, int64(0)
	l.Lines = nil
	for _, e := range all {
		kept := 0
		for kept < len(e.Lines) && room >= len(e.Lines[kept]) {
			room -= len(e.Lines[kept])
			kept++
		}
		if cut := len(e.Lines) - kept; cut > 0 {
			room, over = 0, over+int64(cut)
			e.Lines, e.Head, e.Left = e.Lines[:kept], min(e.Head, kept), e.Left+int64(cut)
		}
		if len(e.Lines) > 0 {
			l.Lines = append(l.Lines, e)
		}
	}
	if over > 0 {
		l.Silent = append(l.Silent, fmt.Sprintf("%d lines that were found: %s", over, bound))
	}
}

// size is how many bytes the lines of a node have.
func size(l *record.Logged) (n int) {
	if l == nil {
		return 0
	}
	for _, e := range l.Lines {
		for _, line := range e.Lines {
			n += len(line)
		}
	}
	return n
}

// fitAll leaves no more of all nodes' lines than so many bytes: who has few keeps them, and
// what they leave is for the others in equal parts.
func fitAll(all []*record.Logged, room int) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *record.Logged) int { return cmp.Compare(size(a), size(b)) })
	for i, l := range order {
		part := room / (len(order) - i)
		if size(l) > part {
			fit(l, part, fmt.Sprintf("all nodes have %d MiB in the record", textOfAll>>20))
		}
		room -= size(l)
	}
}

// What a private key over several lines begins and ends with, and what its whole lines end with.
var (
	keyBegins = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	keyEnds   = regexp.MustCompile(`-----END [A-Z ]*PRIVATE KEY-----`)
	keyLine   = regexp.MustCompile(`[A-Za-z0-9+/]{60,}\s*$`)
)

// Clean are lines that follow one another as they are fit to be kept and shown: each without
// what looks like a secret, and of no more than so many bytes.
//
// Each is made when it is asked for, since that takes its time.
func Clean(lines []string, most int) iter.Seq[string] { return cleaned(lines, 0, most) }

// cleaned is Clean. Behind the first head of the lines some may be missing.
func cleaned(lines []string, head, most int) iter.Seq[string] {
	secret := ofKeys(lines, head)
	return func(yield func(string) bool) {
		for i, line := range lines {
			if secret[i] {
				line = record.Redacted
			} else {
				line = record.OneLine(line, most) // which knows a begin
			}
			if !yield(line) {
				return
			}
		}
	}
}

// ofKeys tells which lines are a private key's, but for its begin.
func ofKeys(lines []string, head int) []bool {
	secret := make([]bool, len(lines))
	within, from := false, 0 // a private key; what it may have begun in
	for i, line := range lines {
		if head > 0 && i == head {
			within, from = false, i
		}
		begins, ends := -1, -1
		if strings.Contains(line, "PRIVATE KEY-----") {
			begins, ends = last(keyBegins, line), last(keyEnds, line)
		}
		secret[i] = within || ends >= 0 && begins < 0
		if ends >= 0 && begins < 0 && !within { // its begin is not among these
			for k := i - 1; k >= from && (k == i-1 || keyLine.MatchString(lines[k])); k-- {
				secret[k] = true
			}
		}
		if within = begins > ends || within && ends < 0; ends >= 0 {
			from = i + 1
		}
	}
	return secret
}

// last is where the last match begins; less than none: nowhere.
func last(what *regexp.Regexp, line string) int {
	all := what.FindAllStringIndex(line, -1)
	if len(all) == 0 {
		return -1
	}
	return all[len(all)-1][0]
}

// place is where an excerpt stands: behind those of all ids, if it has none.
func place(ids []string, e record.LoggedExcerpt) int {
	if i := slices.Index(ids, e.Request); i >= 0 {
		return i
	}
	return len(ids)
}

// byID shares lines out to the first id that each has. Of an id with many the grave ones come
// first in the choice, and all stay in their order.
func byID(source string, lines, ids []string) []record.LoggedExcerpt {
	of := map[string][]string{}
	for _, line := range lines {
		if i := slices.IndexFunc(ids, func(id string) bool { return has(line, id) }); i >= 0 {
			of[ids[i]] = append(of[ids[i]], line)
		}
	}
	var all []record.LoggedExcerpt
	for _, id := range ids {
		if found := of[id]; len(found) > 0 {
			kept := gravest(found)
			all = append(all, record.LoggedExcerpt{Source: source, Request: id, Lines: kept, Left: int64(len(found) - len(kept))})
		}
	}
	return all
}

// has tells whether a line has an id that is not a part of a longer word.
func has(line, id string) bool {
	for from := 0; ; {
		i := strings.Index(line[from:], id)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(id)
		if (start == 0 || !wordly(line[start-1])) && (end == len(line) || !wordly(line[end])) {
			return true
		}
		from = end
	}
}

func wordly(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}

var grave = regexp.MustCompile(`\b(?:ERROR|CRITICAL|WARNING|Traceback|Error|Exception)\b`)

func gravest(lines []string) []string {
	if len(lines) <= linesOfID {
		return lines
	}
	room := linesOfID
	keep := make([]bool, len(lines))
	for _, wanted := range []bool{true, false} {
		for i, line := range lines {
			if room > 0 && grave.MatchString(line) == wanted {
				keep[i] = true
				room--
			}
		}
	}
	var kept []string
	for i, line := range lines {
		if keep[i] {
			kept = append(kept, line)
		}
	}
	return kept
}
