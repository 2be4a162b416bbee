package kpi

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Second is what a load did in one second of the run. Due, Served, Bad and the
// latencies belong to the second in which an arrival was due; the others to the
// second in which it happened.
type Second struct {
	Due     uint32 // arrivals planned for this second, without the aborted
	Served  uint32 // of those due: succeeded, however late
	Bad     uint32 // of those due: failed or dropped
	Dropped uint32 // of those due: found no place among those in flight
	Aborted uint32 // of those due: cut by the run's own end
	Started uint32
	Queued  uint32        // of those started: they had waited for a free worker, that is for the cloud
	Late    time.Duration // longest lateness of the load generator with those started
	OK      uint32        // ended well in this second
	Errors  [record.Classes]uint32
	latency sparse        // of those served
	worst   time.Duration // longest latency of those served
	// When the one of worst ended, the one that was due first of those served, and the
	// latest start of those that failed.
	worstEnd, firstEnd, lastBad time.Duration
	first                       time.Duration // when the one of firstEnd was due
}

// troubled is the latest moment at which those due in the second show that the cloud
// was not well: one that fails has met that at some moment after its start; and one
// that is served, and had waited, would have been by then were it well for as long as
// an answer takes. False where all were served as they should.
func (s *Second) troubled(b Bound) (at time.Duration, was bool) {
	if s.Bad > 0 {
		at, was = s.lastBad, true
	}
	if s.worst > b.Longest {
		at, was = max(at, s.worstEnd-b.Longest), true
	}
	return at, was
}

// tickLength is how finely completions are told apart.
const tickLength = 100 * time.Millisecond

const ticksASecond = int(time.Second / tickLength)

// tick is a tenth of a second: enough to find a gap between two successes to
// the nanosecond, and the first arrival that went wrong.
type tick struct {
	firstOK, lastOK time.Duration // completions that succeeded; -1: none
	firstUp, up     time.Duration // when the one of firstOK was started, and the latest start of all of them
	firstBad        time.Duration // when an arrival's failure was known; -1: none
	firstBadDue     time.Duration // when that arrival was due
	slow, slowBad   wait          // the longest of those due here, for an answer and for a failure
}

// wait is how long an arrival waited that was due then.
type wait struct{ took, due time.Duration }

// longestRun bounds the memory that a damaged record can ask for.
const longestRun = 14 * 24 * time.Hour

// Series is a load's whole life, a second at a time.
type Series struct {
	Plan    record.LoadPlan
	Seconds []Second
	// Windows are how long arrivals took, by phase, plus "held" for
	// all that was due while a fault was held and "held:NAME" for one fault.
	Windows  map[string]*answers
	Tallies  map[string]*Tally // of the phases, to the arrival
	account  Load
	errors   map[record.Class]*ErrorCount
	ticks    []tick
	lateness map[string]*histogram // by phase, of what was started
	lastDue  time.Duration
	hungTo   time.Duration // until when one of cut waited that counts
	firstDue time.Duration
	lastEnd  time.Duration
	workers  []int32         // closed model: change of the number of arrivals under way, by second
	cut      []record.Sample // by the run's own end, while they waited
	samples  func(load string) iter.Seq2[record.Sample, error]
	lossesOf map[Span]losses // by window, once they were asked for
}

// requestIDsKept is how many request ids a class of failure keeps.
const requestIDsKept = 5

// readSeries streams a load's samples.
func readSeries(rec Record, plan record.LoadPlan, h history) (*Series, error) {
	s := &Series{
		Plan: plan, Windows: map[string]*answers{}, Tallies: map[string]*Tally{}, lateness: map[string]*histogram{},
		errors: map[record.Class]*ErrorCount{}, firstDue: -1,
		account: Load{Name: plan.Name, Workload: plan.Workload, Model: plan.Model, Reauthenticated: h.renewed[plan.Name]},
		samples: rec.Samples,
	}
	if rec.Samples == nil {
		return s, nil
	}
	spans, once, parts := s.windows(h), seen{}, newOperations(h)
	defer func() { s.account.Operations = parts.list() }()
	for sample, err := range s.outcomes() {
		if err != nil {
			return s, err
		}
		if sample.Operation != "" {
			parts.take(sample)
			continue
		}
		if !once.first(sample.Iteration) {
			return s, fmt.Errorf("read samples of %s: arrival %d is there twice", s.Plan.Name, sample.Iteration)
		}
		s.take(sample, spans)
	}
	for _, p := range h.phases {
		t := s.Tallies[p.Name]
		t.Unclear = min(s.unclear(p.Span), t.Dropped)
	}
	return s, nil
}

// seen are numbers that were met, 64 of them a word.
type seen map[int64]uint64

// first notes a number, and tells whether it was not there.
func (s seen) first(n int64) bool {
	word, bit := n>>6, uint64(1)<<(n&63)
	was := s[word]&bit != 0
	s[word] |= bit
	return !was
}

// arrivals are the load's samples but those of parts of an arrival. It ends
// with the first error.
func (s *Series) arrivals() iter.Seq2[record.Sample, error] {
	return func(yield func(record.Sample, error) bool) {
		for sample, err := range s.outcomes() {
			if (err != nil || sample.Operation == "") && !yield(sample, err) {
				return
			}
		}
	}
}

// outcomes are all of the load's samples. It ends with the first error.
func (s *Series) outcomes() iter.Seq2[record.Sample, error] {
	return func(yield func(record.Sample, error) bool) {
		for sample, err := range s.samples(s.Plan.Name) {
			if err == nil && (sample.Intended < 0 || sample.Started < 0 || sample.End < sample.Intended || sample.End < sample.Started || sample.End > longestRun || sample.Class >= record.Classes) {
				err = errImpossible
			}
			if err != nil {
				yield(record.Sample{}, fmt.Errorf("read samples of %s: %w", s.Plan.Name, err))
				return
			}
			if !yield(sample, nil) {
				return
			}
		}
	}
}

var errImpossible = errors.New("an outcome has times or a class that cannot be")

type namedSpan struct {
	Span
	window   *answers
	lateness *histogram // nil for windows that are no phases
	tally    *Tally     // likewise
	held     bool
}

// windows makes a histogram for each stretch that is asked about.
func (s *Series) windows(h history) []namedSpan {
	var spans []namedSpan
	for _, p := range h.phases {
		s.Windows[p.Name], s.lateness[p.Name], s.Tallies[p.Name] = newAnswers(), newHistogram(), &Tally{}
		spans = append(spans, namedSpan{p.Span, s.Windows[p.Name], s.lateness[p.Name], s.Tallies[p.Name], false})
	}
	for i := range h.faults {
		if held, ok := h.faults[i].Held(h.end); ok {
			name := "held:" + h.faults[i].Name
			s.Windows[name] = newAnswers()
			spans = append(spans, namedSpan{held, s.Windows[name], nil, nil, true})
			s.Windows["held"] = newAnswers()
		}
	}
	return spans
}

func (s *Series) take(a record.Sample, spans []namedSpan) {
	s.count(a)
	s.lastEnd = max(s.lastEnd, a.End)
	due, ended := s.at(a.Intended), s.at(a.End)
	dueTick, endTick := s.tickAt(a.Intended), s.tickAt(a.End)
	if a.Class == record.Aborted {
		s.Seconds[due].Aborted++
		s.started(a)
		s.ticks[dueTick].waited(a)
		s.cut = append(s.cut, record.Sample{Intended: a.Intended, Started: a.Started, End: a.End})
		return
	}
	s.lastDue = max(s.lastDue, a.Intended)
	if s.firstDue < 0 || a.Intended < s.firstDue {
		s.firstDue = a.Intended
	}
	s.Seconds[due].Due++
	if a.Class != record.Dropped {
		s.started(a)
	} else {
		s.Seconds[due].Dropped++
	}
	if a.Class == record.OK {
		s.succeeded(a, due, ended, dueTick, endTick)
	} else {
		s.Seconds[due].Bad++
		s.Seconds[due].lastBad = max(s.Seconds[due].lastBad, a.Intended)
		s.Seconds[ended].Errors[a.Class]++
		s.ticks[dueTick].waited(a)
		if t := &s.ticks[endTick]; t.firstBad < 0 || a.End < t.firstBad {
			t.firstBad, t.firstBadDue = a.End, a.Intended
		}
	}
	held := false
	for _, w := range spans {
		if !w.Has(a.Intended) {
			continue
		}
		held = held || w.held
		if w.tally != nil {
			w.tally.add(a.Class)
		}
		w.window.take(a)
		if w.lateness != nil && a.Class != record.Dropped {
			w.lateness.add(a.Lateness())
		}
	}
	if held {
		s.Windows["held"].take(a)
	}
}

// hung counts the arrivals that the run's own end cut off as due, and as bad, where they had
// waited for so long that an answer would have been as good as none: a cloud that hangs
// until then has answered nobody.
func (s *Series) hung(b Bound) {
	for _, a := range s.cut {
		if a.End-a.Started <= b.Late {
			continue
		}
		second := &s.Seconds[s.at(a.Intended)]
		second.Due++
		second.Bad++
		second.lastBad = max(second.lastBad, a.Intended)
		s.lastDue, s.hungTo = max(s.lastDue, a.Intended), max(s.hungTo, a.End)
	}
}

func (s *Series) started(a record.Sample) {
	second := &s.Seconds[s.at(a.Started)]
	second.Started++
	second.Late = max(second.Late, a.Lateness())
	if a.Queued {
		second.Queued++
	}
	s.underWay(a.Started, a.End)
}

func (s *Series) succeeded(a record.Sample, due, ended, dueTick, endTick int) {
	latency := a.Latency()
	second := &s.Seconds[due]
	second.Served++
	second.latency.add(latency)
	if latency > second.worst {
		second.worst, second.worstEnd = latency, a.End
	}
	if second.Served == 1 || a.Intended < second.first {
		second.first, second.firstEnd = a.Intended, a.End
	}
	s.Seconds[ended].OK++
	t := &s.ticks[endTick]
	if t.firstOK < 0 || a.End < t.firstOK {
		t.firstOK, t.firstUp = a.End, a.Started
	}
	t.up = max(t.up, a.Started)
	t.lastOK = max(t.lastOK, a.End)
	s.ticks[dueTick].waited(a)
}

// waited notes how long an arrival waited, of those that were due in a tick.
func (t *tick) waited(a record.Sample) {
	w := &t.slow
	if a.Class != record.OK && a.Class != record.Aborted {
		w = &t.slowBad
	}
	if took := a.End - a.Intended; took > w.took {
		*w = wait{took, a.Intended}
	}
}

// count keeps the load's account.
func (s *Series) count(a record.Sample) {
	s.account.Planned++
	switch a.Class {
	case record.OK:
		s.account.Succeeded++
	case record.Dropped:
		s.account.Dropped++
	case record.Aborted:
		s.account.Aborted++
	default:
		s.account.Failed++
	}
	if a.Class == record.OK || a.Class == record.Aborted {
		return
	}
	e := s.errors[a.Class]
	if e == nil {
		e = &ErrorCount{Class: a.Class.String()}
		s.errors[a.Class] = e
	}
	e.Count++
	if a.RequestID != "" && len(e.RequestIDs) < requestIDsKept {
		e.RequestIDs = append(e.RequestIDs, record.OneLine(a.RequestID, record.IDMost))
	}
	if a.SentID != "" && len(e.SentIDs) < requestIDsKept {
		e.SentIDs = append(e.SentIDs, record.OneLine(a.SentID, record.IDMost))
	}
}

// underWay notes the whole seconds that an arrival of a closed load spans.
func (s *Series) underWay(from, to time.Duration) {
	first, last := int((from+time.Second-1)/time.Second), int(to/time.Second)
	if s.Plan.Model != "closed" || last <= first {
		return
	}
	s.workers = grow(s.workers, last)
	s.workers[first]++
	s.workers[last]--
}

func (s *Series) at(d time.Duration) int {
	i := int(max(d, 0) / time.Second)
	s.Seconds = grow(s.Seconds, i)
	return i
}

func (s *Series) tickAt(d time.Duration) int {
	i := int(d / tickLength)
	for len(s.ticks) <= i {
		s.ticks = append(s.ticks, tick{firstOK: -1, lastOK: -1, firstBad: -1})
	}
	return i
}

// grow makes a slice long enough to hold index i.
func grow[T any](list []T, i int) []T {
	if i < len(list) {
		return list
	}
	return slices.Grow(list, i+1-len(list))[:i+1]
}
