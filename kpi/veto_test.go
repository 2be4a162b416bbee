package kpi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// The search for a maximum sends all that the cloud bears: a run that is refused after it
// has made no fault, and touched the cloud all the same.
func TestAVetoAfterTheSearchForAMaximumIsNotUntouched(t *testing.T) {
	for searched, want := range map[bool][2]string{
		false: {"Nothing was touched: ", "it was refused before the first fault, nothing was touched"},
		true:  {"No fault was made: ", "it was refused before the first fault, no fault was made"},
	} {
		rec := example.Passing()
		rec.Events = []record.Event{rec.Events[0]}
		if searched {
			rec.Events = append(rec.Events, record.Event{Maximum: &record.Maximum{Load: "tokens", Reason: "it is not borne"}})
		}
		rec.Events = append(rec.Events, record.Event{Ended: &record.RunEnded{Veto: "the maximum is unknown"}})
		a := kpi.Compute(rec, kpi.Settings{})
		require.Equal(t, want[0]+"the maximum is unknown.", a.Result.Summary)
		i := slices.IndexFunc(a.Result.Quality, func(q kpi.Quality) bool { return q.Assumption == "the run came to its end" })
		require.Equal(t, want[1], a.Result.Quality[i].Detail)
	}
}
