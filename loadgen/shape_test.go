package loadgen_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/loadgen"
)

// shaped are arrivals with their rate as the test computes it by itself.
type shaped struct {
	loadgen.Arrivals
	rate func(t float64) float64
	ends []float64 // where the rate jumps
}

func (s shaped) String() string { return s.Arrivals.String() }

// shapes draws arrivals of every shape but traces.
func shapes(t *rapid.T) shaped {
	rate := func(name string, least float64) loadgen.Rate {
		return loadgen.Rate(rapid.Float64Range(least, 300).Draw(t, name))
	}
	length := func(name string) time.Duration {
		return time.Duration(rapid.IntRange(1, 20_000).Draw(t, name)) * time.Millisecond
	}
	switch rapid.SampledFrom([]string{"rate", "ramp", "steps", "sine"}).Draw(t, "shape") {
	case "ramp":
		from, over := rate("from", 0), length("over")
		to := rapid.Custom(func(t *rapid.T) loadgen.Rate { return loadgen.Rate(rapid.Float64Range(0, 300).Draw(t, "to")) }).
			Filter(func(r loadgen.Rate) bool { return r != from }).Draw(t, "to")
		return shaped{loadgen.Arrivals{Ramp: &loadgen.Ramp{From: from, To: to, Over: over}}, func(t float64) float64 {
			return float64(from) + float64(to-from)*min(t/over.Seconds(), 1)
		}, []float64{over.Seconds()}}
	case "steps":
		steps := make([]loadgen.Step, rapid.IntRange(1, 6).Draw(t, "n"))
		var ends []float64
		end := 0.0
		for i := range steps {
			steps[i] = loadgen.Step{Rate: rate("step", 0), For: length("for")}
			if rapid.Bool().Draw(t, "none") {
				steps[i].Rate = 0
			}
			end += steps[i].For.Seconds()
			ends = append(ends, end)
		}
		return shaped{loadgen.Arrivals{Steps: steps}, func(t float64) float64 {
			for i, end := range ends {
				if t < end {
					return float64(steps[i].Rate)
				}
			}
			return 0
		}, ends}
	case "sine":
		mean, period := rate("mean", 1), 200*time.Millisecond+length("period")
		swing := mean * loadgen.Rate(rapid.Float64Range(0.01, 1).Draw(t, "swing"))
		return shaped{loadgen.Arrivals{Sine: &loadgen.Sine{Mean: mean, Swing: swing, Period: period}}, func(t float64) float64 {
			return float64(mean) + float64(swing)*math.Sin(2*math.Pi*t/period.Seconds())
		}, nil}
	}
	r := rate("rate", 0.01)
	return shaped{loadgen.Arrivals{Rate: r}, func(float64) float64 { return float64(r) }, nil}
}

// integral adds up the rate over a window, in slices between its jumps.
func (s shaped) integral(from, to float64) float64 {
	cuts := []float64{from}
	for _, end := range s.ends {
		if end > from && end < to {
			cuts = append(cuts, end)
		}
	}
	cuts = append(cuts, to)
	sum := 0.0
	for i, a := range cuts[:len(cuts)-1] {
		const slices = 4000
		width := (cuts[i+1] - a) / slices
		for k := range slices {
			sum += s.rate(a+(float64(k)+0.5)*width) * width
		}
	}
	return sum
}

// most is where the tests stop looking.
const most = 40 * time.Second

func arrivals(s *loadgen.Schedule) (due []time.Duration) {
	for at, ok := s.Next(); ok && at < most; at, ok = s.Next() {
		due = append(due, at)
	}
	return due
}

func within(due []time.Duration, from, to float64) (n int) {
	for _, at := range due {
		if at.Seconds() >= from && at.Seconds() < to {
			n++
		}
	}
	return n
}

func TestEvenArrivalsAreTheIntegralOfTheirShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := shapes(t)
		due := arrivals(loadgen.NewSchedule(s.Arrivals, 1))
		from := rapid.Float64Range(0, 20).Draw(t, "from")
		to := from + rapid.Float64Range(0.001, 20).Draw(t, "length")
		want := s.integral(from, to)
		require.InDelta(t, want, within(due, from, to), 1+1e-3+1e-6*want, "%v from %v s to %v s", s, from, to)
	})
}

func TestArrivalsNeverGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := shapes(t)
		s.Process = rapid.SampledFrom([]loadgen.Process{"", loadgen.Constant, loadgen.Poisson}).Draw(t, "process")
		due := arrivals(loadgen.NewSchedule(s.Arrivals, rapid.Int64().Draw(t, "seed")))
		for i := range due {
			require.GreaterOrEqual(t, due[i], due[max(i-1, 0)], "%v, arrival %d", s, i)
		}
	})
}

func TestTheSameSeedGivesTheSameArrivalsOfEveryShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, seed := shapes(t), rapid.Int64().Draw(t, "seed")
		s.Process = loadgen.Poisson
		first := arrivals(loadgen.NewSchedule(s.Arrivals, seed))
		require.Equal(t, first, arrivals(loadgen.NewSchedule(s.Arrivals, seed)))
	})
}

// The counts of a Poisson process in a window have the window's integral as
// their mean and as their variance, of whatever shape the rate is.
func TestPoissonOfEveryShapeHasItsMeanAndVariance(t *testing.T) {
	for name, s := range map[string]shaped{
		"ramp": {loadgen.Arrivals{Ramp: &loadgen.Ramp{To: 100, Over: 10 * time.Second}}, func(t float64) float64 { return min(10*t, 100) }, nil},
		"sine": {loadgen.Arrivals{Sine: &loadgen.Sine{Mean: 50, Swing: 50, Period: 4 * time.Second}}, func(t float64) float64 { return 50 + 50*math.Sin(math.Pi/2*t) }, nil},
		"steps": {loadgen.Arrivals{Steps: []loadgen.Step{{Rate: 10, For: 3 * time.Second}, {For: time.Second}, {Rate: 80}}}, func(t float64) float64 {
			switch {
			case t < 3:
				return 10
			case t < 4:
				return 0
			}
			return 80
		}, []float64{3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			s.Process = loadgen.Poisson
			const from, to, runs = 2.5, 5.0, 4000
			sum, squares := 0.0, 0.0
			for seed := range int64(runs) {
				schedule := loadgen.NewSchedule(s.Arrivals, seed)
				n := 0.0
				for at, _ := schedule.Next(); at.Seconds() < to; at, _ = schedule.Next() {
					if at.Seconds() >= from {
						n++
					}
				}
				sum, squares = sum+n, squares+n*n
			}
			mean, want := sum/runs, s.integral(from, to)
			require.InDelta(t, want, mean, 5*math.Sqrt(want/runs), "five standard deviations of the mean")
			require.InEpsilon(t, want, squares/runs-mean*mean, 5*math.Sqrt(2.0/runs)+0.01, "five of the variance")
		})
	}
}

func TestShapesDoNotDrift(t *testing.T) {
	month := 30 * 24 * time.Hour
	for name, c := range map[string]struct {
		arrivals loadgen.Arrivals
		n        int64
		want     time.Duration
	}{
		"a rate":          {loadgen.Arrivals{Rate: 3}, 3_000_000, 1_000_000 * time.Second},
		"a sine":          {loadgen.Arrivals{Sine: &loadgen.Sine{Mean: 1, Swing: 1, Period: time.Minute}}, 60 * 60 * 24 * 30, month},
		"a ramp":          {loadgen.Arrivals{Ramp: &loadgen.Ramp{To: 10, Over: 10 * time.Second}}, 50 + 10*1_000_000, 1_000_010 * time.Second},
		"the last of one": {loadgen.Arrivals{Ramp: &loadgen.Ramp{From: 10, Over: 10 * time.Second}}, 49, 10*time.Second - 1_414_213_562},
	} {
		t.Run(name, func(t *testing.T) {
			s := loadgen.NewSchedule(c.arrivals, 1)
			var at time.Duration
			for range c.n + 1 {
				at, _ = s.Next()
			}
			require.InDelta(t, c.want, at, 2, "ns")
		})
	}
	s := loadgen.NewSchedule(loadgen.Arrivals{Ramp: &loadgen.Ramp{From: 10, Over: 10 * time.Second}}, 1)
	require.Len(t, arrivals(s), 50, "and none after it")
}

func traceOf(t *testing.T, text string) (*loadgen.Trace, error) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.trace"), []byte(text), 0o600))
	trace := &loadgen.Trace{File: "a.trace"}
	return trace, trace.ReadFiles(dir)
}

func TestATraceIsSentAsItWasRecorded(t *testing.T) {
	trace, err := traceOf(t, "# of a Monday\n0s\n250ms\n\n250ms  # twice\n1.5s\n")
	require.NoError(t, err)
	require.Equal(t, "the trace a.trace, 4 arrivals in 1.5s", trace.String())
	require.Len(t, trace.Files()["a.trace"], 64)
	require.Equal(t, []time.Duration{0, 250 * time.Millisecond, 250 * time.Millisecond, 1500 * time.Millisecond},
		arrivals(loadgen.NewSchedule(loadgen.Arrivals{Trace: trace}, 1)))
}

func TestATraceThatIsWrongSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"0s\n1.5\n":                 `a.trace:2: "1.5" is no duration: write it with a unit, such as 250ms or 1.5s`,
		"-1s\n":                     "a.trace:1: -1s lies before the start",
		"2s\n# a remark\n1s\nx\n3s": "a.trace:3: 1s lies before the 2s above it\na.trace:4: \"x\" is no duration: write it with a unit, such as 250ms or 1.5s",
		"# nothing\n":               "a.trace has no arrival",
	} {
		_, err := traceOf(t, text)
		require.EqualError(t, err, want)
	}
	require.ErrorIs(t, (&loadgen.Trace{File: "none"}).ReadFiles(t.TempDir()), os.ErrNotExist)
}
