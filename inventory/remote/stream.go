package remote

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
)

// stream hands over lines until the command or ctx ends. The callback runs on
// the caller's goroutine, and never after stream returned.
func (s *session) stream(ctx context.Context, cmd Command, line func(string)) error {
	limit := cmp.Or(cmd.MaxOutput, defaultMaxOutput)
	split := &splitter{lines: make(chan []byte), tooLong: make(chan struct{}), quit: make(chan struct{}), limit: limit}
	defer close(split.quit)
	stderr := &capture{left: limit}
	done := s.start(cmd, split, stderr)
	err := split.follow(ctx, done, stderr, nil, line)
	s.left = !split.ended
	return err
}

// follow hands over lines until the command has ended, ctx has, or closing is closed.
func (w *splitter) follow(ctx context.Context, done <-chan ending, stderr *capture, closing <-chan struct{}, line func(string)) error {
	for {
		select {
		case l := <-w.lines:
			line(string(l))
		case <-w.tooLong:
			return fmt.Errorf("read stream: a line is longer than %d bytes", w.limit)
		case <-ctx.Done():
			return ctx.Err()
		case <-closing:
			return ErrClosed
		case end := <-done:
			w.ended = true
			if len(w.rest) > 0 {
				line(string(w.rest))
			}
			return verdict(end, stderr)
		}
	}
}

func verdict(end ending, stderr *capture) error {
	if end.err != nil {
		return fmt.Errorf("read stream: %w", end.err)
	}
	if end.exit != 0 {
		complaint, _ := stderr.take()
		return fmt.Errorf("read stream: it ended with status %d: %s", end.exit, bytes.TrimSpace(complaint))
	}
	return nil
}

// splitter cuts what is written to it into lines.
type splitter struct {
	lines   chan []byte
	tooLong chan struct{}
	quit    chan struct{} // closed when nobody listens any more
	rest    []byte
	limit   int
	ended   bool // the command has
}

// Write hands over whole lines and keeps the rest. It swallows everything once
// nobody listens, or a line was too long.
func (w *splitter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if len(line) > w.limit {
			select {
			case w.tooLong <- struct{}{}:
			case <-w.quit:
			}
			w.rest = nil
			return len(p), nil
		}
		if !found {
			return len(p), nil
		}
		select {
		case w.lines <- line:
		case <-w.quit:
			w.rest = nil
			return len(p), nil
		}
		w.rest = rest
	}
}
