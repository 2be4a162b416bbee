package kpi

import (
	"fmt"
	"math"
	"slices"

	"github.com/openstack-eris/eris/conditions"
)

// Word is what a comparison says of a change.
type Word string

// The words. There is none but CannotTell with fewer than three repetitions on either
// side.
const (
	Better     Word = "better"
	Worse      Word = "worse"
	Same       Word = "same"
	CannotTell Word = "cannot tell"
)

// The comparison of two sets.
const (
	// LeastRepetitions is how many each side has to have measured for a word.
	LeastRepetitions = 3
	// Confidence is that of the interval of a change, at least: with three repetitions on
	// each side no more can be had.
	Confidence = 0.9
	// Tolerance is by how much of the first side's median a figure may change and count as
	// the same; of a share, as much of what is missing to all of it where that is less.
	Tolerance = 0.05
)

// Change is one objective on both sides. A and B are medians, where some repetitions did
// not see the end those of Kaplan and Meier. Change is B - A, as the median of the
// differences of all pairs, and Low to High its interval, by the distribution of Mann and
// Whitney, widened by what each repetition leaves open. Where nobody saw any of it on either side
// that is the same, and the interval has up to how much it could not have been seen. Repetitions have to be independent
// of each other, and the figures of both sides be spread alike about where they lie: then
// the change is in the interval with at least the probability Confidence, for each
// objective by itself. High is null where it is not bounded.
//
// Source: https://doi.org/10.1214/aoms/1177704172 (the estimate),
// https://doi.org/10.1214/aoms/1177730491 (the distribution)
type Change struct {
	Expression string `json:"expression"`
	Text       string `json:"text,omitempty"`
	Unit       string `json:"unit"`
	// Margin tells that what is compared is how far it was on the right side of its
	// limit, since that was measured, too.
	Margin   bool     `json:"margin,omitempty"`
	A        *float64 `json:"a"`
	B        *float64 `json:"b"`
	AAtLeast bool     `json:"a_at_least,omitempty"` // so many did not see its end that A is a lower bound
	BAtLeast bool     `json:"b_at_least,omitempty"`
	// ANone and BNone tell of a median of 0 that it did not happen in those that it is of.
	ANone bool `json:"a_none,omitempty"`
	BNone bool `json:"b_none,omitempty"`
	// NA and NB are in how many repetitions it was measured, PassedA and PassedB in how
	// many it was kept.
	NA      int      `json:"n_a"`
	NB      int      `json:"n_b"`
	PassedA int      `json:"passed_a"`
	PassedB int      `json:"passed_b"`
	Change  *float64 `json:"change"`
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
	Word    Word     `json:"word"`
	Why     string   `json:"why,omitempty"` // it cannot be told
	// Observed is what [Observe] saw of sides that are too small for a word; empty where
	// it saw no difference.
	Observed Word `json:"observed,omitempty"`

	least, most float64 // of the change, by what each repetition leaves open alone
	observed    Word    // by these
}

// Compare compares what the repetitions of two sets have measured of each objective, in
// the order of the first one. A run that did not come to its end, or whose record is not whole,
// has measured nothing.
func Compare(a, b []*Result) []Change {
	var all []Change
	for _, o := range a[0].Objectives {
		c := Change{Expression: o.Expression, Text: o.Text, Unit: o.Unit, Margin: len(o.Calls) > 1}
		left, right := c.side(a, &c.PassedA), c.side(b, &c.PassedB)
		c.NA, c.NB = len(left), len(right)
		c.judge(o.Operator, left, right, len(a), len(b))
		all = append(all, c)
	}
	return all
}

// Observe compares as [Compare] does, and says of sides that are too small for a word what was
// seen: the interval then is what the measurement of each repetition leaves open, from the
// least difference of two of them to the greatest. It has nothing of chance, by which one run
// differs from the next, so that the word stays [CannotTell].
func Observe(a, b []*Result) []Change {
	all := Compare(a, b)
	for n := range all {
		if c := &all[n]; c.NA > 0 && c.NB > 0 && c.Low == nil && c.High == nil && c.Word == CannotTell {
			c.Low, c.High, c.Observed = finite(c.least), finite(c.most), c.observed
			c.Why = fmt.Sprintf("%s against %s is an observation: the interval is what the measurement leaves open, without chance", plural(c.NB, "run"), plural(c.NA, "run"))
		}
	}
	return all
}

// sight is what a repetition has measured: a value, and what it leaves open. The end of
// what was not over is open without a bound. None is over what it could have seen.
type sight struct {
	low, value, high float64
	none             bool
}

// since is the difference from an earlier sight: what one of them saw, or neither did, may have
// been in the other, as far as that leaves it open.
func (s sight) since(earlier sight) (least, value, most float64) {
	return s.low - earlier.high, s.value - earlier.value, s.high - earlier.low
}

// noneOf tells that nobody saw any of it.
func noneOf(seen []sight) bool {
	return !slices.ContainsFunc(seen, func(s sight) bool { return !s.none })
}

// side is what is known of one side.
func (c *Change) side(results []*Result, passed *int) []sight {
	var seen []sight
	for _, r := range results {
		for _, o := range r.Objectives {
			if o.Expression != c.Expression {
				continue
			}
			if o.Verdict == Pass {
				*passed++
			}
			if s, ok := c.saw(o); ok && r.Whole() {
				seen = append(seen, s)
			}
			break
		}
	}
	return seen
}

// Finished is how many of the runs came to their end by themselves with a whole record, and
// count in [Compare] and [Over].
func Finished(results []*Result) (n int) {
	for _, r := range results {
		if r.Whole() {
			n++
		}
	}
	return n
}

// sampled tells that its interval is what chance leaves, and nothing else: how the repetitions
// differ has that in it.
func (o Objective) sampled() bool {
	return len(o.Calls) > 0 && !slices.ContainsFunc(o.Calls, func(c conditions.Call) bool {
		f := functionNamed(c.Function)
		return f == nil || !f.sampled
	})
}

func (c *Change) saw(o Objective) (sight, bool) {
	if o.Measured == nil || c.Margin && (math.IsNaN(o.distance()) || o.Censored) {
		return sight{}, false
	}
	s := sight{low: *o.Measured, value: *o.Measured, high: *o.Measured, none: o.None}
	if o.Low != nil && !o.sampled() {
		s.low = min(s.low, *o.Low)
	}
	if o.High != nil && !o.sampled() {
		s.high = max(s.high, *o.High)
	}
	if o.Censored {
		s.high = math.Inf(1)
	}
	if c.Margin {
		open := max(s.high-s.value, s.value-s.low)
		margin := o.distance()
		s = sight{low: margin - open, value: margin, high: margin + open, none: o.None}
	}
	return s, true
}

// judge finds the change, its interval and the word. Ran are how many repetitions there
// were on each side.
func (c *Change) judge(operator string, a, b []sight, ranA, ranB int) {
	c.Word = CannotTell
	c.medians(a, b)
	if len(a) == 0 || len(b) == 0 {
		c.Why = "it was not measured on both sides"
		return
	}
	var lowest, values, highest []float64
	for _, x := range a {
		for _, y := range b {
			least, value, most := y.since(x)
			lowest, values, highest = append(lowest, least), append(values, value), append(highest, most)
		}
	}
	slices.Sort(lowest)
	slices.Sort(values)
	slices.Sort(highest)
	if !c.AAtLeast && !c.BAtLeast {
		c.Change = new(middle(values))
	}
	less, more := Better, Worse // of a smaller value
	if c.Margin || operator == ">=" || operator == ">" {
		less, more = Worse, Better
	}
	out := leftOut(len(a), len(b))
	if out < 0 {
		c.Why = "fewer than three repetitions measured it on a side"
		c.least, c.most = lowest[0], highest[len(highest)-1]
		switch {
		case operator == "==" || operator == "!=":
		case c.least > 0:
			c.observed = more
		case c.most < 0:
			c.observed = less
		}
		return
	}
	low, high := lowest[out], highest[len(highest)-1-out]
	c.Low, c.High = finite(low), finite(high)
	within := c.within()
	switch {
	case ranA > len(a) || ranB > len(b):
		c.Why = fmt.Sprintf("%d of %d repetitions did not measure it, did not come to their end, or have no whole record", ranA-len(a)+ranB-len(b), ranA+ranB)
	case operator == "==" || operator == "!=":
		c.Why = "what is to be equal has no better side"
	case c.PassedA*ranB != c.PassedB*ranA && low >= -within && high <= within:
		c.Why = "the change is small, and it was not kept as often"
	case low >= -within && high <= within, c.PassedA*ranB == c.PassedB*ranA && noneOf(a) && noneOf(b):
		c.Word = Same
	case high < 0:
		c.Word = less
	case low > 0:
		c.Word = more
	case c.Low == nil && c.High == nil:
		c.Why = "on both sides some repetition did not see its end, so that the change may be anything"
	default:
		c.Why = "no change at all is in the interval, and so is one that counts"
	}
}

// medians are those of both sides.
func (c *Change) medians(a, b []sight) {
	c.A, c.AAtLeast = typical(a)
	c.B, c.BAtLeast = typical(b)
	c.ANone, c.BNone = mostlyNone(a, c.A), mostlyNone(b, c.B)
}

// within is how great a change is none.
func (c *Change) within() float64 {
	return Tolerance * sizeOf(*c.A, c.Unit)
}

// typical is the median of one side; null where nothing was measured.
func typical(seen []sight) (*float64, bool) {
	if len(seen) == 0 {
		return nil, false
	}
	var values []lasting
	for _, s := range seen {
		values = append(values, lasting{s.value, !math.IsInf(s.high, 1)})
	}
	slices.SortFunc(values, byEnd)
	return median(values)
}

// mostlyNone tells of the median of one side that it is of repetitions in which it did not happen,
// as [Over] does: a 0 that was measured is another thing.
func mostlyNone(seen []sight, typical *float64) bool {
	return typical != nil && *typical == 0 && !slices.ContainsFunc(seen, func(s sight) bool { return s.value == 0 && !s.none })
}

// middle is the median of what is sorted.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// exactMost is of how many repetitions on both sides together the distribution is counted
// out, in numbers that a float64 has exactly; that of more is as good as normal.
const exactMost = 50

// leftOut is how many of the sorted differences of all pairs of m and n repetitions are
// left out at each end of an interval, so that it has what it is of with [Confidence]; negative
// where even the whole range is not so sure, or has too few repetitions.
func leftOut(m, n int) int {
	const tail = (1 - Confidence) / 2
	if min(m, n) < LeastRepetitions {
		return -1
	}
	if m+n > exactMost {
		const z = 1.6449 // beyond which 5 % of the normal distribution are
		pairs := float64(m * n)
		return int(pairs/2 - z*math.Sqrt(pairs*float64(m+n+1)/12))
	}
	counts := mannWhitney(m, n)
	total := 0.0
	for _, c := range counts {
		total += c
	}
	sum := 0.0
	for u, c := range counts {
		if sum += c; sum/total > tail+1e-12 {
			return u - 1
		}
	}
	return -1
}

// mannWhitney counts for each u from 0 to m*n in how many orders of m and n values u
// pairs are in the other order.
func mannWhitney(m, n int) []float64 {
	// The coefficients of the Gaussian binomial: a product of (1-x^(n+i))/(1-x^i).
	counts := make([]float64, m*n+1)
	counts[0] = 1
	for i := 1; i <= m; i++ {
		for u := len(counts) - 1; u >= n+i; u-- {
			counts[u] -= counts[u-n-i]
		}
		for u := i; u < len(counts); u++ {
			counts[u] += counts[u-i]
		}
	}
	return counts
}
