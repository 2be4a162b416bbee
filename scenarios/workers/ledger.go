package workers

import (
	"sort"

	"github.com/openstack-eris/eris/loadgen"
)

// ledger is of which arrivals of a part the outcome has come, each by its number, so that one that
// comes twice does not stand for one that did not come. It holds them as spans: they come nearly
// in turn, so that there are as many as are in flight, or were lost on the way, and not more with
// every arrival.
type ledger struct {
	spans   []span // in order, apart from each other
	n       int64  // how many arrivals
	double  int64  // outcomes of arrivals that had one
	strange int64  // outcomes that are not of the part
	untold  int64  // outcomes that found no room
}

// span is the arrivals from and up to, without to, counted within the part.
type span struct{ from, to int64 }

// spansMost is how many spans are held, 16 bytes each. Beyond that an outcome that would make
// another one is counted, and nobody knows of which arrival it is.
const spansMost = 1 << 16

// add takes the outcome of an arrival, whose number is that within the load.
func (l *ledger) add(p loadgen.Part, iteration int64) {
	if iteration < 0 || !p.Has(iteration) {
		l.strange++
		return
	}
	n := iteration
	if !p.Whole() {
		n = iteration / int64(p.Of)
	}
	// The first span that ends at n or beyond it.
	at := sort.Search(len(l.spans), func(i int) bool { return l.spans[i].to >= n })
	switch {
	case at < len(l.spans) && l.spans[at].from <= n && n < l.spans[at].to:
		l.double++
		return
	case at < len(l.spans) && l.spans[at].to == n:
		l.spans[at].to++
		if at+1 < len(l.spans) && l.spans[at+1].from == n+1 {
			l.spans[at].to = l.spans[at+1].to
			l.spans = append(l.spans[:at+1], l.spans[at+2:]...)
		}
	case at < len(l.spans) && l.spans[at].from == n+1:
		l.spans[at].from = n
	case len(l.spans) >= spansMost:
		l.untold++
		return
	default:
		l.spans = append(l.spans, span{})
		copy(l.spans[at+1:], l.spans[at:])
		l.spans[at] = span{n, n + 1}
	}
	l.n++
}

// below is how many of the first n arrivals of the part have an outcome.
func (l *ledger) below(n int64) (has int64) {
	for _, s := range l.spans {
		if s.from >= n {
			break
		}
		has += min(s.to, n) - s.from
	}
	return has
}

// upTo is the number, within the part, behind the last arrival that has an outcome.
func (l *ledger) upTo() int64 {
	if len(l.spans) == 0 {
		return 0
	}
	return l.spans[len(l.spans)-1].to
}

// beyond are outcomes that are not those of the first planned arrivals, each once.
func (l *ledger) beyond(planned int64) int64 {
	return l.n - l.below(planned) + l.double + l.strange + l.untold
}
