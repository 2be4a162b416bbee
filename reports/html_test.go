package reports_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func TestDraft(t *testing.T) {
	for name, r := range map[string]kpi.Record{"pass": example.Passing(), "cut": example.CutOff(), "unknown": example.Unknown(), "fail": example.Failing()} {
		var b bytes.Buffer
		a := kpi.Compute(r, kpi.Settings{})
		var x bytes.Buffer
		require.NoError(t, reports.WriteText(&x, a))
		t.Log(x.String())
		require.NoError(t, reports.WriteHTML(&b, kpi.Compute(r, kpi.Settings{})))
		t.Log(name, b.Len())
		if dir := os.Getenv("DRAFT"); dir != "" {
			require.NoError(t, os.WriteFile(dir+"/report-"+name+".html", b.Bytes(), 0o644))
		}
	}
}
