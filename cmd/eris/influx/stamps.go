package influx

import (
	"strings"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api/write"
)

// seriesMost bounds for how many series of signals times are remembered.
const seriesMost = 1 << 16

// stamps keeps the points of a series apart: two of the same time would be one. It is
// of one goroutine.
type stamps map[string]*seen

// seen are times that a series has (ns since 1970), each in the place that belongs to
// it, which a later one takes from it and no earlier one: so what is later than its
// place has was never given.
type seen struct {
	places []int64
	latest int64
}

// tries bounds the search for a time that is free.
const tries = 64

// places are how many times are remembered: of samples, which come in no order, many.
const (
	placesOfSamples = 1 << 14
	placesOfOthers  = 1 << 3
)

// apart gives a point a time that no other of its series has: its own if that is free.
// Samples count as one series for each load, whose number is the scenario's.
func (s stamps) apart(m *write.Point, load string) {
	places, key := placesOfSamples, load
	if load == "" {
		places, key = placesOfOthers, series(m)
	}
	was, known := s[key]
	if !known {
		if len(s) >= seriesMost {
			clear(s)
		}
		was = &seen{places: make([]int64, places)}
		s[key] = was
	}
	m.SetTime(time.Unix(0, was.next(m.Time().UnixNano())))
}

// next is the time itself, or one soon after it that is free; where nearly all places
// have later ones, the first that is.
func (s *seen) next(at int64) int64 {
	for n := range int64(tries) {
		if place := s.place(at + n); *place < at+n {
			*place, s.latest = at+n, max(s.latest, at+n)
			return at + n
		}
	}
	s.latest++
	*s.place(s.latest) = s.latest
	return s.latest
}

func (s *seen) place(at int64) *int64 { return &s.places[uint64(at)%uint64(len(s.places))] }

// series is what names a point beside its time.
func series(m *write.Point) string {
	var b strings.Builder
	b.WriteString(m.Name())
	for _, t := range m.TagList() {
		b.WriteString("\n" + t.Key + "\n" + t.Value)
	}
	return b.String()
}
