package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
)

// The clocks of nodes that are watched and not struck are measured before the loads and after
// them, and those that are struck as ever.
func TestClocksOfWatchedNodesAreMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{
			Loads: []*scenarios.Load{tokens(&fakeWork{})}, Phases: scenarios.Phases{Warmup: time.Second, Baseline: time.Second, Chaos: time.Second},
		})
		s.plan.Collectors = []scenarios.PlannedCollector{{Name: "nodes", Nodes: []string{"ctl-3", "store-1"}}}
		require.NoError(t, s.Execute(t.Context()))
		taken := map[string][]time.Duration{}
		for _, e := range s.seen() {
			if e.Clock != nil {
				require.True(t, e.Clock.Beside)
				taken[e.Clock.Node] = append(taken[e.Clock.Node], e.Clock.Taken)
			}
		}
		require.Len(t, taken, 2)
		for _, node := range []string{"ctl-3", "store-1"} {
			require.Len(t, taken[node], 2)
			require.GreaterOrEqual(t, taken[node][1]-taken[node][0], 3*time.Second)
		}
	})
}
