package influx

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api/write"

	"github.com/openstack-eris/eris/collectors/record"
)

// operationsMost bounds how many names of operations are told apart: each is a series.
const operationsMost = 500

// The pauses between the tries of a batch, and between notes on the same.
const (
	pauseLeast = time.Second
	pauseMost  = 5 * time.Second
	toldEvery  = 10 * time.Second
)

// errCut is why what was left at a run's end was not tried.
var errCut = errors.New("the run was over")

// writer takes points out of a stream's queue and writes them, one batch after the other.
type writer struct {
	*Stream
	stamps     stamps
	operations map[string]bool
	due        time.Time // when the ceiling lets the next call through
	told       time.Time // when a problem was told last
	open       bool      // a problem was told, and not that it is over
	lost       int64     // points that had been lost when that was told last
}

func newWriter(st *Stream) *writer {
	return &writer{Stream: st, stamps: stamps{}, operations: map[string]bool{}}
}

// run ends when the queue is empty and nothing comes any more.
func (w *writer) run(ctx context.Context) {
	for {
		batch := w.next()
		if len(batch) == 0 {
			return
		}
		w.deliver(ctx, batch)
		w.overflown()
	}
}

// next waits for the first point, and then a while for others.
func (w *writer) next() []*write.Point {
	var batch []*write.Point
	var full <-chan time.Time
	over := false
	for len(batch) < w.limits.batch {
		var e entry
		select {
		case e = <-w.queue:
		default:
			if over {
				return batch
			}
			select {
			case e = <-w.queue:
			case <-full:
				return batch
			case <-w.closing:
				over = true
				continue
			}
		}
		batch = append(batch, w.made(e))
		if full == nil {
			timer := time.NewTimer(w.limits.every)
			defer timer.Stop()
			full = timer.C
		}
	}
	return batch
}

// made is the point of an entry.
func (w *writer) made(e entry) *write.Point {
	if e.point != nil {
		w.stamps.apart(e.point, "")
		return e.point
	}
	if !w.operations[e.sample.Operation] {
		if len(w.operations) >= operationsMost {
			e.sample.Operation = "other operations"
		}
		w.operations[e.sample.Operation] = true
	}
	m := w.points.sample(e.load, e.sample)
	w.stamps.apart(m, e.load)
	return m
}

// deliver tries a batch until it is written, or its time is over.
func (w *writer) deliver(ctx context.Context, batch []*write.Point) {
	began, pause, unsure := time.Now(), pauseLeast, false
	for {
		w.pace(ctx, len(batch))
		if ctx.Err() != nil {
			w.give(len(batch), unsure, errCut)
			return
		}
		err := w.server.try(ctx, w.limits.attempt, batch)
		if err == nil {
			w.took(len(batch))
			return
		}
		unsure = unsure || !unsent(err)
		if ctx.Err() != nil {
			w.give(len(batch), unsure, errCut)
			return
		}
		if !passing(err) || time.Since(began) >= w.limits.patience {
			w.give(len(batch), unsure, err)
			return
		}
		w.fails(err)
		w.rest(ctx, max(pause, min(asked(err), pauseMost)))
		pause = min(2*pause, pauseMost)
	}
}

// pace waits until the ceiling lets a call of n points through.
func (w *writer) pace(ctx context.Context, n int) {
	now := time.Now()
	wait := w.due.Sub(now)
	w.due = now.Add(max(wait, 0) + time.Duration(n)*time.Second/time.Duration(w.limits.rate))
	w.mu.Lock()
	w.held = wait > 0
	w.mu.Unlock()
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// rest waits between two tries. When the run is over meanwhile, the next is at once.
func (w *writer) rest(ctx context.Context, pause time.Duration) {
	closing := w.closing
	select {
	case <-closing:
		closing, pause = nil, pauseLeast
	default:
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-closing:
	case <-ctx.Done():
	}
}

// took counts points that are there.
func (w *writer) took(n int) {
	w.mu.Lock()
	w.account.Written += int64(n)
	w.problem = ""
	lost := w.account.Lost + w.account.Unsure
	w.mu.Unlock()
	if w.open {
		w.open, w.lost = false, lost
		w.note("info", fmt.Sprintf("InfluxDB takes points again; of those of the run so far %d are lost or unsure", lost))
	}
}

// fails tells that points are kept back.
func (w *writer) fails(err error) {
	why := w.server.target.words(err)
	w.mu.Lock()
	w.problem = why
	waiting := w.waiting()
	w.mu.Unlock()
	w.warn(fmt.Sprintf("InfluxDB takes no points: %s; %d wait, and the run goes on", why, waiting))
}

// give counts points that are given up. Of what is left at a run's end the reason is why
// it was still there.
func (w *writer) give(n int, unsure bool, err error) {
	why := w.server.target.words(err)
	w.mu.Lock()
	if unsure {
		w.account.Unsure += int64(n)
	} else {
		w.account.Lost += int64(n)
	}
	if errors.Is(err, errCut) && w.problem != "" {
		why = w.problem
	}
	w.problem, w.account.Reason = why, why
	w.mu.Unlock()
	w.warn(fmt.Sprintf("InfluxDB did not take %d points: %s; the run goes on", n, why))
}

// overflown tells of points that did not fit since that was told last.
func (w *writer) overflown() {
	w.mu.Lock()
	lost, why := w.account.Lost+w.account.Unsure, w.more()
	w.mu.Unlock()
	if !w.open && lost > w.lost && time.Since(w.told) >= toldEvery {
		w.told, w.lost = time.Now(), lost
		w.note("warning", fmt.Sprintf("not all goes to InfluxDB: %s; %d points of the run are lost or unsure so far; the run goes on", why, lost))
	}
}

// warn tells of an outage when it begins, and no more often than a person reads.
func (w *writer) warn(text string) {
	if w.open || !w.told.IsZero() && time.Since(w.told) < toldEvery {
		return
	}
	w.told, w.open = time.Now(), true
	w.note("warning", text)
}

// note goes into the journal, which may be closed by then: what the account says counts.
func (w *writer) note(level, text string) {
	select {
	case <-w.closing: // the account follows
	default:
		_ = w.of.Tell(record.Event{Note: &record.Note{Level: level, Text: text}})
	}
}
