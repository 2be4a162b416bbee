package faults

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// ticking is a node whose clock is known: it drifts, by now more and now less, and may be set
// once.
type ticking struct {
	offset time.Duration
	drift  [2]float64 // until half, and after it
	half   time.Duration
	step   time.Duration
	when   time.Duration // of the step
}

// stamp is what the node writes at a moment of the run. Its uptime drifts as its wall clock
// does, is never set, and has steps of 10 ms.
func (n ticking) stamp(epoch, at time.Duration) Stamp {
	up := time.Hour + at + time.Duration(n.drift[0]*float64(min(at, n.half))+n.drift[1]*float64(max(at-n.half, 0)))
	s := Stamp{Node: epoch + n.offset + up - time.Hour, Up: up.Truncate(10 * time.Millisecond)}
	if at >= n.when {
		s.Node += n.step
	}
	return s
}

// A moment that a node stamps is in the interval that it is corrected to, whatever its offset,
// its drift and the round trips, and also where its clock was set meanwhile; and that interval
// says something.
func TestACorrectedStampHasItsTruth(t *testing.T) {
	const cases = 1000
	missed, unknown, wide := 0, 0, 0
	for seed := range uint64(cases) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 21)) // repeatable on purpose
			c := nodeClock{clock: record.NewClock()}
			epoch := time.Duration(c.clock.Start().UnixNano())
			drift := func() float64 { return (2*random.Float64() - 1) * record.MostDrift / (1 + record.MostDrift) }
			run := 10 * time.Minute
			n := ticking{
				offset: time.Duration((random.Float64() - 0.5) * float64(time.Hour)), drift: [2]float64{drift(), drift()},
				half: time.Duration(random.Float64() * float64(run)), when: 2 * run,
			}
			if seed%2 == 0 { // and is set: by little, which its uptime does not tell, or by much
				n.when = time.Duration(random.Float64() * float64(run))
				n.step = time.Duration((0.05 + 0.9*random.Float64()) * float64(time.Second))
				if seed%4 == 0 {
					n.step = time.Duration((2 + random.Float64()) * float64(time.Minute))
				}
				if random.IntN(2) == 0 {
					n.step = -n.step
				}
			}
			for at := time.Duration(0); at < run; at += time.Duration(random.ExpFloat64() * float64(10*time.Second)) {
				s := n.stamp(epoch, at)
				there, back := time.Duration(random.ExpFloat64()*float64(5*time.Millisecond)), time.Duration(random.ExpFloat64()*float64(5*time.Millisecond))
				c.learn(parse([]byte("now "+nanoseconds(s.Node)+" "+strconv.FormatInt(s.Up.Milliseconds(), 10)+"\n")), at-there, at+back)
			}
			truth := time.Duration(random.Float64() * float64(run))
			at, bound := c.at(n.stamp(epoch, truth))
			switch {
			case at == nil:
				unknown++
			case (*at - truth).Abs() > bound:
				missed++
			case bound > 100*time.Millisecond:
				wide++
			}
		})
	}
	require.Zero(t, missed)
	require.LessOrEqual(t, unknown, cases/50, "only where nobody saw the setting")
	require.LessOrEqual(t, wide, cases/20, "only where the clock was set about that moment")
	t.Logf("of %d: %d missed, %d unknown, %d wider than 100 ms", cases, missed, unknown, wide)
}
