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

// The lost work of a fault is that of the run where it is the only one; of several nobody
// knows whose it is, and only that it is no more than all of it. What was not looked at is
// not none, and a fault that was never made has lost nothing and failed nothing.
func TestTheLostWorkOfAFault(t *testing.T) {
	of := func(rec kpi.Record, name string, kept ...*record.KeptEvent) map[string]kpi.KPI {
		rec.Events = slices.Clone(rec.Events)
		for _, k := range kept {
			rec.Events = append(rec.Events, record.Event{Kept: k})
		}
		found := map[string]kpi.KPI{}
		for _, k := range kpi.Compute(rec, kpi.Settings{}).Result.KPIs {
			if k.Name == name {
				found[k.Scope] = k
			}
		}
		return found
	}
	lost := &record.KeptEvent{Load: "tokens", Work: 9, Lost: []string{"server a: gone", "server b: gone"}, Unknown: []string{"server c: 503"}}
	none := &record.KeptEvent{Load: "tokens", Work: 9}
	for _, fault := range example.Passing().Meta.Faults {
		k := of(example.Passing(), "lost_work", lost)[fault.Name]
		require.Equal(t, []any{kpi.Measured, 2.0, 2.0, 3.0, 9}, []any{k.State, *k.Value, *k.Low, *k.High, k.N}, "one fault, and one thing nobody could be asked about")
		k = of(example.Passing(), "lost_work", none)[fault.Name]
		require.Equal(t, []any{kpi.Measured, 0.0, 0.0}, []any{k.State, *k.Value, *k.High}, "all is there")
		k = of(example.Passing(), "lost_work")[fault.Name]
		require.Equal(t, kpi.NotMeasured, k.State, "nobody looked")
		require.Nil(t, k.Value)
		require.Nil(t, k.High)
	}
	const who = "all that worker w1 has kept: it is lost"
	for _, fault := range example.Passing().Meta.Faults { // a worker is lost, and what it had kept
		k := of(example.Passing(), "lost_work", &record.KeptEvent{Load: "tokens", Work: 9, Unasked: []string{who}})[fault.Name]
		require.Equal(t, kpi.NotMeasured, k.State, "that none is known to be missing is not none")
		require.Nil(t, k.Value)
		require.Contains(t, k.Detail, who)
		k = of(example.Passing(), "lost_work", &record.KeptEvent{Load: "tokens", Work: 9, Lost: []string{"server a: gone"}, Unasked: []string{who}})[fault.Name]
		require.Equal(t, []any{kpi.Censored, 1.0}, []any{k.State, *k.Low}, "at least that")
		require.Nil(t, k.High)
	}
	several := example.Failing()
	require.Len(t, several.Meta.Faults, 3)
	for name, k := range of(several, "lost_work", &record.KeptEvent{Load: "tokens", Work: 9, Lost: []string{"server a: gone"}, Unasked: []string{who}}) {
		require.Equal(t, kpi.NotMeasured, k.State, name)
		require.Nil(t, k.High, name)
	}
	for name, k := range of(several, "lost_work", lost) {
		require.Nil(t, k.Value, name)
		require.Equal(t, []any{kpi.NotMeasured, 3.0, 9}, []any{k.State, *k.High, k.N}, name)
		require.Contains(t, k.Detail, "by which of 3 faults is not known", name)
	}
	for name, k := range of(several, "lost_work", none) {
		require.Equal(t, []any{kpi.Measured, 0.0}, []any{k.State, *k.Value}, "where nothing is missing, %s has lost nothing", name)
	}
	require.Positive(t, *of(several, "failed")["part-rabbitmq"].Value)
	for _, name := range []string{"lost_work", "failed"} { // it was never made
		k := of(example.Unknown(), name, lost)["lose-keystone"]
		require.Equal(t, kpi.None, k.State, name)
		require.Nil(t, k.High, name)
		require.Nil(t, k.Value, name)
	}
}
