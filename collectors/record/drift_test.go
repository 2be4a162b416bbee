package record_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// nodeAt is a node's clock whose truth is known: it begins ahead by an offset, and goes at a
// speed that changes at moments of the run, within the most that a clock drifts.
type nodeAt struct {
	offset time.Duration
	speeds []struct {
		from  time.Duration
		drift float64
	}
}

func (c nodeAt) reads(at time.Duration) time.Duration {
	node := float64(c.offset + at)
	for n, s := range c.speeds {
		to := at
		if n+1 < len(c.speeds) {
			to = min(at, c.speeds[n+1].from)
		}
		if to > s.from {
			node += s.drift * float64(to-s.from)
		}
	}
	return time.Duration(node)
}

// sighted asks it in a round trip of which nobody knows how long each way took.
func (c nodeAt) sighted(random *rand.Rand, at time.Duration) record.ClockSight {
	there, back := time.Duration(random.ExpFloat64()*float64(4*time.Millisecond)), time.Duration(random.ExpFloat64()*float64(4*time.Millisecond))
	node := c.reads(at)
	return record.ClockSight{Node: node, Low: at - there - node, High: at + back - node}
}

// A moment that a node stamps is within the interval that it is corrected to, whatever the
// offset and however the clock drifts, as long as it is not set; and the mean drift within
// its own.
func TestACorrectedStampHasItsTruth(t *testing.T) {
	missed, driftMissed, wide := 0, 0, time.Duration(0)
	const cases = 1000
	for seed := range uint64(cases) {
		random := rand.New(rand.NewPCG(seed, 11)) // repeatable on purpose
		c := nodeAt{offset: time.Duration((random.Float64() - 0.5) * float64(time.Hour))}
		for from := time.Duration(0); from < 20*time.Minute; from += time.Duration(random.Float64() * float64(15*time.Minute)) {
			c.speeds = append(c.speeds, struct {
				from  time.Duration
				drift float64
			}{from, (2*random.Float64() - 1) * record.MostDrift / (1 + record.MostDrift)})
		}
		var sights record.ClockSights
		var whole bool
		var first, last time.Duration
		for at := time.Duration(random.Float64() * float64(time.Minute)); at < 20*time.Minute; at += time.Duration((0.1 + random.ExpFloat64()) * float64(40*time.Second)) {
			sights, whole = sights.Add(c.sighted(random, at))
			require.True(t, whole, "seed %d: a clock that nobody has set is not told to be", seed)
			if last = at; first == 0 {
				first = at
			}
		}
		if low, _, high, known := sights.Drift(); known {
			// run - node grows by as much as the node goes slower, of its own seconds
			truth := 1e6 * (float64(last-first)/float64(c.reads(last)-c.reads(first)) - 1)
			if truth < low-0.01 || truth > high+0.01 {
				driftMissed++
			}
		}
		moment := time.Duration(random.Float64() * float64(20*time.Minute))
		node := c.reads(moment)
		low, high := sights.At(node)
		require.LessOrEqual(t, low, high, "seed %d", seed)
		if moment < node+low || moment > node+high {
			missed++
		}
		if moment > first && moment < last {
			wide = max(wide, high-low)
		}
	}
	require.Zero(t, missed)
	require.LessOrEqual(t, driftMissed, cases/20)
	require.Less(t, wide, 600*time.Millisecond, "and says something")
}

// A step that is greater than what may have been drift and the round trips leave open is
// noticed, and one of none is not.
func TestAStepIsNoticed(t *testing.T) {
	noticed := 0
	const cases = 1000
	for seed := range uint64(cases) {
		random := rand.New(rand.NewPCG(seed, 12)) // repeatable on purpose
		c := nodeAt{offset: time.Duration((random.Float64() - 0.5) * float64(time.Hour))}
		by := time.Duration((0.1 + random.Float64()) * float64(time.Second))
		if random.IntN(2) == 0 {
			by = -by
		}
		at := time.Duration(random.Float64() * float64(10*time.Minute))
		sights, _ := record.ClockSights{}.Add(c.sighted(random, at))
		c.offset += by
		if _, whole := sights.Add(c.sighted(random, at+20*time.Second)); !whole {
			noticed++
		}
	}
	require.Greater(t, noticed, cases*95/100)
}

// What is kept of a clock is bounded, and bounds it as well as all of its sights.
func TestFewSightsStandForMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 13)) // repeatable on purpose
	c := nodeAt{offset: time.Minute}
	var all, kept record.ClockSights
	for n := range 5000 {
		s := c.sighted(random, time.Duration(n)*100*time.Millisecond)
		all, kept = append(all, s), func() record.ClockSights { k, _ := kept.Add(s); return k }()
	}
	require.LessOrEqual(t, len(kept), 128)
	require.Equal(t, all[0], kept[0], "the first stays, or nothing is known of the drift")
	require.Equal(t, all[4999], kept[len(kept)-1])
	for _, at := range []time.Duration{0, time.Minute, 4 * time.Minute, 499 * time.Second} {
		low, high := all.At(c.reads(at))
		keptLow, keptHigh := kept.At(c.reads(at))
		for _, bound := range [][2]time.Duration{{low, high}, {keptLow, keptHigh}} {
			require.LessOrEqual(t, bound[0], -time.Minute)
			require.GreaterOrEqual(t, bound[1], -time.Minute)
			require.Less(t, bound[1]-bound[0], 100*time.Millisecond, at)
		}
	}
}

// slewed is a clock that a daemon makes catch up at moments that nobody knows, as fast as it may.
func slewed(random *rand.Rand, over, every time.Duration, there bool) nodeAt {
	c := nodeAt{offset: time.Duration((random.Float64() - 0.5) * float64(time.Hour))}
	add := func(from time.Duration, drift float64) {
		c.speeds = append(c.speeds, struct {
			from  time.Duration
			drift float64
		}{from, drift})
	}
	slow := func() float64 { return (2*random.Float64() - 1) * record.MostDrift / (1 + record.MostDrift) / 2 }
	add(0, slow())
	direction := float64(1 - 2*random.IntN(2))
	for at := time.Duration(random.ExpFloat64() * float64(every)); at < over; at += time.Duration(random.ExpFloat64() * float64(every)) {
		if there && random.IntN(2) == 0 {
			direction = -direction
		}
		add(at, direction*random.Float64()*83333e-6)
		at += time.Duration(random.ExpFloat64() * float64(2*time.Second))
		add(at, slow())
	}
	return c
}

// However a daemon makes a clock catch up, also there and back, a moment has its truth within its
// bound where the clock was read every two seconds; and where it was not, when it went in one
// direction between two readings, which is what the bound says of it. What does not meet begins
// anew, as a clock that was set, and the moment is of before or after.
func TestASlewedClockHasItsTruth(t *testing.T) {
	const cases, over = 2000, 5 * time.Minute
	missed, wide, apart := 0, 0, 0
	for seed := range uint64(cases) {
		random := rand.New(rand.NewPCG(seed, 17)) // repeatable on purpose
		often := seed%2 == 0
		c := slewed(random, over, 20*time.Second, often)
		var settings []record.ClockSights
		moment := time.Duration((0.1 + 0.8*random.Float64()) * float64(over))
		node := c.reads(moment)
		gap := func() time.Duration {
			if often {
				return time.Duration((0.1 + 0.85*random.Float64()) * float64(1800*time.Millisecond))
			}
			return time.Duration((0.1 + random.ExpFloat64()) * float64(15*time.Second))
		}
		for at := time.Duration(0); at < over; at += gap() {
			sight := c.sighted(random, at)
			if n := len(settings) - 1; n >= 0 {
				if next, meets := settings[n].Add(sight); meets {
					settings[n] = next
					continue
				}
			}
			settings = append(settings, record.ClockSights{sight})
		}
		low, high := time.Duration(math.MaxInt64), time.Duration(math.MinInt64)
		for n, s := range settings {
			before := n == 0 || settings[n-1][len(settings[n-1])-1].Node <= node
			after := n == len(settings)-1 || settings[n+1][0].Node >= node
			if before && after { // seen then, or next to it
				l, h := s.At(node)
				if n > 0 && settings[n-1][len(settings[n-1])-1].Node <= node && s[0].Node > node || n < len(settings)-1 && settings[n+1][0].Node >= node && s[len(s)-1].Node < node {
					l, h = s.Beside(node)
				}
				low, high = min(low, l), max(high, h)
			}
		}
		if len(settings) > 1 {
			apart++
		}
		switch truth := moment - node; {
		case truth < low || truth > high:
			missed++
		case often && high-low > 250*time.Millisecond:
			wide++
		}
	}
	require.Zero(t, missed)
	require.Greater(t, apart, cases/4, "some are noticed")
	require.LessOrEqual(t, wide, cases/200, "read often, it says something")
}
