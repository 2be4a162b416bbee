package kpi_test

import (
	"encoding/json"
	"testing"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestDump(t *testing.T) {
	for name, r := range map[string]kpi.Record{"pass": example.Passing(), "cut": example.CutOff(), "unknown": example.Unknown(), "fail": example.Failing()} {
		a := kpi.Compute(r, kpi.Settings{})
		b, _ := json.MarshalIndent(a.Result, "", " ")
		_ = b
		t.Log(name, a.Result.Verdict, a.Result.Exit, a.Result.Summary, a.Settings.Sustain)
		for _, k := range a.Result.KPIs {
			v := "-"
			if k.Value != nil {
				v = kpi.Quantity(*k.Value, k.Unit)
			}
			t.Log("  ", k.Name, k.Scope, v, k.State, k.N, k.Detail)
		}
		for _, k := range a.Result.Objectives {
			t.Log("  ", k.Expression, k.Verdict, k.Detail)
		}
		for _, k := range a.Result.Quality {
			t.Log("  ", k.Assumption, k.Verdict, k.Detail)
		}
		for _, k := range a.Result.Gaps {
			t.Log("  ", k)
		}
		for _, l := range a.Loads {
			t.Logf("%+v", l.Bound)
		}
	}
}
