package reports

import (
	"bytes"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// nearly is a run of 120 arrivals a second in which so many failed while nothing was struck.
func nearly(failures int, objectives ...string) *Run {
	j := example.NewJournal("nearly", 120, objectives...)
	j.Phase(0, "warmup")
	j.Phase(30*time.Second, "baseline")
	j.Phase(100*time.Second, "chaos")
	j.Phase(200*time.Second, "recovery")
	j.End(5 * time.Minute)
	rec := j.Record(example.Cloud{Seed: 3, Rate: 120, Length: 5 * time.Minute, Median: 60 * time.Millisecond, Spread: 0.3})
	whole := rec.Samples
	rec.Failures = nil
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			n := 0
			for s, err := range whole(load) {
				if s.Operation == "" && s.Intended > 110*time.Second && n < failures {
					n++
					s.Class, s.Status = record.HTTP5xx, 503
				}
				if !yield(s, err) {
					return
				}
			}
		}
	}
	return &Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}
}

// A miss by one arrival of tens of thousands is told as one, wherever it is told.
func TestRoundingHidesNoMiss(t *testing.T) {
	run := nearly(1, `availability("tokens") >= 99.999%`, `error_ratio("tokens") <= 0.001%`)
	require.Equal(t, kpi.Fail, run.Analysis.Result.Verdict)
	for _, w := range Writers() {
		if w.Name == "json" || strings.Contains(w.Name, "csv") {
			continue
		}
		var out bytes.Buffer
		require.NoError(t, w.Write(&out, run), w.Name)
		text := strings.NewReplacer("&#8201;", " ", "&#160;", " ", "\u00a0", " ").Replace(out.String())
		for _, lie := range []string{"≥ 100 %", "≤ 0 %", "−0 pt"} {
			require.NotContains(t, text, lie, w.Name)
		}
	}
	for _, p := range promises(run.Analysis) {
		require.NotContains(t, []string{"0 %", "100 %"}, p.Measured)
		require.Contains(t, []string{"≥ 99.999 %", "≤ 0.001 %"}, p.Limit)
		require.Regexp(t, `^−0\.00\d+ pt$`, p.Margin)
	}
	require.NotEqual(t, "100 %", availabilityCard(run.Analysis).Value)
	require.NotEqual(t, "0 %", NewView(run.Analysis).Errors[0].Share)
}

// The card of a figure is that of the objective by which it fared worst.
func TestACardIsAsGoodAsItsWorstObjective(t *testing.T) {
	rec := example.Failing()
	rec.Meta.Objectives = []string{`availability("tokens") >= 90%`, `availability("tokens") >= 99.9%`, `availability("tokens") >= 99.99%`}
	c := availabilityCard(kpi.Compute(rec, kpi.Settings{}))
	require.Equal(t, "fail", c.Tone)
	require.Contains(t, c.Note, "objective ≥ 99.99 % · ✕ fail")
}

// Of what is not known nobody knows how far it is from the limit.
func TestWhatIsUnknownHasNoMargin(t *testing.T) {
	rec := example.Failing()
	rec.Meta.Objectives = []string{`outage("tokens") <= 1ns`, `availability("tokens") >= 97.8%`, `availability("tokens") >= 99%`}
	a := kpi.Compute(rec, kpi.Settings{})
	for _, o := range a.Result.Objectives {
		require.Equal(t, o.Verdict == kpi.Unknown, o.Margin == nil, o.Expression)
	}
	o := kpi.Objective{Verdict: kpi.Unknown, Unit: "s", Operator: "<=", Measured: new(0.0), Limit: new(0.01), None: true, High: new(0.306)}
	require.Equal(t, "—", promise(o, nil).Margin)
	require.Equal(t, "none over 306 ms", promise(o, nil).Measured)
}

// One repetition alone is sure of nothing, and says no share of it.
func TestAnIntervalOfOneHasNoConfidence(t *testing.T) {
	k := kpi.Repeated{Unit: "s", Lower: new(0.0), Upper: new(0.00807)}
	require.Equal(t, "0 s to 8.07 ms", around(k))
	k.Sure = 0.75
	require.Equal(t, "0 s to 8.07 ms, 75 %", around(k))
	k.Upper, k.Sure = new(0.0), 0
	require.Equal(t, "—", around(k))
}

// A default says that it is one where sets are told, too.
func TestADefaultObjectiveSaysSoInASet(t *testing.T) {
	results := []*kpi.Result{{Objectives: []kpi.Objective{{Text: "Outage of tokens", Expression: `outage("tokens") <= 5s`, Default: true, Unit: "s"}}}}
	require.Equal(t, "Outage of tokens, by default", (&Set{}).kept(results)[0].What)
}
