package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// What the run is tried on is asked before a load is sent, once, and not without an end.
func TestWhatIsTestedIsAskedBeforeTheLoads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{}
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{tokens(work)}, Phases: scenarios.Phases{Warmup: time.Second, Baseline: time.Second, Chaos: time.Second}})
		s.Tested = func(ctx context.Context, _ loadgen.Env) *record.Tested {
			<-ctx.Done() // a node that gives no answer
			found := &record.Tested{Silent: []record.TestedSilence{{Node: "ctl-1", Why: "no answer"}}}
			found.Add(record.TestedKernel, "", "6.1", "ctl-2")
			return found
		}
		require.NoError(t, s.Execute(t.Context()))
		var at, loads []int
		for n, e := range s.seen() {
			if e.Tested != nil {
				at = append(at, n)
				require.Equal(t, "ctl-1", e.Tested.Silent[0].Node)
			}
			if e.Load != nil || e.Phase != nil {
				loads = append(loads, n)
			}
		}
		require.Len(t, at, 1)
		require.NotEmpty(t, loads)
		require.Less(t, at[0], loads[0])
	})
}
