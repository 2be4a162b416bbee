package kpi_test

import (
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

func TestTimeToSelfHealIsThatOfSomebodyElseThanEris(t *testing.T) {
	healed := func(r *kpi.Record) {
		rewrite(r, record.Undone, func(t *record.TargetEvent) { t.State, t.By = record.SelfHealed, "cloud" })
	}
	for name, c := range map[string]struct {
		change           func(*kpi.Record)
		state            kpi.State
		low, value, high float64
		detail           string
	}{
		"the cloud was seen to heal it": {func(r *kpi.Record) {
			healed(r)
			insert(r, 37*time.Second, record.Event{Healed: &record.HealedEvent{Fault: "lose-keystone", From: 33 * time.Second, At: 35 * time.Second}})
		}, kpi.Measured, 3, 5, 5, ""},
		"it was healed when it was to be undone": {healed, kpi.Measured, 0, 10, 10, "it was healed when Eris came to undo it"},
		"Eris undid it":                          {func(*kpi.Record) {}, kpi.Censored, 10, 10, 0, "Eris undid it before anybody else had healed it (by engine)"},
		"one of two": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) {
				if t.Target.Node == "ctl-2" {
					t.State, t.By = record.SelfHealed, "cloud"
				}
			})
		}, kpi.Censored, 10, 10, 0, "Eris undid it before anybody else had healed it (by cloud, engine)"},
		"it passes by itself": {func(r *kpi.Record) {
			r.Meta.Faults = []record.FaultPlan{r.Meta.Faults[0]}
			r.Meta.Faults[0].Passes = true
		}, kpi.None, 0, 0, 0, "its effect passes by itself"},
		"somebody else's fault": {func(r *kpi.Record) {
			r.Meta.Faults = []record.FaultPlan{r.Meta.Faults[0]}
			r.Meta.Faults[0].Foreign = true
		}, kpi.NotMeasured, 0, 0, 0, "it was made by somebody else, and nobody looked"},
	} {
		t.Run(name, func(t *testing.T) {
			k := figure(t, altered(c.change), "time_to_self_heal", "lose-keystone")
			require.Equal(t, c.state, k.State, k.Detail)
			require.Equal(t, c.detail, k.Detail)
			if k.State == kpi.Measured || k.State == kpi.Censored {
				require.InDelta(t, c.value, *k.Value, 0.01)
				require.InDelta(t, c.low, *k.Low, 0.01)
			} else {
				require.Nil(t, k.Value)
			}
			if k.State == kpi.Measured {
				require.InDelta(t, c.high, *k.High, 0.01)
			} else {
				require.Nil(t, k.High)
			}
		})
	}
}

func TestResidueTellsNoneZeroMissingAndBoundApart(t *testing.T) {
	stuck := func(r *kpi.Record) {
		rewrite(r, record.Undone, func(t *record.TargetEvent) { t.State, t.Reason = record.Stuck, "unit is masked" })
	}
	left := record.Event{Residue: &record.Residue{Node: "ctl-2", What: "fault f-lose-keystone: unit is masked"}}
	for name, c := range map[string]struct {
		change func(*kpi.Record)
		state  kpi.State
		value  float64
		detail string
	}{
		"nothing is left": {func(*kpi.Record) {}, kpi.Measured, 0, ""},
		"a server could not be taken": {func(r *kpi.Record) {
			insert(r, 79500*time.Millisecond, record.Event{Residue: &record.Residue{What: "server x"}})
		}, kpi.Measured, 1, "server x"},
		"one of two targets told": {func(r *kpi.Record) {
			stuck(r)
			insert(r, 50*time.Second, left)
		}, kpi.Censored, 1, "ctl-2 fault f-lose-keystone: unit is masked; what lose-keystone left on its targets nobody has seen"},
		"nobody looked": {stuck, kpi.NotMeasured, 0, "what lose-keystone left on its targets nobody has seen"},
		"cut off":       {func(r *kpi.Record) { r.CutOff = "it was killed" }, kpi.NotMeasured, 0, "the record ends before anybody had looked"},
		"readings that nobody can read": {func(r *kpi.Record) {
			r.Signals = func() iter.Seq2[record.Reading, error] {
				return func(yield func(record.Reading, error) bool) {
					yield(record.Reading{}, errors.New("they go back in time"))
				}
			}
		}, kpi.Measured, 0, ""},
		"nothing was touched": {func(r *kpi.Record) {
			var kept []record.Event
			for _, e := range r.Events {
				if e.Fault == nil && e.Target == nil {
					kept = append(kept, e)
				}
			}
			r.Events = kept
			r.Events[len(kept)-1].Ended = &record.RunEnded{Veto: "a host key differs"}
		}, kpi.None, 0, "nothing was touched"},
	} {
		t.Run(name, func(t *testing.T) {
			k := figure(t, altered(c.change), "residue", "run")
			require.Equal(t, c.state, k.State, k.Detail)
			require.Equal(t, c.detail, k.Detail)
			if k.State == kpi.Measured || k.State == kpi.Censored {
				require.InDelta(t, c.value, *k.Value, 0)
			} else {
				require.Nil(t, k.Value)
			}
		})
	}
}

// Each of the figures of a fault and of the run is one that an objective may ask for.
func TestObjectivesMayAskForEveryKPI(t *testing.T) {
	for expression, want := range map[string]kpi.Verdict{
		`degraded("lose-keystone") <= 60s`:           kpi.Pass,
		`degraded("lose-keystone") <= 1ms`:           kpi.Fail,
		`latency_ratio("lose-keystone") <= 100`:      kpi.Pass,
		`latency_ratio("lose-keystone") <= 1.1`:      kpi.Fail,
		`latency_difference("lose-keystone") <= 10s`: kpi.Pass,
		`latency_difference("lose-keystone") <= 1ms`: kpi.Fail,
		`time_to_self_heal("lose-keystone") <= 5s`:   kpi.Fail,
		`time_to_self_heal("lose-keystone") <= 60s`:  kpi.Unknown,
		`redundancy_restored("lose-keystone") <= 1m`: kpi.Unknown,
		`residue() == 0`:                        kpi.Pass,
		`time_to_effect("lose-keystone") <= 1s`: kpi.Pass,
		`failed("lose-keystone") <= 1`:          kpi.Fail,
		`lost_work("lose-keystone") <= 0`:       kpi.Unknown,
		`loss_gap("tokens") <= 1s`:              kpi.Unknown,
	} {
		o := altered(func(r *kpi.Record) { r.Meta.Objectives = []string{expression} }).Result.Objectives[0]
		require.Equal(t, want, o.Verdict, "%s: %s", expression, o.Detail)
		if want == kpi.Unknown {
			require.NotEmpty(t, o.Detail, expression)
		}
		require.NotEmpty(t, o.Text, expression)
	}
	asked := map[string]bool{}
	for _, f := range kpi.Functions() {
		asked[f.Name] = true
	}
	for _, k := range altered(func(*kpi.Record) {}).Result.KPIs {
		require.True(t, asked[k.Name], "%s is in the result, and no objective may ask for it", k.Name)
	}
}

func TestEveryKPIHasItsDefinitionItsSourceAndItsUnit(t *testing.T) {
	defined := map[string]kpi.Definition{}
	for _, d := range kpi.Definitions() {
		require.NotEmpty(t, d.Definition, d.Name)
		require.NotEmpty(t, d.Source, d.Name)
		require.NotContains(t, defined, d.Of+" "+d.Name)
		defined[d.Of+" "+d.Name] = d
	}
	r := altered(func(*kpi.Record) {}).Result
	require.Equal(t, kpi.Definitions(), r.Definitions)
	for _, k := range r.KPIs {
		of := map[string]string{"tokens": "load", "lose-keystone": "fault", "run": "run"}[k.Scope]
		d, is := defined[of+" "+k.Name]
		require.True(t, is, "%s of a %s is defined nowhere", k.Name, of)
		require.Equal(t, d.Unit, k.Unit, k.Name)
	}
}

// The ratio and the difference of percentiles both have an interval about them, of all answers.
func TestDegradationIsARatioAndADifference(t *testing.T) {
	a := altered(func(*kpi.Record) {})
	ratio, difference := figure(t, a, "latency_ratio", "lose-keystone"), figure(t, a, "latency_difference", "lose-keystone")
	require.Equal(t, ratio.Detail, difference.Detail, "of one load it is the same percentile")
	require.Greater(t, *ratio.Low, 1.0)
	require.Greater(t, *difference.Low, 0.0)
	require.Less(t, *difference.Low, *difference.Value)
	require.Less(t, *difference.Value, *difference.High)
	base := *difference.Value / (*ratio.Value - 1)
	require.InDelta(t, *a.Result.Loads[0].Windows["baseline"].P90MS/1000, base, 0.05, "difference and ratio are of one baseline")
	require.Greater(t, ratio.N, 100)
}
