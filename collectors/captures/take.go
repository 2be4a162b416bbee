package captures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

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
}

// Take captures on one node into a file, until that is full, the capture's time is over or
// ctx ends. An error says that there is nothing worth keeping.
func Take(ctx context.Context, nodes remote.Streamer, node string, c Capture, services []*inventory.Service, w Window, file io.Writer) (Taken, error) {
	t := &take{file: &limited{to: file, left: w.Most}}
	t.sift = c.Sift(w, t.file)
	streaming, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	broken := nodes.Stream(streaming, node, remote.Command{Script: c.Script(services, w), Root: true, MaxOutput: lineMost}, func(line string) {
		if err := t.line(line); err != nil {
			stop(err)
		}
	})
	if t.failed != nil {
		return Taken{Bytes: t.file.wrote}, t.failed
	}
	has, cut, err := t.sift.Close(t.end)
	taken := Taken{Has: has, Cut: cut, Bytes: t.file.wrote}
	switch {
	case err != nil && !errors.Is(err, errFull):
		return taken, err
	case t.full || err != nil:
		taken.Cut = fmt.Sprintf("it was over %d bytes", w.Most)
	case t.ended:
	case ctx.Err() != nil:
		broken = context.Cause(ctx)
	case broken == nil:
		broken = errors.New("the capture on the node ended without a word")
	}
	if !t.full && !t.ended {
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
	failed error
}

// line takes a line of the script; behind an error nothing is taken any more.
func (t *take) line(line string) error {
	if t.full {
		return errFull
	}
	if t.failed != nil {
		return t.failed
	}
	if text, is := strings.CutPrefix(line, "> "); is {
		err := t.sift.Line(text)
		if t.full = errors.Is(err, errFull); err != nil && !t.full {
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

// limited takes as much as there is room for, in whole pieces.
type limited struct {
	to    io.Writer
	left  int64
	wrote int64
}

// Write takes all of it or nothing.
func (l *limited) Write(p []byte) (int, error) {
	if int64(len(p)) > l.left {
		return 0, errFull
	}
	n, err := l.to.Write(p)
	l.left -= int64(n)
	l.wrote += int64(n)
	return n, err
}
