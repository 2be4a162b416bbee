package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// SignalWriter takes the readings of one collector.
type SignalWriter struct {
	fail    func(error) error
	file    *os.File
	stop    chan struct{}
	running sync.WaitGroup

	mu     sync.Mutex
	buf    *bufio.Writer
	closed bool
}

// Signals opens signals/<collector>.ndjson. The same name gives the same
// writer.
func (w *Writer) Signals(collector string) (*SignalWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.signals[collector]; ok {
		return s, nil
	}
	if w.closed || !plainName(collector) {
		return nil, fmt.Errorf("record signals of %q: record is closed or the name is not a plain file name", collector)
	}
	f, err := startFile(filepath.Join(w.dir, "signals", collector+".ndjson"), "")
	if err != nil {
		return nil, w.note(fmt.Errorf("record signals of %s: %w", collector, err))
	}
	s := &SignalWriter{fail: w.note, file: f, stop: make(chan struct{}), buf: bufio.NewWriterSize(f, 32<<10)}
	w.signals[collector] = s
	s.running.Go(s.tick)
	return s, nil
}

// Write appends readings, one a line. They reach the kernel within half a
// second.
func (s *SignalWriter) Write(readings ...Reading) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.fail(errors.New("write reading: the record is closed"))
	}
	for _, r := range readings {
		line, err := json.Marshal(r)
		if err != nil { // not a number: a value that JSON does not have
			return fmt.Errorf("write reading of %s: %w", r.Signal, err)
		}
		if _, err := s.buf.Write(append(line, '\n')); err != nil {
			return s.fail(fmt.Errorf("write reading of %s: %w", r.Signal, err))
		}
	}
	return nil
}

func (s *SignalWriter) tick() {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.flush()
		case <-s.stop:
			return
		}
	}
}

func (s *SignalWriter) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.buf.Flush(); err != nil {
		_ = s.fail(fmt.Errorf("flush readings: %w", err))
	}
}

func (s *SignalWriter) close() error {
	close(s.stop)
	s.running.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return errors.Join(s.buf.Flush(), s.file.Sync(), s.file.Close())
}
