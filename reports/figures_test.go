package reports

import (
	"encoding/json"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Figures are told as people read them: no powers of ten, no figure without its unit.
func TestFiguresOfPromisesAreReadable(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Objectives = []string{`availability("tokens") >= 99.99%`, `time_to_recover("lose-keystone") <= 11.5s`, `error_ratio("tokens") <= 0.001%`}
	rows := map[string]Promise{}
	for _, p := range NewView(kpi.Compute(rec, kpi.Settings{})).Promises {
		rows[p.Expression] = p
	}
	require.Equal(t, "11\u202f000 % of the error budget", rows[rec.Meta.Objectives[0]].Budget)
	require.Regexp(t, `^\d{2,3}\x{202f}\d{3} % of the error budget$`, rows[rec.Meta.Objectives[2]].Budget)
	recover := rows[rec.Meta.Objectives[1]]
	require.Equal(t, "unknown", recover.Mark.Word)
	require.Equal(t, "the limit of 11.5 s is within what it is known as: 10 s to 12 s", recover.Missing)
	require.Equal(t, "11 s (10 s to 12 s)", recover.Measured)
}

// A lower bound that is one since nothing is known of another load is no figure of what was not
// over, and one that is no more than nothing is none.
func TestALowerBoundSaysWhatItIs(t *testing.T) {
	rec := example.Passing()
	rec.Failures = nil
	tokens := rec.Samples
	rec.Meta.Loads = append(rec.Meta.Loads, record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "open", Rate: 0.5})
	dead := example.Service{Seed: 5, Median: time.Second, Limit: time.Minute, Troubles: []example.Trouble{{From: 29 * time.Second, To: 80 * time.Second, Harm: example.Refuses}}}.Open(0.5, false, 80*time.Second)
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		if load == "boots" {
			return dead(load)
		}
		return tokens(load)
	}
	rec.Meta.Objectives = []string{`time_to_recover("lose-keystone") <= 60s`}
	a := kpi.Compute(rec, kpi.Settings{})
	text, err := json.Marshal(&a.Result)
	require.NoError(t, err)
	var before kpi.Result
	require.NoError(t, json.Unmarshal(text, &before))
	require.Empty(t, Changes(&before, &a.Result), "it is the same in other words")
	v := NewView(a)
	require.Regexp(t, `^at least \d\.\d+×$`, v.Faults[0].Ratio)
	require.Regexp(t, `^at least 10 s$`, v.Faults[0].Recover)
	rows := map[string]string{}
	for _, p := range v.Promises {
		rows[p.Expression] = p.Measured
	}
	require.Regexp(t, `^at least 10 s$`, rows[rec.Meta.Objectives[0]])
	require.Regexp(t, `^> \d+ s$`, rows[`unexpected_outage("boots") <= 5s`], "that is known, and was not over")
	low := -0.00149
	require.Equal(t, "not known", figure(kpi.KPI{State: kpi.Censored, Value: &low, Low: &low, Unit: "s"}))
	zero := 0.0
	require.Equal(t, "not known", figure(kpi.KPI{State: kpi.Censored, Value: &zero, Low: &zero, Unit: "s"}))
}

// A promise without a limit that was kept says by what: no row that passed has "not measured".
func TestAnExpectedOutageThatWasSeenIsTold(t *testing.T) {
	rec := example.Passing()
	rec.Failures, rec.Meta.Expect, rec.Meta.Objectives = nil, "breach", nil
	rec.Samples = example.Service{Seed: 5, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: []example.Trouble{{From: 31 * time.Second, To: 44 * time.Second, Harm: example.Refuses}}}.Open(40, false, 80*time.Second)
	told := map[string]string{}
	for _, p := range NewView(kpi.Compute(rec, kpi.Settings{})).Promises {
		require.Equal(t, "pass", p.Mark.Word, p.What)
		told[p.What] = p.Measured
	}
	require.Regexp(t, `^tokens without a success for 13(\.\d+)? s$`, told["an outage is seen (expect: breach)"])
	require.Regexp(t, `^14(\.\d+)? s after the effect of lose-keystone$`, told["it heals (expect: breach)"])
}

// Words agree with their number, and a rate is told in the unit in which it is a number.
func TestLoadsAreToldInWords(t *testing.T) {
	pace := func(p record.LoadPlan) string {
		return paceOf(kpi.LoadFigures{Series: &kpi.Series{Plan: p}})
	}
	require.Equal(t, "1 worker, closed model", pace(record.LoadPlan{Model: "closed", Workers: 1}))
	require.Equal(t, "4 workers, closed model", pace(record.LoadPlan{Model: "closed", Workers: 4}))
	require.Equal(t, "20/min, open model", pace(record.LoadPlan{Model: "open", Rate: 20.0 / 60}))
	require.Equal(t, "120/s, open model", pace(record.LoadPlan{Model: "open", Rate: 120}))
	require.Equal(t, "1/min, open model", pace(record.LoadPlan{Model: "open", Rate: 1.0 / 60}))
	require.Equal(t, "30/h, open model", pace(record.LoadPlan{Model: "open", Rate: 30.0 / 3600}))

	rec := example.Passing()
	rec.Meta.Objectives = []string{`time_to_recover("lose-keystone") <= 1s`, `outage("tokens") <= 600s`}
	rec.Meta.Judged = map[string]record.Judged{rec.Meta.Objectives[1]: {Severity: "minor"}}
	require.NotContains(t, kpi.Compute(rec, kpi.Settings{}).Result.Summary, "1 objectives")
	rec = example.CutOff()
	rec.CutOff = "the run still goes on"
	for _, q := range kpi.Compute(rec, kpi.Settings{}).Result.Quality {
		require.NotContains(t, q.Detail, "cut off")
	}
}

// Why an objective could not be judged stands below its row, in lines that a terminal holds, and does
// not widen the table.
func TestAReasonStandsBelowItsRow(t *testing.T) {
	rec := example.Failing()
	var b strings.Builder
	require.NoError(t, WriteText(&b, kpi.Compute(rec, kpi.Settings{}), false))
	_, table, _ := strings.Cut(b.String(), "Objectives\n")
	table, _, _ = strings.Cut(table, "\n\n")
	require.Regexp(t, `(?m)^  \? unknown  p999 of tokens in warmup +≤ 2 s +not measured +—\n    p999 needs ten answers beyond it, there were 3600 in all$`, table)
	for line := range strings.SplitSeq(table, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 120, line)
	}
	require.Equal(t, []string{"one two", "three", "longer-than-it-is", "x"}, wrapped("one two  three longer-than-it-is x", 8))
}
