package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Run is a record that is read. It may still be growing: what is given is what
// was there when it was opened. Nothing is held in memory but names and sizes.
type Run struct {
	dir     string
	meta    RunStarted
	journal int64            // bytes of whole lines
	samples map[string]int64 // by load: bytes of whole blocks
	ended   *RunEnded
	cuts    []string
	strange []string
}

// Open reads a run's directory. A run that was killed, or lost power, opens
// too; CutOff then says so. A directory without a journal that begins with a
// Started event is no record and an error.
func Open(dir string) (*Run, error) {
	r := &Run{dir: dir, samples: map[string]int64{}}
	if err := r.scanJournal(); err != nil {
		return nil, fmt.Errorf("open record %s: %w", dir, err)
	}
	if err := r.scanSamples(); err != nil {
		return nil, fmt.Errorf("open record %s: %w", dir, err)
	}
	for _, pattern := range []string{"hist/*.hlog", "errors/*.ndjson", "signals/*.ndjson"} {
		if err := r.scanLines(pattern); err != nil {
			return nil, fmt.Errorf("open record %s: %w", dir, err)
		}
	}
	return r, nil
}

func (r *Run) path(parts ...string) string {
	return filepath.Join(append([]string{r.dir}, parts...)...)
}

// glob are the files of the record that fit a pattern, whatever the name of its
// directory looks like.
func (r *Run) glob(pattern string) ([]string, error) {
	paths, err := fs.Glob(os.DirFS(r.dir), pattern)
	for i := range paths {
		paths[i] = r.path(filepath.FromSlash(paths[i]))
	}
	return paths, err
}

func (r *Run) scanJournal() error {
	whole, torn, err := wholeLines(r.path("journal.ndjson"))
	if err != nil {
		return err
	}
	r.journal = whole
	first, next, inOrder := true, int64(0), true
	for e, err := range r.Events() {
		if err != nil {
			return err
		}
		if first && e.Started == nil {
			return fmt.Errorf("the journal begins with %s, not with started", e.Type)
		}
		if first {
			r.meta, first = *e.Started, false
		}
		if e.Seq != next && inOrder {
			inOrder = false
			r.cuts = append(r.cuts, fmt.Sprintf("its journal has event %d where %d has to be: lines are missing, doubled or out of order", e.Seq, next))
		}
		next = e.Seq + 1
		if kind, _ := e.kind(); kind != e.Type {
			r.strange = append(r.strange, fmt.Sprintf("event %d of journal.ndjson is of the type %q, and says what one of the type %s says", e.Seq, OneLine(e.Type, IDMost), kind))
		}
		if e.Ended != nil {
			r.ended = e.Ended
		}
	}
	if first {
		return errors.New("no journal, or an empty one")
	}
	if r.ended == nil {
		r.cuts = append(r.cuts, "the run ended without its last event")
	}
	if torn > 0 {
		r.cuts = append(r.cuts, fmt.Sprintf("the journal's last line is torn (%d bytes left out)", torn))
	}
	return nil
}

// scanLines looks for torn tails in the files that are made of lines.
func (r *Run) scanLines(pattern string) error {
	paths, err := r.glob(pattern)
	if err != nil {
		return err
	}
	for _, path := range paths {
		_, torn, err := wholeLines(path)
		if err != nil {
			return err
		}
		if torn > 0 {
			r.cuts = append(r.cuts, fmt.Sprintf("the last line of %s is torn (%d bytes left out)", filepath.Base(path), torn))
		}
	}
	return nil
}

// Dir is the record's directory.
func (r *Run) Dir() string { return r.dir }

// Meta is the event that opened the journal.
func (r *Run) Meta() RunStarted { return r.meta }

// Ended is the event that closed the journal, or nil when the run was cut off.
func (r *Run) Ended() *RunEnded { return r.ended }

// CutOff tells whether the run was cut off, and how that shows, in words.
func (r *Run) CutOff() (reason string, cut bool) {
	return strings.Join(r.cuts, "; "), len(r.cuts) > 0
}

// Strange are the events that this program reads and does not know, a sentence each: what
// they were to say is not in any figure.
func (r *Run) Strange() []string { return r.strange }

// Loads are the names of the loads that left samples, sorted.
func (r *Run) Loads() []string { return sortedKeys(r.samples) }

// Events gives the journal in its order. A line that is no event is an error
// and the end.
func (r *Run) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		n := 0
		for line, err := range lines(r.path("journal.ndjson"), r.journal) {
			n++
			var e Event
			if err == nil {
				err = json.Unmarshal(line, &e)
			}
			if err == nil && n == 1 && e.Started != nil && e.Started.Format > Format {
				err = fmt.Errorf("it is of version %d, written by eris %s; this one reads up to %d", e.Started.Format, OneLine(e.Started.Version, IDMost), Format)
			}
			if err == nil {
				_, err = e.kind()
			}
			if err != nil {
				yield(Event{}, fmt.Errorf("read journal line %d: %w", n, err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// ReadFile gives a file of the record such as plan.json; a missing one is an
// error that wraps fs.ErrNotExist.
func (r *Run) ReadFile(name string) ([]byte, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("read %s: not a path inside the record", name)
	}
	return os.ReadFile(r.path(name))
}
