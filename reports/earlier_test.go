package reports_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func TestWhatChangedInAnAnswerIsSaid(t *testing.T) {
	before, now := kpi.Compute(example.Passing(), kpi.Settings{}).Result, kpi.Compute(example.Passing(), kpi.Settings{}).Result
	require.Empty(t, reports.Changes(&before, &now))
	low, value := 4.0, 5.0
	for i := range now.KPIs {
		switch k := &now.KPIs[i]; k.Name + " " + k.Scope {
		case "time_to_recover lose-keystone":
			k.State, k.Value, k.Low, k.High = kpi.Censored, &value, &low, nil
		case "outage tokens":
			k.Low = &low // an interval by itself is none
		case "time_to_detect lose-keystone":
			k.State, k.Value = kpi.NotMeasured, nil
		case "degraded lose-keystone":
			k.Name = "sluggish" // what is new is none
		}
	}
	now.Verdict, now.Objectives[1].Verdict = kpi.Unknown, kpi.Unknown
	require.Equal(t, []string{
		"the verdict was pass, and is unknown",
		`time_to_recover("lose-keystone") <= 30s was pass, and is unknown`,
		"time_to_detect of lose-keystone was 803 ms, and is —",
		"time_to_recover of lose-keystone was 11 s, and is > 5 s",
	}, reports.Changes(&before, &now))
}

// The record is the truth: what cannot be read beside it keeps nobody from a report.
func TestADamagedAnswerIsNone(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "{\"schema\": \"eris.run/v1\", \"ver", "{\"schema\": \"eris.run/v9\"}"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o600))
		earlier, err := reports.Earlier(dir)
		require.NoError(t, err)
		require.Nil(t, earlier)
	}
}
