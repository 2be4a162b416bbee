package reports_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// setOf are repetitions of an example, each changed by its number.
func setOf(name string, n int, change func(n int, r *kpi.Result)) *reports.Set {
	s := &reports.Set{Name: name}
	for i := range n {
		rec := example.Failing()
		run := &reports.Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}
		change(i, &run.Analysis.Result)
		s.Runs = append(s.Runs, run)
	}
	return s
}

func measures(o *kpi.Objective, value float64) {
	o.Measured, o.Low, o.High, o.Censored, o.WhyOpen = &value, &value, &value, false, ""
}

func TestAComparisonSaysWhatIsWorseAndWhatDiffers(t *testing.T) {
	const p99 = 4 // whose limit is measured itself
	a := setOf("before", 3, func(n int, r *kpi.Result) {
		measures(&r.Objectives[1], 20+float64(n)/10) // time to recover
		measures(&r.Objectives[0], 0.97)
		measures(&r.Objectives[p99], 2.16)
	})
	b := setOf("after", 4, func(n int, r *kpi.Result) {
		measures(&r.Objectives[1], 40+float64(n)/10)
		measures(&r.Objectives[0], 0.97)
		measures(&r.Objectives[p99], 2.16)
		r.Cloud.Name, r.Seed = "staging", 7
	})
	c, err := reports.Compare(a, b, false)
	require.NoError(t, err)
	require.True(t, c.Worse())
	require.Equal(t, []string{"cloud: lab, then staging", "seed: 4242, then 7"}, c.Differ)
	require.Equal(t, []kpi.Word{kpi.Same, kpi.Worse, kpi.Same}, []kpi.Word{c.List[0].Word, c.List[1].Word, c.List[2].Word})
	var text, document bytes.Buffer
	require.NoError(t, c.WriteText(&text))
	require.Contains(t, text.String(), "A  before, 3 repetitions: 3 fail\nB  after, 4 repetitions: 4 fail\n!  cloud: lab, then staging\n")
	require.Regexp(t, `(?m)^  worse +time to recover from kill-keystone +≤ 60 s +20\.1 s +40\.2 s +\+20\.1 s +\+19\.\d s to \+20\.\d s +3/3, 4/4`, text.String())
	require.Regexp(t, `(?m)^  same +p99 of tokens in chaos, how far within its limit +measured +−932 ms +−932 ms`, text.String())
	require.NoError(t, c.WriteJSON(&document))
	var read reports.Comparison
	require.NoError(t, json.Unmarshal(document.Bytes(), &read))
	require.Equal(t, "eris.comparison/v1", read.Schema)
	require.Equal(t, c.List, read.List)

	same, err := reports.Compare(a, a, false)
	require.NoError(t, err)
	require.False(t, same.Worse())
	require.Empty(t, same.Differ)
}

func TestDifferentScenariosAreNotCompared(t *testing.T) {
	a := setOf("before", 1, func(int, *kpi.Result) {})
	b := setOf("after", 1, func(_ int, r *kpi.Result) { r.Scenario.SHA256 = "0123456789" })
	_, err := reports.Compare(a, b, false)
	require.EqualError(t, err, "run 20261121T093000Z-keystone-token-storm-7f3c is of the scenario keystone-token-storm (sha256 01234567), and run 20261121T093000Z-keystone-token-storm-7f3c of keystone-token-storm (sha256 91ab3f6e)")
	c, err := reports.Compare(a, b, true)
	require.NoError(t, err)
	require.Equal(t, []string{"scenario: 91ab3f6e, then 01234567"}, c.Differ)
	for _, change := range c.List {
		require.Equal(t, kpi.CannotTell, change.Word)
		require.NotEmpty(t, change.Why)
	}
	b.Runs[0].Record.Meta.Loads[0].Name = "another"
	b.Runs = append(b.Runs, a.Runs...)
	_, err = reports.Compare(a, b, true)
	require.ErrorContains(t, err, "run 2 of after has the load tokens")
}

// Figures by different thresholds are not of the same thing: the comparison says which they are.
func TestAComparisonNamesThresholdsThatDiffer(t *testing.T) {
	judged := func(set *record.Thresholds) *reports.Set {
		rec := example.Passing()
		rec.Meta.Thresholds = set
		return &reports.Set{Name: "x", Runs: []*reports.Run{{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}}}
	}
	c, err := reports.Compare(judged(nil), judged(&record.Thresholds{Down: 0.9, HealthyFor: 5 * time.Second}), false)
	require.NoError(t, err)
	require.Equal(t, []string{"threshold healthy_for: 13 s, then 5 s", "threshold down: 50 %, then 90 %"}, c.Differ)
	mixed := judged(nil)
	mixed.Runs = append(mixed.Runs, judged(&record.Thresholds{Down: 0.9}).Runs...)
	c, err = reports.Compare(mixed, mixed, false)
	require.NoError(t, err)
	require.Equal(t, []string{"threshold down: 50 % and 90 %, then 50 % and 90 %"}, c.Differ)
}

// A run of which nothing is claimed counts for nothing in a comparison and in what a set comes to,
// and both say so and why.
func TestRunsThatAreNotWholeCountForNothingAndThatIsSaid(t *testing.T) {
	whole := setOf("before", 3, func(int, *kpi.Result) {})
	torn := setOf("after", 3, func(n int, r *kpi.Result) {
		r.Verdict, r.Summary = kpi.Unknown, "The record is not whole, so nothing is claimed: they go back in time."
		if n == 2 {
			r.Summary = "Something else."
		}
		r.Quality[0].Verdict = kpi.Unknown
	})
	c, err := reports.Compare(whole, torn, false)
	require.NoError(t, err)
	require.Contains(t, c.Differ, "3 of B's repetitions did not come to their end, or have no whole record, and count for nothing")
	for _, x := range c.List {
		require.Equal(t, kpi.CannotTell, x.Word)
		require.Zero(t, x.NB)
	}
	page := htmlOf(t, func(to *bytes.Buffer) error { return torn.WriteHTML(to, "") })
	require.Contains(t, page, "3 repetitions: 3 unknown. Of 2 of these: The record is not whole, so nothing is claimed: they go back in time.</p>")
	require.Contains(t, page, "<td class=\"n\">0 of 3</td>")
}

// What did not happen is none in each table of a set and of a comparison, and a side that is one
// run is no plural.
func TestNoneIsNoneInEachTable(t *testing.T) {
	none := func(n int) *reports.Set {
		return setOf("x", n, func(_ int, r *kpi.Result) {
			o := &r.Objectives[1]
			o.Measured, o.Low, o.High, o.None = new(0.0), new(0.0), new(0.25), true
		})
	}
	page := htmlOf(t, func(to *bytes.Buffer) error { return none(3).WriteHTML(to, "") })
	require.Regexp(t, `time_to_recover\(&#34;kill-keystone&#34;\)[^/]*</code></th><td class="n">≤ 60 s</td><td class="n">none</td><td class="n">3 of 3</td>`, page)
	one := none(1)
	one.Runs[0].Analysis.Meta.Loads = nil
	c, err := reports.Compare(none(3), one, true)
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, c.WriteText(&text))
	require.Contains(t, text.String(), "B  x, 1 repetition: 1 fail\n")
	require.Contains(t, text.String(), "!  load: tokens keystone.issue_token, then not recorded\n")
	same, err := reports.Compare(none(3), none(3), false)
	require.NoError(t, err)
	text.Reset()
	require.NoError(t, same.WriteText(&text))
	require.Regexp(t, `(?m)^  same +time to recover from kill-keystone +≤ 60 s +none +none +0 s +−250 ms to \+250 ms`, text.String())
}
