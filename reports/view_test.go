package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestFaultsAreLinkedByTheirWholeNames(t *testing.T) {
	faults := []kpi.Fault{{Name: "f1"}, {Name: "f10"}, {Name: "kill"}, {Name: ""}}
	require.Equal(t, []Text{
		{Text: "From "}, {"f10", "fault-f10"}, {Text: ", "}, {"f1", "fault-f1"}, {Text: " and kill-keystone."},
	}, linked("From f10, f1 and kill-keystone.", faults))
}

func TestCommandCanBePasted(t *testing.T) {
	require.Equal(t, `eris run 'my file.yaml' --override 'net=it'\''s fine' ''`, command([]string{"eris", "run", "my file.yaml", "--override", "net=it's fine", ""}))
}

// An objective belongs to the fault that it asks for, however it is written: not
// to whatever has the same name, nor to what it is compared with.
func TestAnObjectiveIsOfWhatItAsksFor(t *testing.T) {
	for expressions, want := range map[string]struct{ result, recovery string }{
		`time_to_recover("lose-keystone") <= 30s`:                             {"pass", "lose-keystone · 10 s to 12 s · objective ≤ 30 s · ✓ pass"},
		`time_to_recover('lose-keystone') <= 30s`:                             {"pass", "lose-keystone · 10 s to 12 s · objective ≤ 30 s · ✓ pass"},
		`30s >= time_to_recover( "lose-keystone" )`:                           {"pass", "lose-keystone · 10 s to 12 s · objective ≤ 30 s · ✓ pass"},
		`time_to_recover_after_undo("lose-keystone") <= 30s`:                  {"pass", "lose-keystone · 10 s to 12 s"},
		`time_to_detect("lose-keystone") <= time_to_recover("lose-keystone")`: {"pass", "lose-keystone · 10 s to 12 s"},
		`availability("lose-keystone") >= 90%`:                                {"no objective", "lose-keystone · 10 s to 12 s"},
		`time_to_recover("lose-keystone") <= 30s and not understood`:          {"no objective", "lose-keystone · 10 s to 12 s"},
	} {
		rec := example.Passing()
		rec.Meta.Objectives = []string{expressions}
		rec.Meta.Loads[0].Name = "lose-keystone" // a load may have a fault's name
		a := kpi.Compute(rec, kpi.Settings{})
		require.Equal(t, want.result, faultRows(a)[0].Result.Word, expressions)
		require.Equal(t, want.recovery, recoveryCard(a).Note, expressions)
		require.Equal(t, want.result != "no objective", promises(a)[0].Link != "", expressions)
	}
}

// A factor of which not all is known is no figure of what is.
func TestAFactorThatIsOnlyABoundIsToldAsOne(t *testing.T) {
	k := kpi.KPI{Name: "latency_ratio", State: kpi.Measured, Value: new(2.0), Low: new(2.0), High: new(2.0)}
	require.Equal(t, "2×", factor(k, kpi.Objective{}))
	k.State, k.High = kpi.Censored, nil
	require.Equal(t, "> 2×", factor(k, kpi.Objective{}))
	require.Equal(t, "not known", factor(kpi.KPI{Name: k.Name, State: kpi.Censored, Value: new(0.72), Low: new(0.72), Partly: true}, kpi.Objective{}), "which says nothing")
	a := kpi.Compute(example.Passing(), kpi.Settings{})
	for n := range a.Result.KPIs {
		if a.Result.KPIs[n].Name == k.Name {
			a.Result.KPIs[n] = k
		}
	}
	a.Faults[0].Ratio = k
	require.Equal(t, "> 2×", ratioCard(a).Value)
	require.Equal(t, "unknown", ratioCard(a).Tone)
	require.Equal(t, "> 2×", faultRows(a)[0].Ratio)
}

// What did not happen, what was counted and is none, what was counted in part, what has not
// ended, what is not known to the last one, and what nobody measured, are told apart.
func TestFiguresOfAFaultAreToldApart(t *testing.T) {
	is := func(name, unit string, state kpi.State, figures ...*float64) kpi.KPI {
		k := kpi.KPI{Name: name, Unit: unit, State: state}
		k.Value, k.Low, k.High = figures[0], figures[1], figures[2]
		return k
	}
	for want, k := range map[string]kpi.KPI{
		"none":          is("time_to_recover", "s", kpi.None, nil, nil, nil),
		"none over 3 s": is("time_to_recover", "s", kpi.None, nil, new(0.0), new(3.0)),
		"> 3 s":         is("time_to_recover", "s", kpi.Censored, new(3.0), new(3.0), nil),
		"at least 0":    is("failed", "1", kpi.Censored, new(0.0), new(0.0), nil),
		"0":             is("lost_work", "1", kpi.Measured, new(0.0), new(0.0), new(0.0)),
		"0 to 1":        is("lost_work", "1", kpi.Measured, new(0.0), new(0.0), new(1.0)),
		"at least 2":    is("lost_work", "1", kpi.Censored, new(2.0), new(2.0), nil),
		"≤ 4":           is("lost_work", "1", kpi.NotMeasured, nil, nil, new(4.0)),
		"—":             is("lost_work", "1", kpi.NotMeasured, nil, nil, nil),
	} {
		require.Equal(t, want, ofFault(k, kpi.Objective{}))
	}
}
