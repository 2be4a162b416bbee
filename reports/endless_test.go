package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Of an imported fault whose undo nobody saw the page says that its end is not known, and no
// assumption that it was held as planned holds.
func TestTheEndOfAFaultThatNobodySawUndoneIsNotKnown(t *testing.T) {
	rec := example.Passing()
	for i := range rec.Meta.Faults {
		rec.Meta.Faults[i].Foreign = true
	}
	var seen []record.Event
	for _, e := range rec.Events {
		if e.Started != nil {
			e.Started = &rec.Meta
		}
		if e.Fault != nil && (e.Fault.State == record.Undoing || e.Fault.State == record.Undone) || e.Target != nil && e.Target.State == record.Undone {
			continue
		}
		seen = append(seen, e)
	}
	rec.Events = seen
	name := rec.Meta.Faults[0].Name
	require.Contains(t, page(t, rec), name+": when it ended is not known, it is hatched to the end")
	for _, q := range kpi.Compute(rec, kpi.Settings{}).Result.Quality {
		if q.Assumption == "every fault was held as planned" {
			require.Equal(t, kpi.Unknown, q.Verdict)
			require.Contains(t, q.Detail, "when "+name+" ended is not known")
		}
	}
}
