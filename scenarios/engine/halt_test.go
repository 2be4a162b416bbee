package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// While the fault that heard of a halt is undone and its targets settle, no other is to
// begin.
func TestAHaltStopsTheRunBeforeTheUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		var why error
		var then []record.FaultState
		s.stop = func(err error) { why, then = err, s.states("lose") }
		time.AfterFunc(5*time.Second, func() { s.nodes.set(func() { s.nodes.halted = true }) })
		require.Error(t, s.drive(t.Context(), s.faults["lose"]))
		var stopped *Stopped
		require.ErrorAs(t, why, &stopped)
		require.Equal(t, "halt", stopped.Cause)
		require.Contains(t, then, record.Held)
		require.NotContains(t, then, record.Undoing)
		require.Contains(t, s.states("lose"), record.Undone)
	})
}
