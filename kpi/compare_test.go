package kpi

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
)

// measuring are repetitions that have measured that of an objective; a negative value
// stands for one that could not tell.
func measuring(operator string, values ...float64) []*Result {
	var all []*Result
	for _, v := range values {
		o := Objective{Expression: "x", Operator: operator, Unit: "s", Verdict: Unknown}
		if v >= 0 {
			o.Verdict, o.Measured = Pass, new(v)
		}
		all = append(all, &Result{Objectives: []Objective{{Expression: "another", Verdict: Fail}, o}})
	}
	return all
}

func TestAComparisonHasAWord(t *testing.T) {
	for _, c := range []struct {
		name     string
		operator string
		a, b     []float64
		want     Word
		why      string
	}{
		{"slower", "<=", []float64{1, 1.1, 1.2}, []float64{2, 2.2, 2.1}, Worse, ""},
		{"quicker", "<=", []float64{2, 2.2, 2.1}, []float64{1, 1.1, 1.2}, Better, ""},
		{"more of what there should be much of", ">=", []float64{0.9, 0.91, 0.92}, []float64{0.99, 0.98, 0.985}, Better, ""},
		{"less of it", ">", []float64{0.99, 0.98, 0.985}, []float64{0.9, 0.91, 0.92}, Worse, ""},
		{"the same", "<=", []float64{10, 10.1, 10.2}, []float64{10.1, 10, 10.2}, Same, ""},
		{"the same, none", "<=", []float64{0, 0, 0}, []float64{0, 0, 0}, Same, ""},
		{"both directions", "<=", []float64{1, 2, 3}, []float64{2, 1, 4}, CannotTell, "no change at all is in the interval, and so is one that counts"},
		{"two repetitions", "<=", []float64{1, 1}, []float64{2, 2, 2}, CannotTell, "fewer than three repetitions measured it on a side"},
		{"one that could not tell", "<=", []float64{1, 1, 1, -1}, []float64{2, 2, 2}, CannotTell, "1 of 7 repetitions did not measure it, did not come to their end, or have no whole record"},
		{"never measured", "<=", []float64{1, 1, 1}, []float64{-1, -1, -1}, CannotTell, "it was not measured on both sides"},
	} {
		got := Compare(measuring(c.operator, c.a...), measuring(c.operator, c.b...))
		require.Len(t, got, 2)
		require.Equal(t, "another", got[0].Expression)
		require.Equal(t, CannotTell, got[0].Word)
		require.Equal(t, c.want, got[1].Word, c.name)
		require.Equal(t, c.why, got[1].Why, c.name)
	}
	worse := Compare(measuring("<=", 1, 1.5, 1.25), measuring("<=", 2, 2.5, 2.25))[1]
	require.InDelta(t, 1, *worse.Change, 1e-9)
	require.InDelta(t, 0.5, *worse.Low, 1e-9)
	require.InDelta(t, 1.5, *worse.High, 1e-9)
	require.Equal(t, []int{3, 3, 3, 3}, []int{worse.NA, worse.NB, worse.PassedA, worse.PassedB})
}

// What had not ended is at least as long: where it never ends the change is for the
// worse, and has no upper bound. Medians are then lower bounds.
func TestWhatNeverEndsIsWorse(t *testing.T) {
	b := measuring("<=", 60, 60, 60)
	for _, r := range b {
		r.Objectives[1].Censored, r.Objectives[1].Verdict = true, Fail
	}
	c := Compare(measuring("<=", 20, 21, 22), b)[1]
	require.Equal(t, Worse, c.Word)
	require.True(t, c.BAtLeast)
	require.Nil(t, c.Change)
	require.Nil(t, c.High)
	require.InDelta(t, 38, *c.Low, 1e-9)
	back := Compare(b, measuring("<=", 20, 21, 22))[1]
	require.Equal(t, Better, back.Word)
	require.Nil(t, back.Low)
}

// What a repetition leaves open widens the interval: it is not certain that it changed.
func TestAnOpenValueWidensTheInterval(t *testing.T) {
	a, b := measuring("<=", 10, 10, 10), measuring("<=", 11, 11, 11)
	require.Equal(t, Worse, Compare(a, b)[1].Word)
	for _, r := range b {
		r.Objectives[1].Low, r.Objectives[1].High = new(9.5), new(12.)
	}
	c := Compare(a, b)[1]
	require.Equal(t, CannotTell, c.Word)
	require.InDelta(t, -0.5, *c.Low, 1e-9)
	require.InDelta(t, 2, *c.High, 1e-9)
}

// A side that could not have seen what the other one saw is not better for that; what both could
// not see is no change.
func TestWhatOneSideCouldNotSeeMayHaveBeenThere(t *testing.T) {
	blind, sees := measuring("<=", 0, 0, 0, 0, 0, 0), measuring("<=", 0.2, 0.2, 0.201, 0.202, 0.203, 0.204)
	for n := range blind {
		o := &blind[n].Objectives[1]
		o.Low, o.High, o.None = new(0.0), new(0.55), true
		o = &sees[n].Objectives[1]
		o.Low, o.High = new(0.05), new(0.21)
	}
	for _, pair := range [][2][]*Result{{blind, sees}, {sees, blind}} {
		require.Equal(t, CannotTell, Compare(pair[0], pair[1])[1].Word)
	}
	c := Compare(blind, sees)[1]
	require.InDelta(t, 0.05-0.55, *c.Low, 1e-9)
	require.InDelta(t, 0.21, *c.High, 1e-9)
	neither := Compare(blind, blind)[1]
	require.Equal(t, Same, neither.Word, "nobody saw any")
	require.Equal(t, []bool{true, true}, []bool{neither.ANone, neither.BNone})
	require.InDelta(t, -0.55, *neither.Low, 1e-9, "it may have been there in one of them")
	require.InDelta(t, 0.55, *neither.High, 1e-9)
	for n := range sees { // longer than what the other side could have missed
		o := &sees[n].Objectives[1]
		*o.Measured, *o.Low, *o.High = *o.Measured+1, 0.9, 1.3
	}
	require.Equal(t, Worse, Compare(blind, sees)[1].Word)
	require.Equal(t, Better, Compare(sees, blind)[1].Word)
}

// A small change of a share near all of it is a great one of what is missing, and no
// change is the same when a promise was kept before it and not after it.
func TestTheSameIsNoBrokenPromise(t *testing.T) {
	of := func(unit string, verdict Verdict, values ...float64) []*Result {
		all := measuring(">=", values...)
		for _, r := range all {
			r.Objectives[1].Unit, r.Objectives[1].Verdict = unit, verdict
		}
		return all
	}
	require.Equal(t, Worse, Compare(of("ratio", Pass, 0.999, 0.999, 0.999), of("ratio", Pass, 0.96, 0.96, 0.96))[1].Word)
	require.Equal(t, Same, Compare(of("ratio", Pass, 0.5, 0.5, 0.5), of("ratio", Pass, 0.51, 0.51, 0.51))[1].Word)
	c := Compare(of("s", Pass, 4.9, 4.9, 4.9), of("s", Fail, 5.1, 5.1, 5.1))[1]
	require.Equal(t, CannotTell, c.Word)
	require.Equal(t, "the change is small, and it was not kept as often", c.Why)
}

// Runs that were stopped have measured nothing, whatever had failed by then.
func TestAStoppedRunHasMeasuredNothing(t *testing.T) {
	b := measuring("<=", 2, 2, 2, 9)
	b[3].Exit, b[3].Objectives[1].Verdict = ExitStopped, Fail
	c := Compare(measuring("<=", 1, 1, 1), b)[1]
	require.Equal(t, CannotTell, c.Word)
	require.Equal(t, 3, c.NB)
	require.InDelta(t, 2, *c.B, 1e-9)
	require.Equal(t, "1 of 7 repetitions did not measure it, did not come to their end, or have no whole record", c.Why)
}

// Where the limit is measured, too, what counts is how far from it the figure is.
func TestAMeasuredLimitIsComparedByItsMargin(t *testing.T) {
	of := func(margin float64) []*Result {
		all := measuring("<=", 5, 5, 5)
		for _, r := range all {
			o := &r.Objectives[1]
			o.Calls, o.Limit = make([]conditions.Call, 2), new(*o.Measured+margin)
		}
		return all
	}
	require.Equal(t, Worse, Compare(of(3), of(1))[1].Word)
	require.Equal(t, Better, Compare(of(1), of(3))[1].Word)
	require.Equal(t, "what is to be equal has no better side", Compare(measuring("==", 1, 1, 1), measuring("==", 2, 2, 2))[1].Why)
}

// The table of Mann and Whitney, and every order of few values.
func TestTheDistributionIsThatOfAllOrders(t *testing.T) {
	require.Equal(t, []float64{1, 1, 2, 3, 3, 3, 3, 2, 1, 1}, mannWhitney(3, 3))
	for _, c := range [][2]int{{3, 4}, {5, 3}, {4, 4}} {
		m, n := c[0], c[1]
		want := make([]float64, m*n+1)
		for set := range 1 << (m + n) { // which of the m+n places are of the first
			u, ones, zeros := 0, 0, 0
			for place := range m + n {
				if set>>place&1 == 1 {
					ones++
					u += zeros
				} else {
					zeros++
				}
			}
			if ones == m {
				want[u]++
			}
		}
		require.Equal(t, want, mannWhitney(m, n))
	}
	require.Equal(t, -1, leftOut(2, 9))
	require.Equal(t, 0, leftOut(3, 3), "1 of 20 is beyond the least difference")
	require.InDelta(t, leftOut(25, 25), leftOut(26, 25), 10, "the normal distribution goes on where the exact one ends")
	require.Equal(t, 4, leftOut(5, 5), "28 of 252 would be 0.111, 19 are 0.075, 12 are 0.048")
}

// An interval has what it is of at least as often as it says, where both sides are spread
// alike.
func TestTheIntervalHasWhatItIsOf(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range [][2]int{{3, 3}, {4, 6}, {8, 8}, {25, 25}, {30, 25}} {
		const times = 4000
		has := 0
		for range times {
			draw := func(n int, shift float64) (all []sight) {
				for range n {
					x := math.Exp(random.NormFloat64()) + shift
					all = append(all, sight{low: x, value: x, high: x})
				}
				return all
			}
			var c Change
			c.judge("<=", draw(n[0], 0), draw(n[1], 0.7), n[0], n[1])
			if *c.Low <= 0.7 && 0.7 <= *c.High {
				has++
			}
		}
		require.GreaterOrEqual(t, float64(has)/times, Confidence-0.015, n)
	}
}

// Of a run whose record is not whole nothing is claimed: it counts for nothing, on either side.
func TestARunWhoseRecordIsNotWholeHasMeasuredNothing(t *testing.T) {
	for _, doubted := range []string{recordWhole, runEnded} {
		a, b := measuring("<=", 1, 1, 1), measuring("<=", 2, 2, 2)
		for _, r := range b {
			r.Quality = []Quality{{doubted, Unknown, "read signals: they go back in time"}}
			r.KPIs = []KPI{KPI{Name: "outage", Scope: "x", Unit: "s"}.exactly(2)}
		}
		c := Compare(a, b)[1]
		require.Zero(t, c.NB)
		require.Equal(t, CannotTell, c.Word)
		require.Nil(t, c.B)
		require.Equal(t, 3, Over(b)[0].Missing)
		require.Nil(t, Over(b)[0].Median)
		require.Equal(t, 0, Finished(b))
	}
}

// Where on both sides a repetition did not see the end, the change has no interval, and the reason is
// that.
func TestAChangeWithoutABoundSaysWhy(t *testing.T) {
	a := measuring("<=", 0, 0, 15.5)
	a[2].Objectives[1].Censored = true
	c := Compare(a, a)[1]
	require.Nil(t, c.Low)
	require.Nil(t, c.High)
	require.Equal(t, "on both sides some repetition did not see its end, so that the change may be anything", c.Why)
}
