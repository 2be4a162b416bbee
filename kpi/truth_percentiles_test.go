package kpi_test

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// The chaos phase of the planned runs.
const chaosFrom, chaosTo = 25 * time.Second, 55 * time.Second

// served are the times that the arrivals due in chaos took that succeeded or were given up
// unanswered, sorted, how many of them succeeded, and how many were due. What was given up might
// have taken any time.
func served(samples iter.Seq2[record.Sample, error]) (took []float64, ok, due int) {
	for s := range samples {
		if s.Intended < chaosFrom || s.Intended >= chaosTo || s.Operation != "" {
			continue
		}
		due++
		switch s.Class {
		case record.OK:
			ok++
			took = append(took, (s.End - s.Intended).Seconds())
		case record.Timeout, record.Dropped:
			took = append(took, math.Inf(1))
		default:
		}
	}
	slices.Sort(took)
	return took, ok, due
}

// densely is what a load sees that asks so often that nothing is left to chance.
func (p planned) densely(closed bool) []float64 {
	p.service.Seed += 1 << 32 // other requests than those of the load
	var samples iter.Seq2[record.Sample, error]
	if closed {
		samples = p.service.Closed(40, 100*time.Millisecond, chaosTo+p.service.Limit)("")
	} else {
		samples = p.service.Open(400, false, chaosTo+p.service.Limit)("")
	}
	took, _, _ := served(samples)
	return took
}

// The truth of a percentile is that of all requests that there could have been, those that nobody
// would have answered among them; it is in
// the interval in at least 95 of 100 cases, of each kind of trouble and of each load, and the
// intervals of two loads of the same cloud have something in common as often. What has fewer than
// ten answers beyond it is not told. Shares are counts of this run's arrivals, and exact.
func TestTheIntervalOfAPercentileCoversTheTruth(t *testing.T) {
	type count struct{ cases, covered int }
	all := map[string]*count{}
	note := func(of string, ok bool) {
		if all[of] == nil {
			all[of] = &count{}
		}
		if all[of].cases++; ok {
			all[of].covered++
		}
	}
	quantiles := map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
	for n := range uint64(1000) {
		seed := 20_000 + n
		p := plans(seed)
		load := truthLoads[seed/11%uint64(len(truthLoads))]
		closed := load == "closed, 2" || load == "closed, 12"
		rec := p.recorded(load)
		rec.Meta.Objectives = nil
		for name := range quantiles {
			rec.Meta.Objectives = append(rec.Meta.Objectives, fmt.Sprintf(`%s("tokens", "chaos") >= 0s`, name))
		}
		rec.Meta.Objectives = append(rec.Meta.Objectives, `availability("tokens", "chaos") >= 0%`, `error_ratio("tokens", "chaos") >= 0%`)
		a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
		truth := p.densely(closed)
		own, succeeded, due := served(rec.Samples("tokens"))
		for _, o := range a.Result.Objectives {
			if o.Default {
				continue
			}
			name := o.Calls[0].Function
			q, is := quantiles[name]
			if !is {
				share := float64(succeeded) / float64(due)
				if name == "error_ratio" {
					share = 1 - share
				}
				require.InDelta(t, share, *o.Measured, 1e-9, "seed %d, %s, %s", seed, load, name)
				continue
			}
			if !record.Enough(int64(len(own)), q) {
				require.Nil(t, o.Measured, "seed %d, %s, %s of %d answers", seed, load, name, len(own))
				continue
			}
			at := truth[int(math.Ceil(q*float64(len(truth))))-1]
			const rounding = 1.002 // of the histogram
			ok := *o.Low <= at*rounding && at <= most(o)*rounding
			note(name, ok)
			note(name+", "+p.name, ok)
			note(name+", "+load, ok)
			if !ok {
				t.Logf("seed %d, %s, %s: %s is %.4f, and is told as %v %v", seed, p.name, load, name, at, *o.Low, kpi.Quantity(*o.Measured, "s"))
			}
		}
	}
	for _, of := range slices.Sorted(maps.Keys(all)) {
		c := all[of]
		t.Logf("%-40s %4d of %4d", of, c.covered, c.cases)
		least := 0.95 * float64(c.cases)
		if strings.Contains(of, ",") { // of one kind, as few as chance leaves of so many
			least -= 2 * math.Sqrt(0.05*0.95*float64(c.cases))
		}
		require.GreaterOrEqual(t, float64(c.covered), least, of)
	}
	require.Greater(t, all["p50"].cases, 900)
	require.Greater(t, all["p99"].cases, 250)
}

// most is the upper end of what was measured, which a lower bound has not.
func most(o kpi.Objective) float64 {
	if o.Censored {
		return math.Inf(1)
	}
	return *o.High
}

// Asked more or less often by an open load, the same cloud has the same percentiles.
func TestAPercentileDoesNotMoveWithTheRate(t *testing.T) {
	pairs, apart := 0, 0
	for seed := range uint64(180) {
		p := plans(30_000 + seed)
		var seen []kpi.Objective
		for _, load := range truthLoads[:5] {
			rec := p.recorded(load)
			rec.Meta.Objectives = []string{`p50("tokens", "chaos") >= 0s`}
			if o := kpi.Compute(rec, kpi.Settings{}).Result.Objectives[0]; o.Measured != nil {
				seen = append(seen, o)
			}
		}
		for i, one := range seen {
			for _, two := range seen[i+1:] {
				if pairs++; *one.Low > most(two) || *two.Low > most(one) {
					apart++
				}
			}
		}
	}
	t.Logf("%d of %d apart", apart, pairs)
	require.Greater(t, pairs, 1500)
	require.LessOrEqual(t, float64(apart), 0.05*float64(pairs))
}
