package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// journal appends events, one JSON object a line. A line is on its way to the
// kernel when event returns, so a killed process loses none of them; sync asks
// for more, that the disk has it.
type journal struct {
	clock Clock
	file  *os.File

	mu          sync.Mutex
	seq         int64
	size        int64 // bytes of whole lines
	subscribers []func(Event)
}

// append numbers the event, stamps it when it has no time, writes it and tells
// the subscribers, in this order and one event at a time.
func (j *journal) append(e Event) error {
	kind, err := e.kind()
	if err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq, e.Type = j.seq, kind
	if e.Started != nil {
		started := *e.Started
		started.Format, e.Started = Format, &started
	}
	if e.At == 0 && e.Started == nil {
		e.At = j.clock.Now()
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write event %s: %w", kind, err)
	}
	line = append(line, '\n')
	if _, err := j.file.Write(line); err != nil {
		// Half a line would spoil the next one too.
		return fmt.Errorf("write event %s: %w", kind, errors.Join(err, j.file.Truncate(j.size)))
	}
	j.seq++
	j.size += int64(len(line))
	for _, tell := range j.subscribers {
		tell(e)
	}
	return nil
}

// sync flushes what was appended so far to the disk. Other events may be
// appended meanwhile.
func (j *journal) sync() error {
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("flush journal: %w", err)
	}
	return nil
}

func (j *journal) subscribe(tell func(Event)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.subscribers = append(j.subscribers, tell)
}

// kind is the JSON name of the event's only set part.
func (e Event) kind() (string, error) {
	parts := []struct {
		name string
		set  bool
	}{
		{"started", e.Started != nil}, {"tested", e.Tested != nil}, {"phase", e.Phase != nil}, {"load", e.Load != nil}, {"maximum", e.Maximum != nil},
		{"fault", e.Fault != nil}, {"target", e.Target != nil}, {"check", e.Check != nil},
		{"clock", e.Clock != nil}, {"collect", e.Collect != nil}, {"capture", e.Capture != nil}, {"stop", e.Stop != nil},
		{"outage", e.Outage != nil}, {"healed", e.Healed != nil}, {"override", e.Override != nil}, {"kept", e.Kept != nil}, {"residue", e.Residue != nil}, {"logged", e.Logged != nil}, {"worker", e.Worker != nil}, {"note", e.Note != nil},
		{"ended", e.Ended != nil},
	}
	kind := ""
	for _, p := range parts {
		if p.set && kind != "" {
			return "", fmt.Errorf("event is both %s and %s", kind, p.name)
		}
		if p.set {
			kind = p.name
		}
	}
	if kind == "" {
		return "", errors.New("event says nothing")
	}
	return kind, nil
}

// flushEvery is how long an outcome may stay in memory before it is handed to
// the kernel; a killed run loses at most that.
const flushEvery = 500 * time.Millisecond
