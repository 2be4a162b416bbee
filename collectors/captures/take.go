package captures

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// lineMost bounds a line of a script, in bytes.
const lineMost = 256 << 10

// wordsMost bounds what is told of a capture, in bytes.
const wordsMost = 300

// errFull is why a capture ends before its time.
var errFull = errors.New("the file has no room for more")

// Taken is what became of a capture on a node.
type Taken struct {
	Has   string // what the file has, in words
	Cut   string // why something is missing in it; empty where nothing is
	Bytes int64
	Again bool // it was broken off: another try may have more
	// From and To are when its script began on the node, and when the last came of it, as seen
	// here; zero where nothing came.
	From, To time.Time
}

// How much longer than its window a capture may take on a node.
const (
	Late     = 15 * time.Second // to begin and to end
	PastMost = 45 * time.Second // of a Past, all that it takes
)

// bounded is a script that prints "begin", and that the node itself ends when it goes on for
// too long: a reader that is gone without a word leaves it where it prints.
func bounded(c Capture, services []*inventory.Service, w Window) string {
	most := w.For + Late
	if _, past := c.(Past); past {
		most = PastMost
	}
	return fmt.Sprintf("echo begin\ntimeout -k 2 %d sh -c %s\n", seconds(most), inventory.Quote(c.Script(services, w)))
}

// Take captures on one node into a file, until that is full, the capture's time is over or
// ctx ends. An error says that there is nothing worth keeping.
func Take(ctx context.Context, nodes remote.Streamer, node string, c Capture, services []*inventory.Service, w Window, file io.Writer) (Taken, error) {
	t := &take{file: &limited{to: file, left: w.Most, ended: func() error { return context.Cause(ctx) }}}
	t.sift = c.Sift(w, t.file)
	streaming, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	broken := nodes.Stream(streaming, node, remote.Command{Script: bounded(c, services, w), Root: true, MaxOutput: lineMost}, func(line string) {
		if t.to = time.Now(); t.from.IsZero() {
			t.from = t.to
		}
		if err := t.line(line); err != nil {
			stop(err)
		}
	})
	broken = cmp.Or(t.broken, broken)
	if t.failed != nil {
		return Taken{Bytes: t.file.wrote, From: t.from, To: t.to}, t.failed
	}
	t.file.ended = func() error { return nil } // what is here already
	has, cut, err := t.sift.Close(t.end)
	taken := Taken{Has: has, Cut: cut, Bytes: t.file.wrote, Again: !t.full && !t.ended, From: t.from, To: t.to}
	switch {
	case t.full || t.ended:
	case ctx.Err() != nil:
		broken = context.Cause(ctx)
	case broken == nil:
		broken = errors.New("the capture on the node ended without a word")
	}
	if err != nil && !errors.Is(err, errFull) {
		if taken.Again {
			err = fmt.Errorf("capture on %s: %w: %w", node, broken, err)
		}
		return taken, err
	}
	if t.full || err != nil {
		taken.Cut = fmt.Sprintf("it was over %d bytes", w.Most)
	}
	if taken.Again {
		if taken.Bytes == 0 {
			return taken, fmt.Errorf("capture on %s: %w", node, broken)
		}
		taken.Cut = broken.Error()
	}
	taken.Has, taken.Cut = record.OneLine(taken.Has, wordsMost), record.OneLine(taken.Cut, wordsMost)
	return taken, nil
}

// take is one capture under way.
type take struct {
	sift   Sifter
	file   *limited
	full   bool
	ended  bool
	end    string
	failed error // for good
	broken error // by the end of the context, while something was written

	from, to time.Time // of the first line and of the last
}

// line takes a line of the script; behind an error nothing is taken any more.
func (t *take) line(line string) error {
	if t.full {
		return errFull
	}
	if err := cmp.Or(t.failed, t.broken); err != nil {
		return err
	}
	if text, is := strings.CutPrefix(line, "> "); is {
		err := t.sift.Line(text)
		var over *overError
		switch t.full = errors.Is(err, errFull); {
		case t.full, err == nil:
		case errors.As(err, &over):
			t.broken = over.cause
		default:
			t.failed = err
		}
		return err
	}
	if why, is := strings.CutPrefix(line, "failed "); is {
		t.failed = errors.New(record.OneLine(why, wordsMost))
		return t.failed
	}
	if word, words, _ := strings.Cut(line, " "); word == "end" {
		t.ended, t.end = true, words
	}
	return nil
}

// overError is why nothing is written any more: the capture's context has ended.
type overError struct{ cause error }

func (e *overError) Error() string { return e.cause.Error() }

// limited takes as much as there is room for, in whole pieces, until it is over.
type limited struct {
	to    io.Writer
	left  int64
	wrote int64
	ended func() error // why it is over
}

// Write takes all of it or nothing.
func (l *limited) Write(p []byte) (int, error) {
	if err := l.ended(); err != nil {
		return 0, &overError{err}
	}
	if int64(len(p)) > l.left {
		return 0, errFull
	}
	n, err := l.to.Write(p)
	l.left -= int64(n)
	l.wrote += int64(n)
	return n, err
}
