package publish

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
)

// of is a run of a day that measured so much of at most 30 s, or nothing.
func of(day int, text string, measured ...float64) coverage.Run {
	limit := 30.0
	o := kpi.Objective{Expression: "outage(any) <= 30s", Operator: "<=", Limit: &limit, Unit: "s", Verdict: kpi.Unknown, Detail: "nobody looked"}
	for _, m := range measured {
		o.Measured, o.Text, o.Verdict = &m, "longest outage", kpi.Pass
		if m > limit {
			o.Verdict = kpi.Fail
		}
	}
	return coverage.Run{Result: &kpi.Result{
		Run: "run-" + text, Scenario: kpi.Scenario{Name: "drill", SHA256: text}, Cloud: kpi.Cloud{Name: "prod"},
		Started: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), Verdict: o.Verdict, Objectives: []kpi.Objective{o},
	}}
}

func TestATrendBreaksWhereNothingWasMeasured(t *testing.T) {
	all := newTrends([]coverage.Run{of(5, "a", 0), of(4, "a", 60), of(3, "a"), of(2, "a", 30), of(1, "a", 15)}) // the newest first
	require.Len(t, all, 1)
	require.Equal(t, []string{"M12 88.5L86 69", "M234 30L308 108"}, all[0].Line)
	require.Equal(t, "69", all[0].Limit)
	require.Equal(t, "≤ 30 s", all[0].LimitText)
	require.Equal(t, "0 s to 60 s", all[0].Axis)
	require.Empty(t, all[0].Text)
	var signs string
	for _, p := range all[0].Points {
		signs += p.Mark.Sign
	}
	require.Equal(t, "✓✓?✕✓", signs)
	require.Equal(t, []string{"117", "108"}, []string{all[0].Points[2].Y, all[0].Points[4].Y}, "what was not measured is below the axis, and none on it")
	require.Contains(t, all[0].Said, "2026-11-03: nobody looked (unknown); 2026-11-04: longest outage 60 s (fail)")
}

// A figure below nothing is not on the line of nothing.
func TestATrendGoesBelowNothing(t *testing.T) {
	all := newTrends([]coverage.Run{of(3, "a", -30), of(2, "a", 30), of(1, "a", 0)})
	require.Equal(t, []string{"M12 69L160 30L308 108"}, all[0].Line)
	require.Equal(t, "−30 s to 30 s", all[0].Axis)
}

// A miss that decides nothing has not the mark of one that does.
func TestATrendOfAMinorObjectiveSaysSo(t *testing.T) {
	runs := []coverage.Run{of(2, "a", 60), of(1, "a", 15)}
	runs[0].Result.Objectives[0].Severity = kpi.Minor
	all := newTrends(runs)
	require.Contains(t, all[0].Said, "longest outage 60 s (fail, minor)")
	require.Equal(t, "unknown", all[0].Points[1].Mark.Tone)
}

// Of a run that ended before anything was over more than nothing is known: that is no zero.
func TestATrendHasNoZeroOfAnUnfinishedRun(t *testing.T) {
	cut := of(2, "a", 0)
	o := &cut.Result.Objectives[0]
	o.Censored, o.Verdict = true, kpi.Unknown
	all := newTrends([]coverage.Run{of(3, "a", 15), cut, of(1, "a", 15)})
	require.Len(t, all[0].Line, 2)
	require.Equal(t, "117", all[0].Points[1].Y)
	o.Measured = new(10.0)
	all = newTrends([]coverage.Run{of(3, "a", 15), cut, of(1, "a", 15)})
	require.Len(t, all[0].Line, 2, "a bound is no part of a line")
	require.Equal(t, []string{"", "↑", ""}, []string{all[0].Points[0].Beside, all[0].Points[1].Beside, all[0].Points[2].Beside})
	require.NotEqual(t, "117", all[0].Points[1].Y, "of which something is known")
}

// A run that was stopped, was not finished or has a record that is not whole has measured nothing,
// whatever figures stand in it; and what did not happen is no zero that was measured.
func TestATrendHasNoFigureOfARunThatIsNotWhole(t *testing.T) {
	for what, spoil := range map[string]func(*kpi.Result){
		"stopped": func(r *kpi.Result) { r.Exit = kpi.ExitStopped },
		"cut off": func(r *kpi.Result) { r.Quality = kpi.Compute(example.CutOff(), kpi.Settings{}).Result.Quality },
		"not undone": func(r *kpi.Result) {
			r.Exit = kpi.ExitNotUndone
			r.Quality = kpi.Compute(example.CutOff(), kpi.Settings{}).Result.Quality
		},
		"not allowed": func(r *kpi.Result) { r.Exit = kpi.ExitRefused },
	} {
		run := of(2, "a", 90)
		spoil(run.Result)
		all := newTrends([]coverage.Run{of(3, "a", 15), run, of(1, "a", 15)})
		require.Len(t, all[0].Line, 2, what)
		require.Equal(t, "117", all[0].Points[1].Y, what)
		require.Equal(t, "0 s to 30 s", all[0].Axis, "%s: it is no part of the scale", what)
		require.NotContains(t, all[0].Points[1].Said, "90", what)
	}
	calm := of(2, "a", 0)
	calm.Result.Objectives[0].None = true
	all := newTrends([]coverage.Run{of(3, "a", 15), calm, of(1, "a", 0)})
	require.Equal(t, []string{"", "○"}, []string{all[0].Points[0].Beside, all[0].Points[1].Beside})
	require.Len(t, all[0].Line, 2)
}

// The ends of an axis have three digits that count, of a share two after the point, as everywhere.
func TestTheEndsOfAnAxisHaveThreeDigits(t *testing.T) {
	require.Equal(t, "0 s to 2.77 s", newTrends([]coverage.Run{unlimited(of(2, "a", 1.5)), unlimited(of(1, "a", 2.774))})[0].Axis)
	share := func(v float64) coverage.Run {
		run := unlimited(of(1, "a", v))
		run.Result.Objectives[0].Unit, run.Result.Objectives[0].Operator = "ratio", ">="
		return run
	}
	require.Equal(t, "95.98 % to 100 %", newTrends([]coverage.Run{share(0.99), share(0.97991)})[0].Axis)
}

// unlimited is a run without a limit.
func unlimited(run coverage.Run) coverage.Run {
	run.Result.Objectives[0].Limit = nil
	return run
}

// The words over a picture are above its line and its marks, also where all was kept.
func TestTheWordsOverATrendTouchNothing(t *testing.T) {
	const size = 13.0 // of a mark
	all := newTrends([]coverage.Run{of(2, "a", 60), of(1, "a", 60)})
	page, err := os.ReadFile("page/index.html")
	require.NoError(t, err)
	found := regexp.MustCompile(`class="tick" x="12" y="(\d+)"`).FindSubmatch(page)
	require.NotNil(t, found)
	words, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(t, err)
	for _, p := range all[0].Points {
		foot, err := strconv.ParseFloat(p.TextY, 64)
		require.NoError(t, err)
		require.Greater(t, foot-size, words+4, "of a font of 12, below the line")
	}
}

func TestWhatATrendIsDrawnFromAndTo(t *testing.T) {
	share := kpi.Objective{Unit: "ratio", Operator: ">="}
	for _, c := range []struct {
		of          kpi.Objective
		values      []float64
		least, most float64
	}{
		{share, []float64{0.99, 0.97}, 0.94, 1}, {share, []float64{0.2, 1}, 0, 1}, {share, []float64{1, 1}, 0, 1},
		{kpi.Objective{Unit: "s", Operator: "<="}, []float64{30, 12}, 0, 30}, {kpi.Objective{Unit: "s"}, []float64{0}, 0, 1}, {share, nil, 0, 1},
	} {
		least, most := scale(c.values, c.of)
		require.InDelta(t, c.least, least, 1e-9, "%v", c.values)
		require.InDelta(t, c.most, most, 1e-9, "%v", c.values)
	}
}

func TestFiguresOfTwoTextsAreNotCompared(t *testing.T) {
	all := newTrends([]coverage.Run{of(4, "b", 1), of(3, "b", 2), of(2, "a", 3), of(1, "a", 4)})
	require.Len(t, all, 2)
	require.Equal(t, []string{"text a", "text b"}, []string{all[0].Text, all[1].Text})
	require.Empty(t, newTrends([]coverage.Run{of(2, "b", 1), of(1, "a", 1)}), "one run is no trend")
}

func TestTheMatrixHasTheNewestOfEach(t *testing.T) {
	now := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	with := func(run coverage.Run, name string, kinds ...string) coverage.Run {
		run.Result.Scenario.Name = name
		for _, kind := range kinds {
			run.Result.Faults = append(run.Result.Faults, kpi.Fault{Fault: kind, Name: kind + "-1", State: string(record.Undone), UndoVerified: true, EffectiveAtMS: new(1.0)})
		}
		return run
	}
	m := newMatrix([]coverage.Run{
		with(of(30, "a", 60), "drill", "service.kill"), with(of(29, "a", 1), "drill", "service.kill", "power.off", "power.off"), with(of(1, "a", 1), "calm"),
	}, now)
	require.Equal(t, []string{"power.off", "service.kill", "no fault"}, m.Faults)
	require.Equal(t, "calm", m.Rows[0].Scenario)
	require.Equal(t, []bool{false, false, true}, []bool{m.Rows[0].Cells[0].Seen, m.Rows[0].Cells[1].Seen, m.Rows[0].Cells[2].Seen})
	require.Equal(t, "29 days", m.Rows[0].Cells[2].Age)
	require.Equal(t, []string{"pass", "1 day", "fail", "today"}, []string{
		m.Rows[1].Cells[0].Mark.Word, m.Rows[1].Cells[0].Age, m.Rows[1].Cells[1].Mark.Word, m.Rows[1].Cells[1].Age,
	})
}

// A kind of fault of which all was kept has passed, whatever another kind of the same run missed; a
// kind has the worst of its faults, and one that was not made has not passed.
func TestTheMatrixJudgesEachKindByItsOwn(t *testing.T) {
	a := kpi.Compute(example.Failing(), kpi.Settings{})
	var kept []kpi.Objective
	for _, o := range a.Result.Objectives {
		if o.OfFault("part-rabbitmq") || o.Verdict == kpi.Pass {
			kept = append(kept, o)
		}
	}
	r := a.Result
	r.Objectives = kept
	words := func() (all []string) {
		m := newMatrix([]coverage.Run{{Result: &r}}, r.Started)
		require.Equal(t, []string{"network.partition", "service.kill", "service.restart"}, m.Faults)
		for _, c := range m.Rows[0].Cells {
			all = append(all, c.Mark.Word)
		}
		return all
	}
	require.Equal(t, []string{"fail", "pass", "pass"}, words())
	r.Faults = slices.Clone(r.Faults)
	r.Faults[2].State = string(record.Skipped)
	require.Equal(t, []string{"fail", "pass", "not made"}, words())
	r.Faults = append(r.Faults, r.Faults[1])
	r.Faults[3].Fault = "service.kill"
	require.Equal(t, []string{"fail", "fail", "not made"}, words())
}

// What a trend says of a run has the figure in it, also of what was not over, or did not happen.
func TestATrendSaysTheFigures(t *testing.T) {
	a := kpi.Compute(example.Failing(), kpi.Settings{})
	var all []string
	for _, o := range a.Result.Objectives {
		if o.Measured != nil {
			all = append(all, words(o))
			require.Regexp(t, `[0-9]|none`, words(o), o.Expression)
		}
	}
	require.NotEmpty(t, all)
	require.Equal(t, "time to recover from X > 60 s (fail)", words(kpi.Objective{Text: "time to recover from X", Measured: new(60.0), Unit: "s", Censored: true, Verdict: kpi.Fail}))
	require.Equal(t, "time to recover from X none (pass)", words(kpi.Objective{Text: "time to recover from X", Measured: new(0.0), Unit: "s", None: true, Verdict: kpi.Pass}))
}
