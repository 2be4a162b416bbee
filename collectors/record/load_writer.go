package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// queuedMost bounds what waits for a slow disk: blocks of 32 KiB, 11 s of
// 12,000 outcomes a second. Beyond it Sample waits, which then shows as the
// load's lateness; nothing is thrown away.
const queuedMost = 64

// openMost is how many histograms (two tags a second) are held open for
// outcomes that come slightly out of order.
const openMost = 6

// LoadWriter takes the outcomes of one load. Memory is bounded whatever their
// number. It satisfies loadgen's Sink.
type LoadWriter struct {
	name          string
	observers     []Observer
	samples, hist *os.File
	said          *os.File // the texts of failures
	fail          func(error) error
	queue         chan parcel
	free          chan []byte     // blocks to be used again
	spare         chan *Histogram // likewise
	stop          chan struct{}
	running       sync.WaitGroup

	mu       sync.Mutex
	block    encoder
	open     []*Interval // at most openMost
	failures *failures
	requests *requests
	closed   bool
}

// parcel is something complete that the load's goroutine writes down.
type parcel struct {
	block    []byte
	interval *Interval
	said     []Failure
}

// Load opens samples/<name>, hist/<name>.hlog and errors/<name>.ndjson. The same
// name gives the same writer.
func (w *Writer) Load(name string) (*LoadWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l, ok := w.loads[name]; ok {
		return l, nil
	}
	if w.settled || !plainName(name) {
		return nil, fmt.Errorf("record load %q: record is closed or the name is not a plain file name", name)
	}
	samples, err := startFile(filepath.Join(w.dir, "samples", name), samplesMagic)
	if err != nil {
		return nil, w.note(fmt.Errorf("record load %s: %w", name, err))
	}
	hist, err := startFile(filepath.Join(w.dir, "hist", name+".hlog"), intervalHeader(w.clock.Start()))
	if err != nil {
		return nil, w.note(fmt.Errorf("record load %s: %w", name, errors.Join(err, samples.Close())))
	}
	said, err := startFile(filepath.Join(w.dir, "errors", name+".ndjson"), "")
	if err != nil {
		return nil, w.note(fmt.Errorf("record load %s: %w", name, errors.Join(err, samples.Close(), hist.Close())))
	}
	l := &LoadWriter{
		name: name, observers: w.observers, samples: samples, hist: hist, said: said, fail: w.note, failures: newFailures(), requests: newRequests(),
		queue: make(chan parcel, queuedMost), free: make(chan []byte, queuedMost),
		spare: make(chan *Histogram, openMost), stop: make(chan struct{}),
	}
	l.block.operations = map[string]uint64{}
	l.block.reset(make([]byte, 0, blockTarget+1024))
	w.loads[name] = l
	l.running.Go(l.drain)
	l.running.Go(func() { l.tick(w.clock) })
	return l, nil
}

// startFile creates a file with its first bytes.
func startFile(path, head string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteString(head); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Sample records one outcome. Every outcome comes here: a lock of this load only, for which
// its workers do not wait since its teller calls this for them (loadgen; others do for what was
// never sent, was cut off or comes after an iteration), no allocation but for the text of a
// failure, no system call. After Close it does nothing but fail the record.
func (l *LoadWriter) Sample(s Sample) {
	var why string
	if told(s) {
		why = s.Err.Error()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = l.fail(errors.New("sample came after the record was closed"))
		return
	}
	l.block.add(s)
	if len(l.block.buf) >= blockTarget {
		l.ship()
	}
	if tag, ok := tagOf(s); ok {
		l.histogram(s.End.Truncate(intervalLength), tag).Record(s.Latency())
	}
	if told(s) {
		l.failures.take(s, why)
	}
	l.requests.take(l.name, s)
	for _, o := range l.observers {
		o.Sample(l.name, s)
	}
}

// ship queues the block and starts the next; l.mu is held.
func (l *LoadWriter) ship() {
	full := l.block.seal()
	var next []byte
	select {
	case next = <-l.free:
	default:
		next = make([]byte, 0, blockTarget+1024)
	}
	l.block.reset(next)
	l.queue <- parcel{block: full}
}

// histogram is the open one of a second and tag; the oldest is shipped when
// too many are open. l.mu is held.
func (l *LoadWriter) histogram(from time.Duration, tag string) *Histogram {
	for _, i := range l.open {
		if i.From == from && i.Tag == tag {
			return i.Latency
		}
	}
	if len(l.open) >= openMost {
		l.shipOldest()
	}
	var h *Histogram
	select {
	case h = <-l.spare:
	default:
		h = NewHistogram()
	}
	l.open = append(l.open, &Interval{From: from, To: from + intervalLength, Tag: tag, Latency: h})
	return h
}

// shipOldest queues the open interval with the earliest start; l.mu is held.
func (l *LoadWriter) shipOldest() {
	oldest := 0
	for n, i := range l.open {
		if i.From < l.open[oldest].From {
			oldest = n
		}
	}
	l.queue <- parcel{interval: l.open[oldest]}
	l.open = slices.Delete(l.open, oldest, oldest+1)
}
