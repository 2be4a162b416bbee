package rally

import (
	"math"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
)

// sending is how much of a load is sent, and in which phases.
type sending struct {
	load   pairs
	phases pairs
	times  int           // iterations; 0 when it is not known how many
	lasts  time.Duration // of the load; 0 when it ends with its iterations
	most   time.Duration // the longest it may take
}

const (
	// usual is the limit of an iteration where Rally sets none: as long as it
	// waits for a server at most.
	usual = 10 * time.Minute
	// margin is what workers may take beyond their iterations.
	margin = time.Minute
	// longestRun bounds the time that is waited for a load.
	longestRun = 24 * time.Hour
)

// sending carries the runner over; false when it has no counterpart.
func (c *conversion) sending() (*sending, bool) {
	switch c.runner {
	case "", "serial":
		return c.closed(1, c.whole("times", 1), c.limit(0)), true
	case "constant":
		c.settings("times", "concurrency", "timeout", "max_cpu_count")
		return c.closed(c.whole("concurrency", 1), c.whole("times", 1), c.limit(0)), true
	case "constant_for_duration":
		c.settings("duration", "concurrency", "timeout")
		workers, limit := c.whole("concurrency", 1), c.limit(usual)
		lasts := c.seconds(c.setting("duration"), 0)
		if lasts == 0 {
			return c.closed(workers, workers, limit), true
		}
		return c.lasting(workers, lasts, limit), true
	case "rps":
		c.settings("rps", "times", "timeout", "max_concurrency", "max_cpu_count")
		return c.open()
	}
	c.add(Lost, c.at, "runner."+c.runner, "no such runner is known, so the load has no size")
	return nil, false
}

// closed is workers who share a number of iterations.
func (c *conversion) closed(workers, times int, limit time.Duration) *sending {
	rounds := time.Duration((times + workers - 1) / max(workers, 1))
	most := longestRun
	if limit < (longestRun-margin)/max(rounds, 1) {
		most = rounds*limit + margin
	}
	return &sending{
		load:   pairs{{"concurrency", workers}, {"iterations", times}, {"timeout", span(limit)}, {"start", pairs{{"phase", "chaos"}}}},
		phases: pairs{{"chaos", span(most)}, {"until", "loads_ended"}}, times: times, most: most,
	}
}

// lasting is workers for a time, after which what is in flight may end.
func (c *conversion) lasting(workers int, lasts, limit time.Duration) *sending {
	most := lasts + limit
	return &sending{
		load: pairs{
			{"concurrency", workers}, {"timeout", span(limit)}, {"drain", span(limit)},
			{"start", pairs{{"phase", "chaos"}}}, {"end", pairs{{"at", span(lasts)}}},
		},
		phases: pairs{{"chaos", span(most)}, {"until", "loads_ended"}}, lasts: lasts, most: most,
	}
}

// open is the runner rps: arrivals at a rate, or at one that grows by steps.
func (c *conversion) open() (*sending, bool) {
	times, limit := c.whole("times", 1), c.limit(0)
	rates := c.setting("rps")
	var steps []any
	var lasts time.Duration
	// Evenly spread arrivals are due when so many whole ones have come together,
	// the first at once: half of one less keeps the one after the last away.
	left := float64(times) - 0.5
	step := func(rate, longest float64) {
		seconds := min(longest, left/rate)
		left -= seconds * rate
		each := time.Duration(math.Ceil(seconds * float64(time.Second)))
		lasts += each
		steps = append(steps, pairs{{"rate", strconv.FormatFloat(rate, 'f', -1, 64) + "/s"}, {"for", span(each)}})
	}
	switch {
	case rates == nil:
		c.report.At(c.at).Errorf("runner rps: rps is missing")
		return nil, false
	case rates.Shape == document.Mapping:
		start, end, by, each := c.number(rates.Get("start")), c.number(rates.Get("end")), c.number(rates.Get("step")), 1.0
		if of := rates.Get("duration"); of != nil {
			each = c.number(of)
		}
		if start <= 0 || end < start || by <= 0 || each <= 0 {
			c.report.At(rates).Errorf("rps: wants start, end, step and duration above 0, and an end that is not less than its start")
			return nil, false
		}
		if (end-start)/by >= stepsMost {
			c.add(Lost, rates, "runner.rps", "the rate grows in more than %d steps", stepsMost)
			return nil, false
		}
		for n := 0.0; start+n*by < end && left > 0; n++ {
			step(start+n*by, each)
		}
		if left > 0 {
			step(end, math.Inf(1))
		}
		c.add(Other, rates, "runner.rps", "the rate grows at once where a step begins; Rally's goes there in a straight line")
	default:
		rate := c.number(rates)
		if rate <= 0 {
			return nil, false
		}
		step(rate, math.Inf(1))
	}
	pool := c.whole("max_concurrency", min(times, poolMost))
	most := lasts + time.Second + limit
	return &sending{
		load: pairs{
			{"arrivals", pairs{{"steps", steps}}}, {"pool", pool}, {"give_up", span(most)}, {"timeout", span(limit)}, {"drain", span(limit)},
			{"start", pairs{{"phase", "chaos"}}}, {"end", pairs{{"at", span(lasts + time.Second)}}}, // it has no rate any more
		},
		phases: pairs{{"chaos", span(most)}, {"until", "loads_ended"}}, times: times, lasts: lasts, most: most,
	}, true
}

// stepsMost is how many steps a rate may grow in.
const stepsMost = 999

// poolMost is the largest pool that a load has without being told.
const poolMost = 10_000

// setting is one of the runner's, or nil.
func (c *conversion) setting(name string) *document.Node {
	if v := c.amount.Get(name); v != nil && v.Shape != document.Null {
		return v
	}
	return nil
}

// settings notes those that are none of the known ones. How many processes of
// Python there are is nothing that a load here could have.
func (c *conversion) settings(known ...string) {
	if c.amount == nil {
		return
	}
	r := &reader{c.report}
	if r.shaped(c.amount, document.Mapping, "runner") {
		r.keys(c.amount, append(known, "type")...)
	}
	if v := c.setting("max_cpu_count"); v != nil {
		c.add(Other, v, "runner.max_cpu_count", "a load here has no processes to count")
	}
}

// whole is a whole number from 1 on.
func (c *conversion) whole(name string, otherwise int) int {
	v := c.setting(name)
	if v == nil {
		return otherwise
	}
	n, err := strconv.Atoi(text(v))
	if err != nil || n < 1 {
		c.report.At(v).Errorf("%s: wants a whole number from 1 on", name)
		return otherwise
	}
	return n
}

// number is a number that is not negative; 0 after a problem.
func (c *conversion) number(v *document.Node) float64 {
	if v == nil {
		return 0
	}
	x, err := strconv.ParseFloat(text(v), 64)
	if err != nil || x < 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		c.report.At(v).Errorf("wants a number from 0 on, not %q", text(v))
		return 0
	}
	return x
}

// seconds is a number of them, at most a day's.
func (c *conversion) seconds(v *document.Node, otherwise time.Duration) time.Duration {
	if v == nil {
		return otherwise
	}
	return time.Duration(min(c.number(v), longestRun.Seconds()) * float64(time.Second))
}

// limit is that of one iteration.
func (c *conversion) limit(otherwise time.Duration) time.Duration {
	limit := otherwise
	if v := c.setting("timeout"); v != nil {
		limit = c.seconds(v, 0)
	}
	if limit == 0 {
		limit = usual
		c.add(Other, c.at, "runner.timeout", "Rally sets no limit to an iteration; here it is %s", span(limit))
	}
	return limit
}
