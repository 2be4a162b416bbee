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
type stamps map[string]seen

// seen remembers a time (ns since 1970) in the place that belongs to it until another
// needs that, which is long after what one moment brings has come.
type seen []int64

// places are how many times are remembered: of samples, which come in no order, many.
const (
	placesOfSamples = 1 << 12
	placesOfOthers  = 1 << 3
)

// apart gives a point the first time from its own on that none of its series has.
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
		was = make(seen, places)
		s[key] = was
	}
	m.SetTime(time.Unix(0, was.next(m.Time().UnixNano())))
}

func (s seen) next(at int64) int64 {
	for {
		place := &s[uint64(at)%uint64(len(s))]
		if *place != at {
			*place = at
			return at
		}
		at++
	}
}

// series is what names a point beside its time.
func series(m *write.Point) string {
	var b strings.Builder
	b.WriteString(m.Name())
	for _, t := range m.TagList() {
		b.WriteString("\n" + t.Key + "\n" + t.Value)
	}
	return b.String()
}
