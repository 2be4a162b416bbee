package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// What somebody else has measured rests on how far its clock was from the run's: where
// nobody has said that, nothing passes.
func TestAJoinedLoadOfAnUnknownClockLetsNothingPass(t *testing.T) {
	result := record.JoinedResult{Load: "tokens", File: "results", Arrivals: 40, Cut: 1, Before: 2, After: 3, HooksOut: 4}
	judged := func(offset *time.Duration) (kpi.Quality, kpi.Verdict) {
		result.Offset = offset
		rec := example.Passing()
		rec.Meta.Joined = &record.Joined{Run: "a", Results: []record.JoinedResult{result, {Workload: "nothing of it is there"}}}
		r := kpi.Compute(rec, kpi.Settings{}).Result
		of := func(q kpi.Quality) bool { return q.Assumption == "load tokens is on the run's clock" }
		i := slices.IndexFunc(r.Quality, of)
		require.GreaterOrEqual(t, i, 0)
		require.False(t, slices.ContainsFunc(r.Quality[i+1:], of))
		return r.Quality[i], r.Verdict
	}
	const source = "40 arrivals of results (1 cut by the run's end, 2 before the run left out, 3 after it left out, 4 hooks left out): "
	row, verdict := judged(nil)
	require.Equal(t, kpi.Unknown, row.Verdict)
	require.Equal(t, source+"its times are by the clock of the machine that sent it, and nobody has said how far that was from the run's", row.Detail)
	require.Equal(t, kpi.Unknown, verdict)
	row, verdict = judged(new(-1500 * time.Millisecond))
	require.Equal(t, kpi.Pass, row.Verdict)
	require.Equal(t, source+"its clock was −1.5 s behind the run's, as somebody has said", row.Detail)
	require.Equal(t, kpi.Pass, verdict)
}
