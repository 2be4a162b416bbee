package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// SignalWriter takes the readings of one collector. A disk that stalls holds
// nobody up: what comes meanwhile is kept until it goes on.
type SignalWriter struct {
	name      string
	observers []Observer
	fail      func(error) error
	file      *os.File // of the goroutine that ticks, and after its end of close
	stop      chan struct{}
	running   sync.WaitGroup

	mu      sync.Mutex
	pending []byte // whole lines that the kernel does not have yet
	closed  bool
}

// Signals opens signals/<collector>.ndjson. The same name gives the same
// writer.
func (w *Writer) Signals(collector string) (*SignalWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.signals[collector]; ok {
		return s, nil
	}
	if w.settled || !plainName(collector) {
		return nil, fmt.Errorf("record signals of %q: record is closed or the name is not a plain file name", collector)
	}
	f, err := startFile(filepath.Join(w.dir, "signals", collector+".ndjson"), "")
	if err != nil {
		return nil, w.note(fmt.Errorf("record signals of %s: %w", collector, err))
	}
	s := &SignalWriter{name: collector, observers: w.observers, fail: w.note, file: f, stop: make(chan struct{})}
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
		s.pending = append(append(s.pending, line...), '\n')
	}
	for _, o := range s.observers {
		o.Readings(s.name, readings)
	}
	return nil
}

func (s *SignalWriter) tick() {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = s.flush() // the record's owner is told by fail
		case <-s.stop:
			return
		}
	}
}

// flush hands over what has come since the last one.
func (s *SignalWriter) flush() error {
	s.mu.Lock()
	lines := s.pending
	s.pending = nil
	s.mu.Unlock()
	if _, err := s.file.Write(lines); err != nil {
		return s.fail(fmt.Errorf("write readings: %w", err))
	}
	return nil
}

func (s *SignalWriter) close() error {
	close(s.stop)
	s.running.Wait()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	return errors.Join(s.flush(), s.file.Sync(), s.file.Close())
}
