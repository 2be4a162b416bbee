package kpi_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// planned is a run whose truth is known: a fault from 30 s to 40.7 s, and what the
// service really did.
type planned struct {
	name     string
	service  example.Service
	out      time.Duration // in all: fewer than half were answered
	longest  time.Duration // without a break: none was
	first    time.Duration // trouble of any kind, since the effect
	over     time.Duration // when all was well again, since the effect
	degraded time.Duration // in all, of any kind
	ratio    float64       // of the time that answers took while the fault was held; 0: not one figure
	open     bool          // it was out when the run ended
}

const (
	strikes = 30 * time.Second
	undoes  = 40*time.Second + 700*time.Millisecond
	wholly  = 80 * time.Second
	warm    = 5 * time.Second
)

// plans draws a service's troubles.
func plans(seed uint64) planned {
	r := rand.New(rand.NewPCG(seed, 9)) // repeatable on purpose
	within := func(from, to float64) time.Duration {
		return time.Duration((from + (to-from)*r.Float64()) * float64(time.Second))
	}
	p := planned{service: example.Service{Seed: seed, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}}
	if r.IntN(3) == 0 {
		p.service.Failing = 0.005 + 0.015*r.Float64()
	}
	add := func(harm example.Harm, from, length time.Duration, factor float64) {
		p.service.Troubles = append(p.service.Troubles, example.Trouble{From: from, To: from + length, Harm: harm, Factor: factor})
	}
	at := strikes + within(0, 6)
	switch seed % 11 {
	case 0:
		p.name = "nothing"
	case 1:
		p.name = "an outage"
		add(example.Refuses, at, within(2, 20), 0)
	case 2:
		p.name = "a slow window"
		add(example.Slows, at, within(4, 20), 4+6*r.Float64())
	case 3:
		p.name = "flapping"
		for range 2 + r.IntN(3) {
			length := within(2, 5)
			add(example.Refuses, at, length, 0)
			at += length + within(3, 5)
		}
	case 4:
		p.name = "a stall"
		add(example.Stalls, at, within(2, 9), 0)
	case 5:
		p.name = "total loss"
		add(example.Silences, at, within(2, 15), 0)
	case 6:
		p.name = "an outage at the very start"
		add(example.Refuses, 0, warm+within(2, 9), 0)
	case 7:
		p.name, p.open = "an outage to the very end", true
		add(example.Refuses, at, wholly-at, 0)
	case 8:
		p.name = "slow while it is held"
		add(example.Slows, strikes, undoes-strikes, 4+6*r.Float64())
		p.ratio = p.service.Troubles[0].Factor
	case 9:
		p.name = "a short outage"
		add(example.Refuses, at, within(0.05, shortest), 0)
	case 10:
		p.name = part
		share := 0.2 + 0.2*r.Float64()
		if r.IntN(2) == 0 {
			share += 0.5
		}
		add(example.Fails, at, within(4, 20), share)
	}
	p.first = -1
	for _, t := range p.service.Troubles {
		length := t.To - max(t.From, warm)
		p.degraded += max(t.To-max(t.From, strikes), 0)
		if t.Harm != example.Slows && t.Harm != example.Fails {
			p.longest = max(p.longest, length)
		}
		if t.Harm != example.Slows && (t.Harm != example.Fails || t.Factor > 0.5) {
			p.out += length
		}
		if t.To > strikes {
			if p.first < 0 {
				p.first = max(t.From-strikes, 0)
			}
			p.over = t.To - strikes
		}
	}
	return p
}

// measured is what is computed from what a load saw of it.
func (p planned) measured(load string) *kpi.Analysis {
	return kpi.Compute(p.recorded(load), kpi.Settings{Sustain: 10 * time.Second})
}

// recorded is what a load saw of it.
func (p planned) recorded(load string) kpi.Record {
	rec := example.Passing()
	plan := &rec.Meta.Loads[0]
	rec.Failures = nil
	if rarely(load) {
		p.service.Failing = 0
	}
	switch load {
	case "closed, 2", "closed, 12":
		plan.Model, plan.Rate, plan.Process = "closed", 0, ""
		fmt.Sscanf(load, "closed, %d", &plan.Workers)
		rec.Samples = p.service.Closed(plan.Workers, 100*time.Millisecond, wholly)
	default:
		var process string
		fmt.Sscanf(load, "%s %f a second", &process, &plan.Rate)
		plan.Process = process
		rec.Samples = p.service.Open(plan.Rate, process == "poisson", wholly)
	}
	return rec
}

var truthLoads = []string{"constant 5 a second", "constant 20 a second", "constant 80 a second", "poisson 5 a second", "poisson 40 a second", "closed, 2", "closed, 12"}

// part is a plan in which chance decides when the first and the last of those came that
// fail.
const part = "a part fails"

// some is said of loads some of whose arrivals fail whatever else there is.
const some = ", some fail anyway"

// shortest is how long an outage is, in seconds, that each of the loads sees.
const shortest = 2

// rarely tells that a load's baseline has too few arrivals to know how many fail without
// a fault.
func rarely(load string) bool { return load == "closed, 2" || strings.HasSuffix(load, " 5 a second") }

// truth is what a figure may say, by its definition: from low to high, or that there was
// none of it.
type truth struct {
	low, high float64
	none      bool
}

// exactly is a truth without a choice.
func exactly(d time.Duration) truth { return truth{d.Seconds(), d.Seconds(), d <= 0} }

// truths are those of a plan's figures.
func (p planned) truths() map[string]truth {
	t := map[string]truth{
		"outage": exactly(p.longest), "downtime": exactly(p.out),
		"time_to_detect": exactly(p.first), "time_to_recover": exactly(p.over), "degraded": exactly(p.degraded),
		"time_to_recover_after_undo": exactly(max(p.over-(undoes-strikes), 0)),
	}
	if p.out < time.Second { // of two seconds each has more than half of its answers
		t["downtime"] = truth{p.out.Seconds(), p.out.Seconds(), true}
	}
	if p.ratio > 0 {
		t["latency_ratio"] = truth{p.ratio, p.ratio, false}
	}
	for _, trouble := range p.service.Troubles {
		switch trouble.Harm {
		case example.Slows:
			// Nothing comes for as long as an answer takes now; no answer has to be so slow
			// that it counts as late.
			t["outage"] = truth{0, 3 * trouble.Factor * p.service.Median.Seconds(), true}
			t["time_to_detect"] = truth{p.first.Seconds(), math.Inf(1), true}
		case example.Stalls: // what came soon enough is none: ten times the slowest in a hundred
			t["downtime"] = truth{p.out.Seconds() - 1.6, p.out.Seconds(), p.out.Seconds() < 2.6}
		default:
		}
	}
	return t
}

// covers tells whether a figure says what is true, or that it does not know.
func (t truth) covers(k kpi.KPI) bool {
	const rounding = 1e-6
	switch k.State {
	case kpi.NotMeasured:
		return true
	case kpi.None:
		if k.High == nil {
			return t.none
		}
		return (t.none || t.high < shortest) && t.low <= *k.High+rounding
	case kpi.Censored:
		return t.high >= *k.Low-rounding
	default:
		return t.high >= *k.Low-rounding && t.low <= *k.High+rounding
	}
}

// The truth is in each figure's interval in at least 95 of 100 cases, and in so many
// of them in those of each kind of trouble and load.
func TestEachIntervalCoversTheTruth(t *testing.T) {
	type count struct{ cases, covered, known int }
	all, widths := map[string]*count{}, map[string][]float64{}
	note := func(of string, ok, known bool) {
		if all[of] == nil {
			all[of] = &count{}
		}
		all[of].cases++
		if ok {
			all[of].covered++
		}
		if known {
			all[of].known++
		}
	}
	for n := range uint64(1000) {
		seed := 10_000 + n // none that anything was made to fit
		p := plans(seed)
		load := truthLoads[seed/11%uint64(len(truthLoads))]
		a := p.measured(load)
		for name, truth := range p.truths() {
			scope := "lose-keystone"
			if name == "outage" || name == "downtime" {
				scope = "tokens"
			}
			k := figure(t, a, name, scope)
			ok := truth.covers(k)
			if p.open && name != "time_to_detect" && name != "downtime" {
				require.Equal(t, kpi.Censored, k.State, "seed %d, %s, %s: %s had not ended", seed, p.name, load, name)
			}
			known := k.State != kpi.NotMeasured
			if k.State == kpi.Measured {
				of := name + ", " + load
				switch {
				case p.name == part:
					of += ", " + part
				case p.service.Failing > 0 && !rarely(load):
					of += some
				}
				widths[of] = append(widths[of], *k.High-*k.Low)
			}
			note(name, ok, known)
			note(name+", "+p.name, ok, known)
			note(name+", "+load, ok, known)
			if !ok {
				t.Logf("seed %d, %s, %s: %s is %.2f to %.2f, and is told as %s", seed, p.name, load, name, truth.low, truth.high, told(k))
			}
		}
	}
	var short []string
	for _, of := range slices.Sorted(maps.Keys(all)) {
		c := all[of]
		text := fmt.Sprintf("%-58s %4d of %4d, %4d measured", of, c.covered, c.cases, c.known)
		t.Log(text)
		if c.cases >= 90 && float64(min(c.covered, c.known)) < 0.95*float64(c.cases) {
			short = append(short, text)
		}
	}
	require.Empty(t, short, "less often than 95 of 100")
	// That is not bought by intervals in which anything lies.
	narrow := func(of string, most float64) {
		list := widths[of]
		slices.Sort(list)
		require.NotEmpty(t, list, of)
		t.Logf("%s: half of the intervals are shorter than %.2f", of, list[len(list)/2])
		require.LessOrEqual(t, list[len(list)/2], most, "%s: the median of their lengths", of)
	}
	for _, load := range truthLoads {
		for name, most := range map[string]float64{
			"outage": 1, "downtime": 6.1, "time_to_detect": 1.1, "time_to_recover": 2.2, "time_to_recover_after_undo": 2.2, "degraded": 10.1, "latency_ratio": 4,
		} {
			narrow(name+", "+load, most)
		}
		if !rarely(load) {
			narrow("time_to_detect, "+load, 0.4)
		}
		narrow("time_to_detect, "+load+", "+part, 2.5)
		narrow("time_to_recover, "+load+", "+part, 3)
		if !rarely(load) {
			narrow("time_to_detect, "+load+some, 1.6) // which of those of a second failed for the fault is not known
		}
	}
}

func told(k kpi.KPI) string {
	text := string(k.State)
	for _, x := range []*float64{k.Low, k.Value, k.High} {
		if x != nil {
			text += fmt.Sprintf(" %.2f", *x)
		}
	}
	return text
}

// Asked more or less often, by another process or by workers that wait, the same cloud
// has the same figures: the intervals of two loads have something in common in at least
// 95 of 100 cases.
func TestTheAnswerDoesNotMoveWithTheRate(t *testing.T) {
	pairs, apart := map[string]int{}, map[string]int{}
	for seed := range uint64(180) {
		p := plans(seed)
		seen := map[string][]kpi.KPI{}
		for _, load := range truthLoads {
			a := p.measured(load)
			for name := range p.truths() {
				scope := "lose-keystone"
				if name == "outage" || name == "downtime" {
					scope = "tokens"
				}
				seen[name] = append(seen[name], figure(t, a, name, scope))
			}
		}
		for name, list := range seen {
			if p.truths()[name].high > p.truths()[name].low {
				continue // it is defined by the load
			}
			for i, one := range list {
				for _, two := range list[i+1:] {
					if pairs[name]++; !agree(one, two) {
						apart[name]++
						t.Logf("seed %d, %s: %s is %s, and %s", seed, p.name, name, told(one), told(two))
					}
				}
			}
		}
	}
	require.Len(t, pairs, 7)
	for name, n := range pairs {
		t.Logf("%-30s %4d of %4d apart", name, apart[name], n)
		require.LessOrEqual(t, float64(apart[name]), 0.05*float64(n), name)
	}
}

// agree tells whether two figures can be true together.
func agree(one, two kpi.KPI) bool {
	bounds := func(k kpi.KPI) (low, high float64) {
		switch k.State {
		case kpi.Measured:
			return *k.Low, *k.High
		case kpi.Censored:
			return *k.Low, math.Inf(1)
		case kpi.NotMeasured:
			return math.Inf(-1), math.Inf(1)
		default:
			if k.High != nil {
				return 0, *k.High
			}
			return 0, 0
		}
	}
	low, high := bounds(one)
	least, most := bounds(two)
	return low <= most && least <= high
}
