package kpi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// lostOf judges a run that kept something, or nothing.
func lostOf(kept *record.KeptEvent, promise string) (kpi.Objective, *kpi.Analysis) {
	rec := example.Failing()
	rec.Meta.Objectives = []string{promise}
	if kept != nil {
		rec.Events = append(slices.Clone(rec.Events), record.Event{Kept: kept})
	}
	a := kpi.Compute(rec, kpi.Settings{})
	return a.Result.Objectives[0], a
}

func TestLostWorkIsCountedAndNotCheckedIsNotNone(t *testing.T) {
	listed := func(a *kpi.Analysis) *kpi.KPI {
		for _, k := range a.Result.KPIs {
			if k.Name == "lost" {
				return &k
			}
		}
		return nil
	}
	for what, c := range map[string]struct {
		kept    *record.KeptEvent
		verdict kpi.Verdict
		low     float64
		high    float64
		says    string
	}{
		"nobody looked":               {nil, kpi.Unknown, -1, -1, "the load kept nothing"},
		"none was kept":               {&record.KeptEvent{Load: "tokens"}, kpi.Unknown, -1, -1, "no iteration that was to be kept succeeded"},
		"of another load":             {&record.KeptEvent{Load: "other", Work: 3}, kpi.Unknown, -1, -1, "the load kept nothing"},
		"all there":                   {&record.KeptEvent{Load: "tokens", Work: 3}, kpi.Pass, 0, 0, ""},
		"one lost":                    {&record.KeptEvent{Load: "tokens", Work: 3, Lost: []string{"server a: gone"}}, kpi.Fail, 1, 1, "server a: gone"},
		"many, of which one is named": {&record.KeptEvent{Load: "tokens", Work: 3, Lost: []string{"2 of the messages 4 to 5: gone"}, LostMore: 1}, kpi.Fail, 2, 2, "2 of the messages 4 to 5: gone"},
		"many not asked for":          {&record.KeptEvent{Load: "tokens", Work: 3, Unknown: []string{"3 of the messages 1 to 3: refused"}, UnknownMore: 2}, kpi.Unknown, 0, 3, "3 could not be asked for: 3 of the messages 1 to 3: refused"},
		"one not asked for":           {&record.KeptEvent{Load: "tokens", Work: 3, Unknown: []string{"server b: 503"}}, kpi.Unknown, 0, 1, "1 could not be asked for: server b: 503"},
		"one lost, and a worker":      {&record.KeptEvent{Load: "tokens", Work: 3, Lost: []string{"server a: gone"}, Unasked: []string{"all that worker w1 has kept: it is lost"}}, kpi.Fail, 1, -1, "server a: gone; nobody could be asked for all that worker w1 has kept"},
		"one lost and one not":        {&record.KeptEvent{Load: "tokens", Work: 3, Lost: []string{"server a: gone"}, Unknown: []string{"server b: 503"}}, kpi.Fail, 1, 2, "server a: gone; 1 could not"},
	} {
		o, a := lostOf(c.kept, `lost("tokens") <= 0`)
		require.Equal(t, c.verdict, o.Verdict, what)
		k := listed(a)
		if c.low < 0 {
			require.Nil(t, k, what)
			require.Nil(t, o.Measured, what)
			require.Contains(t, o.Detail, c.says, what)
			continue
		}
		require.NotNil(t, k, what)
		if c.high < 0 {
			require.Equal(t, []any{c.low, 3, kpi.Censored}, []any{*k.Low, k.N, k.State}, what)
			require.Nil(t, k.High, what)
		} else {
			require.Equal(t, []any{c.low, c.high, 3, kpi.Measured}, []any{*k.Low, *k.High, k.N, k.State}, what)
		}
		require.Contains(t, k.Detail, c.says, what)
		gaps := slices.ContainsFunc(a.Result.Gaps, func(g kpi.Gap) bool {
			return g.What == "lost work of tokens" && g.Expected == "what the cloud acknowledged is there after recovery"
		})
		require.Equal(t, len(c.kept.Lost) > 0, gaps, what)
	}
}

// Where nobody could be asked what a worker had kept, that is listed, is no figure, and breaks an
// assumption by name: the verdict is unknown whatever was promised.
func TestWhatALostWorkerHasKeptIsUnknownByName(t *testing.T) {
	const who = "all that worker w1 has kept: it is lost: it was not heard of for 5s"
	rec := example.Failing()
	rec.Events = append(slices.Clone(rec.Events), record.Event{Worker: &record.WorkerEvent{Name: "w1", State: record.WorkerAccounted, Parts: []record.WorkerPart{{Load: "tokens"}}}},
		record.Event{Kept: &record.KeptEvent{Load: "tokens", Unasked: []string{who}}})
	rec.Meta.Objectives = []string{`lost("tokens") <= 0`}
	r := kpi.Compute(rec, kpi.Settings{}).Result
	require.Equal(t, kpi.Unknown, r.Objectives[0].Verdict)
	require.Contains(t, r.Objectives[0].Detail, who)
	i := slices.IndexFunc(r.KPIs, func(k kpi.KPI) bool { return k.Name == "lost" })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, kpi.NotMeasured, r.KPIs[i].State)
	require.Equal(t, "nobody could be asked for "+who, r.KPIs[i].Detail)
	i = slices.IndexFunc(r.Quality, func(q kpi.Quality) bool { return q.Assumption == "every worker sent its part" })
	require.Equal(t, kpi.Unknown, r.Quality[i].Verdict)
	require.Contains(t, r.Quality[i].Detail, "load tokens: nobody could be asked for "+who)
}
