package rabbitmq

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// fate is what is known of a message; several may be.
type fate uint8

const (
	confirmed fate = 1 << iota // the broker has said that it has it
	received                   // it came out of the queue
	refused                    // the broker has said that it does not have it: a nack, or it was returned
	open                       // the broker may still say
	forgotten                  // the connection was lost before it said
)

// sound is a message of which there is no more to know: it counts for one that comes
// again, and for nothing else.
const sound = confirmed | received

// pageSize is of how many messages the fates are kept together. A page of which all are
// sound is let go, so that memory grows with what failed and not with what was sent: a
// byte a message at most.
const pageSize = 1 << 12

// page are the fates of messages that follow one another.
type page struct {
	fates [pageSize]fate
	sound int
}

// ledger has what became of each message, from number 1 on.
type ledger struct {
	mu      sync.Mutex
	last    uint64 // that was numbered
	highest uint64 // that was received
	pages   map[uint64]*page
	work    int // confirmed

	doubled, overtaken, unconfirmed int // not told yet
}

func newLedger() *ledger { return &ledger{pages: map[uint64]*page{}} }

// next numbers a message that is about to be sent.
func (l *ledger) next() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	l.set(l.last, open)
	return l.last
}

// of is what is known of a message. The caller holds the lock.
func (l *ledger) of(number uint64) fate {
	if p := l.pages[number/pageSize]; p != nil {
		return p.fates[number%pageSize]
	}
	return sound
}

// set says what is known of a message. The caller holds the lock.
func (l *ledger) set(number uint64, f fate) {
	p := l.pages[number/pageSize]
	if p == nil {
		p = &page{}
		l.pages[number/pageSize] = p
		if number < pageSize {
			p.fates[0], p.sound = sound, 1 // there is no message 0
		}
	}
	was := &p.fates[number%pageSize]
	if *was != sound && f == sound {
		p.sound++
	}
	*was = f
	if p.sound == pageSize {
		delete(l.pages, number/pageSize)
	}
}

// tell notes what the broker has said of a message that it was sent, or that it will say
// no more.
func (l *ledger) tell(number uint64, said fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.of(number)
	if was&open == 0 {
		return // it has said so before
	}
	if said == confirmed {
		l.work++
	}
	if said != confirmed && was&received != 0 {
		l.unconfirmed++
	}
	l.set(number, was&^open|said)
}

// take notes that a message came out of the queue. It is false of a number that nobody
// has sent.
func (l *ledger) take(number uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number == 0 || number > l.last {
		return false
	}
	was := l.of(number)
	if was&received != 0 {
		l.doubled++
		return true
	}
	if number < l.highest {
		l.overtaken++
	}
	l.highest = max(l.highest, number)
	if was&(refused|forgotten) != 0 {
		l.unconfirmed++
	}
	l.set(number, was|received)
	return true
}

// news are what was noted since it was asked last: messages that came again, those that
// came after one that was sent later, and those that came without having been confirmed.
func (l *ledger) news() (doubled, overtaken, unconfirmed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	doubled, overtaken, unconfirmed = l.doubled, l.overtaken, l.unconfirmed
	l.doubled, l.overtaken, l.unconfirmed = 0, 0, 0
	return doubled, overtaken, unconfirmed
}

// gap are confirmed messages that did not come, and between which none came.
type gap struct {
	first, last uint64
	lost        int // of them; what was not confirmed between them is not lost
}

// String names them.
func (g gap) String() string {
	if g.lost == 1 {
		return fmt.Sprintf("message %d", g.first)
	}
	return fmt.Sprintf("%d of the messages %d to %d", g.lost, g.first, g.last)
}

// missing are the confirmed messages that did not come, the longest gap first, and how
// many were confirmed. A message that was never confirmed ends no gap.
func (l *ledger) missing() (gaps []gap, work int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	within, next := false, uint64(0) // whether nothing came since the last gap
	for _, n := range slices.Sorted(maps.Keys(l.pages)) {
		within = within && n == next // between two pages are those of which all came
		next = n + 1
		for at, f := range l.pages[n].fates {
			number := n*pageSize + uint64(at)
			switch {
			case number == 0 || number > l.last:
			case f&received != 0:
				within = false
			case f&confirmed == 0:
			case within:
				last := &gaps[len(gaps)-1]
				last.last = number
				last.lost++
			default:
				gaps, within = append(gaps, gap{number, number, 1}), true
			}
		}
	}
	slices.SortStableFunc(gaps, func(a, b gap) int { return b.lost - a.lost })
	return gaps, l.work
}
