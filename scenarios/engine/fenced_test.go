package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// A fault that no node let through was never injected, so it is not undone
// either, and what waits for that must not begin.
func TestNothingFollowsAFaultThatNeverWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := strike("first", scenarios.Start{}, 5*time.Second, keystone("ctl-1"))
		second := strike("second", scenarios.Start{After: "first", Event: scenarios.Undone}, 5*time.Second, keystone("ctl-2"))
		s := newScene(t, scenarios.Spec{Phases: scenarios.Phases{Warmup: time.Second, Baseline: 6 * time.Second, Chaos: 20 * time.Second, Recovery: time.Second}}, first, second)
		s.nodes.fenced = true
		require.NoError(t, s.Execute(t.Context()))
		require.NotContains(t, s.states("first"), record.Held)
		require.NotContains(t, s.states("second"), record.Injecting)
		require.Contains(t, s.states("second"), record.Skipped)
		require.Empty(t, s.ledger.Held("first"), "its budget is free again")
	})
}
