package record

import (
	"errors"
	"fmt"
	"time"
)

// drain writes what is queued until the queue is closed. It never takes the
// load's lock, so that Sample may wait for it. After a failure it goes on, so
// that nothing ever waits for a broken disk; the record has failed by then.
func (l *LoadWriter) drain() {
	for p := range l.queue {
		if p.block != nil {
			if _, err := l.samples.Write(p.block); err != nil {
				_ = l.fail(fmt.Errorf("write samples: %w", err))
			}
			select {
			case l.free <- p.block[:0]:
			default:
			}
			continue
		}
		if p.said != nil {
			l.drainSaid(p.said)
			continue
		}
		l.drainInterval(p.interval)
	}
}

func (l *LoadWriter) drainSaid(all []Failure) {
	for _, one := range all {
		if _, err := l.said.Write(one.line()); err != nil {
			_ = l.fail(fmt.Errorf("write errors: %w", err))
			return
		}
	}
}

func (l *LoadWriter) drainInterval(i *Interval) {
	line, err := i.line()
	if err == nil {
		_, err = l.hist.WriteString(line)
	}
	if err != nil {
		_ = l.fail(fmt.Errorf("write histogram: %w", err))
	}
	i.Latency.Reset()
	select {
	case l.spare <- i.Latency:
	default:
	}
}

// tick hands over what is complete, so that a killed run loses little.
func (l *LoadWriter) tick(clock Clock) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.flush(clock.Now() - intervalLength)
		case <-l.stop:
			return
		}
	}
}

// flush queues the samples and the texts of failures so far, and the intervals that
// ended before settled.
func (l *LoadWriter) flush(settled time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if !l.block.empty() {
		l.ship()
	}
	l.shipSaid()
	for l.settled(settled) {
		l.shipOldest()
	}
}

// shipSaid queues what was said of failures and nobody has written; l.mu is held.
func (l *LoadWriter) shipSaid() {
	if said := l.failures.ship(); len(said) > 0 {
		l.queue <- parcel{said: said}
	}
}

// settled tells whether an open interval ended before t; l.mu is held.
func (l *LoadWriter) settled(t time.Duration) bool {
	for _, i := range l.open {
		if i.To <= t {
			return true
		}
	}
	return false
}

// close queues all that is left, waits until it is written and flushes it to
// the disk. Failures are noted in the record.
func (l *LoadWriter) close() {
	l.mu.Lock()
	l.closed = true
	if !l.block.empty() {
		l.ship()
	}
	for len(l.open) > 0 {
		l.shipOldest()
	}
	l.failures.count()
	l.shipSaid()
	l.mu.Unlock()
	close(l.stop)
	close(l.queue)
	l.running.Wait()
	err := errors.Join(l.samples.Sync(), l.samples.Close(), l.hist.Sync(), l.hist.Close(), l.said.Sync(), l.said.Close())
	if err != nil {
		_ = l.fail(fmt.Errorf("close samples: %w", err))
	}
}
