package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Meta is what a record's directory is named and stamped by.
type Meta struct {
	Scenario string // name; part of the run's id
	Clock    Clock  // the run's clock; its start is the run's start
	ID       string // empty: NewID makes one
}

// Writer lays down one run's record. All methods may be called from many
// goroutines; each load and each collector has a writer of its own, so that
// they never wait for one another.
type Writer struct {
	id      string
	dir     string
	clock   Clock
	journal journal

	mu        sync.Mutex
	observers []Observer
	loads     map[string]*LoadWriter
	signals   map[string]*SignalWriter
	settled   bool // there are no more outcomes and readings
	closed    bool

	failOnce sync.Once
	failed   chan struct{}
	failure  error
}

// Create makes runs/<id>/ in dir (and dir itself) with an open journal, and
// points dir/latest at it. Probe dir first.
func Create(dir string, meta Meta) (*Writer, error) {
	if meta.ID == "" {
		meta.ID = NewID(meta.Scenario, meta.Clock.Start())
	}
	if !plainName(meta.ID) {
		return nil, fmt.Errorf("create record: run id %q is not a plain file name", meta.ID)
	}
	w := &Writer{
		id: meta.ID, dir: filepath.Join(dir, meta.ID), clock: meta.Clock,
		loads: map[string]*LoadWriter{}, signals: map[string]*SignalWriter{},
		failed: make(chan struct{}),
	}
	if err := w.lay(dir); err != nil {
		return nil, fmt.Errorf("create record: %w", err)
	}
	return w, nil
}

// lay makes the directories and the journal and makes their names durable, so
// that an event that was synced can be found again.
func (w *Writer) lay(parent string) error {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(w.dir, 0o755); err != nil {
		return err
	}
	for _, sub := range []string{"samples", "hist", "errors", "signals", "logs"} {
		if err := os.Mkdir(filepath.Join(w.dir, sub), 0o755); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(filepath.Join(w.dir, "journal.ndjson"), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	hold(f)
	w.journal = journal{clock: w.clock, file: f}
	if err := errors.Join(syncDir(w.dir), syncDir(parent), link(parent, "latest", w.id)); err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

// ID is the run's id, which is also the name of its directory.
func (w *Writer) ID() string { return w.id }

// Dir is the path of the run's directory.
func (w *Writer) Dir() string { return w.dir }

// Event appends to the journal. It fills Seq and Type, and At with the present
// when it is zero (but for Started, whose time is zero by definition). An
// event in which not exactly one part is set is an error.
func (w *Writer) Event(e Event) error { return w.note(w.journal.append(e)) }

// EventSync is Event that returns only when the disk has the event and all
// before it. Intents are written with it before anything is touched.
func (w *Writer) EventSync(e Event) error {
	if err := w.Event(e); err != nil {
		return err
	}
	return w.note(w.journal.sync())
}

// Subscribe has tell called with every later event, complete and in order,
// after it was written. tell runs on the writer's path: it must return at once
// and must not write events itself.
func (w *Writer) Subscribe(tell func(Event)) { w.journal.subscribe(tell) }

// Observer is told of each outcome and of each collector's readings when they are
// recorded, on the path of who records them: it must return at once, and may not keep
// the slice of readings.
type Observer interface {
	Sample(load string, s Sample)
	Readings(collector string, readings []Reading)
}

// Observe has o told of what the loads and collectors record that are opened from now on.
func (w *Writer) Observe(o Observer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.observers = append(w.observers, o)
}

// WriteFile puts a file such as plan.json or logs/ctl-1.txt into the record;
// name is a path inside it.
func (w *Writer) WriteFile(name string, data []byte) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("write %s: not a path inside the record", name)
	}
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return w.note(fmt.Errorf("write %s: %w", name, err))
	}
	return w.note(WriteFile(path, data))
}

// Failed is closed when something could not be written; Err then says what.
// A run whose record fails must stop: what it does is no longer known.
func (w *Writer) Failed() <-chan struct{} { return w.failed }

// Err is the first thing that could not be written, or nil.
func (w *Writer) Err() error {
	select {
	case <-w.failed:
		return w.failure
	default:
		return nil
	}
}

// note remembers the first failure and passes err on.
func (w *Writer) note(err error) error {
	if err != nil {
		w.failOnce.Do(func() {
			w.failure = err
			close(w.failed)
		})
	}
	return err
}

// Settle flushes all streams to the disk and writes MANIFEST: what was recorded can
// be read and judged, and whoever is killed from now on leaves a whole record. The
// caller has written the Ended event before. Only events may follow, until Close.
// Err's failure is part of the returned error.
func (w *Writer) Settle() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settle()
	_ = w.note(w.journal.sync())
	_ = w.note(writeManifest(w.dir))
	return w.ending()
}

// settle closes what loads and collectors write to; w.mu is held.
func (w *Writer) settle() {
	if w.settled {
		return
	}
	w.settled = true
	for _, l := range w.loads {
		l.close()
	}
	for _, s := range w.signals {
		_ = w.note(s.close())
	}
}

// Close is Settle, and the journal ends; WriteFile of run.json and reports may follow.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	w.settle()
	_ = w.note(w.journal.sync())
	_ = w.note(w.journal.file.Close())
	_ = w.note(writeManifest(w.dir))
	return w.ending()
}

// ending is the first failure, as the error of who ends the record.
func (w *Writer) ending() error {
	if err := w.Err(); err != nil {
		return fmt.Errorf("close record: %w", err)
	}
	return nil
}

// plainName tells whether a name can be a file of its own in a directory.
func plainName(name string) bool {
	return name != "" && name[0] != '.' && filepath.IsLocal(name) && filepath.Base(name) == name
}
