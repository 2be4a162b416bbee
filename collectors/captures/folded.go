package captures

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// folded counts stacks, and writes them a line each, from the outside in, with their counts:
// UNIT;COMMAND;STATE;FUNCTION;… COUNT.
//
// Source: https://github.com/brendangregg/FlameGraph (stackcollapse)
type folded struct {
	file    io.Writer
	stacks  map[string]int64
	samples int64
	seen    int64 // threads, over all samples
	torn    int64 // parts of a unit in a sample that were too long
	whole   bool  // the last sample has come

	threads []*thread          // of the sample under way
	unit    string             // whose part comes
	places  map[string]*thread // of that part, by place in /proc
	bytes   int64              // of that part
	held    string             // its last line, of which it is not known whether it is whole
	last    *thread            // of the line before
}

// thread is one in a sample.
type thread struct {
	process string
	head    string   // UNIT;COMMAND;STATE
	runs    bool     // and where it is in the kernel changes while that is read
	frames  []string // from the inside out
}

var (
	procLine = regexp.MustCompile(`^((/proc/\d+)/task/\d+)/(stat|stack):(.*)$`)
	statLine = regexp.MustCompile(`^\d+ \((.*)\) (\S)`)
	frame    = regexp.MustCompile(`^\[<[^>]*>\] ([A-Za-z0-9_.]+)`)
)

// state is one of a thread, by the letters of the kernel.
func state(letter string) string {
	if name, known := map[string]string{"R": "running", "S": "sleeping", "D": "uninterruptible", "T": "stopped", "t": "traced", "Z": "zombie", "X": "dead", "I": "idle"}[letter]; known {
		return name
	}
	return "state " + letter
}

// Line takes a line of Script of Profile.
func (f *folded) Line(text string) error {
	unit, begins := strings.CutPrefix(text, "@")
	switch {
	case text == "#":
		f.count()
		f.samples++
	case text == ".":
		f.whole = true
	case begins:
		f.part()
		f.unit = unit
	default:
		f.bytes += int64(len(text)) + 1
		f.read(f.held)
		f.held = text
	}
	return nil
}

// read takes a whole line of a unit's part.
func (f *folded) read(text string) {
	found := procLine.FindStringSubmatch(text)
	if found == nil {
		return
	}
	place, process, file, line := found[1], found[2], found[3], found[4]
	t := f.places[place]
	if t == nil {
		t = &thread{process: process}
		f.places[place] = t
	}
	f.last = t
	if stat := statLine.FindStringSubmatch(line); file == "stat" && stat != nil {
		t.head, t.runs = strings.Join([]string{separable(f.unit), separable(stat[1]), state(stat[2])}, ";"), stat[2] == "R"
	}
	if at := frame.FindStringSubmatch(line); file == "stack" && at != nil {
		t.frames = append(t.frames, at[1])
	}
}

// separable is a name without what stands between the parts of a line.
func separable(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ';' || r == ' ' || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

// part ends a unit's part of a sample. What was too long ends in the middle of a process: the
// thread whose lines came last may lack some, and others of the process have not come to their stacks.
func (f *folded) part() {
	if f.bytes > sampleMost {
		f.torn++
		process := ""
		if f.last != nil {
			process = f.last.process
		}
		maps.DeleteFunc(f.places, func(_ string, t *thread) bool {
			return t == f.last && !t.runs || t.process == process && len(t.frames) == 0 && !t.runs
		})
	}
	f.threads = slices.AppendSeq(f.threads, maps.Values(f.places))
	clear(f.places)
	f.bytes, f.held, f.last = 0, "", nil
}

// count ends a sample.
func (f *folded) count() {
	f.part()
	for _, t := range f.threads {
		if t.head == "" {
			continue // it ended while it was read
		}
		parts := []string{t.head}
		if !t.runs {
			slices.Reverse(t.frames)
			parts = append(parts, t.frames...)
		}
		f.stacks[strings.Join(parts, ";")]++
		f.seen++
	}
	f.threads = f.threads[:0]
}

// Close writes the stacks, the most frequent first. A sample whose end has not come is left out.
func (f *folded) Close(string) (has, cut string, err error) {
	if f.seen == 0 && !f.whole {
		return "", "", errors.New("no sample had come to its end")
	}
	if f.seen == 0 {
		return "", "", errors.New("no thread of its services was seen: their units had no process then")
	}
	order := slices.SortedFunc(maps.Keys(f.stacks), func(a, b string) int {
		return cmp.Or(cmp.Compare(f.stacks[b], f.stacks[a]), strings.Compare(a, b))
	})
	for _, stack := range order {
		if _, err := fmt.Fprintf(f.file, "%s %d\n", stack, f.stacks[stack]); err != nil {
			return "", "", err
		}
	}
	var why []string
	if f.torn > 0 {
		why = append(why, fmt.Sprintf("of a unit a sample has %d bytes at most, and %d times there was more: threads are missing", sampleMost, f.torn))
	}
	if !f.whole {
		why = append(why, fmt.Sprintf("there were more samples than fit in %d bytes", profileMost))
	}
	return fmt.Sprintf("%d samples, %d stacks that differ", f.samples, len(f.stacks)), strings.Join(why, "; "), nil
}
