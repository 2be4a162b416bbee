package power_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
)

// A controller that needs a second and a half for each request has not been given
// its order after ten seconds, and must be given it all the same: by who ends the
// fault, and by a cycle's worker.
func TestASlowControllerIsGivenItsOrder(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]struct{ cycles bool }{"ended": {false}, "left": {true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, service := redfishBed(t)
			run := bed.NewRun("run-slow-"+name, "ann@desk")
			if slow.cycles {
				i := run.Struck(t, &power.Cycle{OffFor: time.Second})
				service.SlowDown(1500 * time.Millisecond)
				faulttest.Eventually(t, 2*time.Minute, "its worker gives the power back", func() bool { return service.Machine.On() })
				service.SlowDown(0)
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				bed.Clean(t)
				return
			}
			i := run.Struck(t, &power.Off{})
			service.SlowDown(1500 * time.Millisecond)
			undone := make(chan error, 1)
			go func() { undone <- i.Undo(t.Context(), "engine", "") }()
			faulttest.Eventually(t, 2*time.Minute, "the power is back", func() bool { return service.Machine.On() })
			service.SlowDown(0)
			require.NoError(t, <-undone)
			require.Equal(t, record.Undone, i.State())
			bed.Clean(t)
		})
	}
}
