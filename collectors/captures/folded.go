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
	unit    string
	threads map[string]*thread // of the sample under way, by unit and place in /proc
	seen    int64              // threads, over all samples
}

// thread is one in a sample.
type thread struct {
	head   string   // UNIT;COMMAND;STATE
	runs   bool     // and where it is in the kernel changes while that is read
	frames []string // from the inside out
}

var (
	procLine = regexp.MustCompile(`^(/proc/\d+/task/\d+)/(stat|stack):(.*)$`)
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
	if text == "#" {
		f.count()
		f.samples++
		return nil
	}
	if unit, is := strings.CutPrefix(text, "@"); is {
		f.unit = unit
		return nil
	}
	found := procLine.FindStringSubmatch(text)
	if found == nil {
		return nil // torn, where the sample was too long
	}
	place, file, line := f.unit+found[1], found[2], found[3]
	t := f.threads[place]
	if t == nil {
		t = &thread{}
		f.threads[place] = t
	}
	if stat := statLine.FindStringSubmatch(line); file == "stat" && stat != nil {
		t.head, t.runs = strings.Join([]string{separable(f.unit), separable(stat[1]), state(stat[2])}, ";"), stat[2] == "R"
	}
	if at := frame.FindStringSubmatch(line); file == "stack" && at != nil {
		t.frames = append(t.frames, at[1])
	}
	return nil
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

// count ends a sample.
func (f *folded) count() {
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
	clear(f.threads)
}

// Close writes the stacks, the most frequent first.
func (f *folded) Close(string) (has, cut string, err error) {
	f.count()
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
	return fmt.Sprintf("%d samples, %d stacks that differ", f.samples, len(f.stacks)), "", nil
}
