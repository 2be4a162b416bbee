package publish

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A run that still goes on is in the list of runs, and decides nothing: it is neither what the
// newest run of a scenario came to nor a point of a trend.
func TestARunThatStillGoesOnIsNoResult(t *testing.T) {
	rec := example.Passing()
	a := kpi.Compute(rec, kpi.Settings{})
	one := coverage.Run{Dir: "a", Result: &a.Result, Meta: rec.Meta}
	going := one
	going.Dir, going.Going = "b", true
	o := Options{Now: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)}
	whole := newIndex([]coverage.Run{one}, nil, o, &reports.Hiding{})
	both := newIndex([]coverage.Run{one, going}, nil, o, &reports.Hiding{})
	require.Equal(t, whole.Matrix, both.Matrix)
	require.Equal(t, whole.Trends, both.Trends)
	require.Len(t, both.Runs, 2)
}
