package faults_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// at aims at keystone on one node.
func at(node string) faults.Admit {
	return func(context.Context) (faults.Aim, error) {
		return faults.Aim{Only: []inventory.Ref{{Node: node, Service: "keystone"}}, Why: "it leads there"}, nil
	}
}

func TestOnlyWhomAFaultIsAimedAtIsStruck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		require.NoError(t, i.Fire(t.Context(), at("ctl-2")))
		synctest.Wait()
		require.Equal(t, "gone", s.cloud.nodes["ctl-1"].now(), "disarmed while the other is held")
		require.Equal(t, "held", s.cloud.nodes["ctl-2"].now())
		require.Equal(t, "it leads there", s.journal.synced[0].Fault.Aim)
		require.NoError(t, i.Hold(t.Context(), 10*time.Second))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		require.Equal(t, []record.FaultState{record.Preflight, record.Armed, record.Skipped}, s.journal.states("ctl-1"))
		require.Equal(t, "the fault is aimed at others: it leads there", i.Targets()[0].Reason)
		require.Equal(t, record.Undone, i.Targets()[1].State)
		require.Equal(t, 1, s.cloud.nodes["ctl-1"].undone)
	})
}

// A target that is spared and could not be disarmed holds up nobody who is
// struck, and is not forgotten.
func TestWhoCouldNotBeDisarmedIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, "ctl-1", "ctl-2")
		i := s.armed(t)
		cut := 0
		s.cloud.cut = func(node, verb string) *remote.Result {
			if node == "ctl-1" && verb == "end" && cut == 0 {
				cut++
				time.Sleep(2 * time.Second)
				return &remote.Result{State: remote.NotStarted, Err: errCut}
			}
			return nil
		}
		began := time.Now()
		require.NoError(t, i.Fire(t.Context(), at("ctl-2")))
		require.Less(t, time.Since(began), time.Second)
		require.NoError(t, i.Hold(t.Context(), 500*time.Millisecond))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, "gone", s.cloud.nodes["ctl-1"].now())
		require.Equal(t, record.Skipped, i.Targets()[0].State)
		require.Equal(t, record.Undone, i.State())
	})
}
