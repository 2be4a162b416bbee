package link_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
)

// endEachByItself strikes two clients of one node at once, and ends the one while the
// other is held: each is verified by itself.
func endEachByItself(t *testing.T, bed faulttest.Bed, client, to string, first int) {
	t.Helper()
	other := bed
	other.Service = bed.Cloud.ServiceByName(client)
	slow := func(to string) faults.Fault {
		f := link.NewDelay()
		f.To = to
		return f
	}
	run := bed.NewRun("run-two", "ann@desk")
	run.Lease = time.Minute // the dead-man is to undo none
	both := []*faults.Injection{run.Struck(t, slow(peer))}
	two, err := run.Lifecycle.Injection(faults.Spec{
		Name: "other", Fault: slow(to), Timing: faults.NewTiming(0, 30*time.Second, run.Lease), Targets: []faults.Target{other.Target()},
	})
	require.NoError(t, err)
	require.NoError(t, two.Preflight(t.Context()))
	require.NoError(t, two.Arm(t.Context()))
	require.NoError(t, two.Fire(t.Context(), faulttest.Admit))
	both = append(both, two)
	require.NoError(t, both[first].Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, both[first].State(), "while the other is held")
	require.NoError(t, both[1-first].Hold(t.Context(), time.Second), "the end of the one does not touch the other")
	require.NoError(t, both[1-first].Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, both[1-first].State(), "though it began beside the other")
	bed.Clean(t)
}

func TestEachOfTwoLinksEndsByItselfOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for first, name := range []string{"the first one first", "the second one first"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t)
			endEachByItself(t, bed, "nova-api", "rabbitmq", first)
		})
	}
}
