package faults_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// What somebody else has made is not asked for on any node: nothing of it is there by its id.
func TestNobodyIsAskedWhatBecameOfAnothersFault(t *testing.T) {
	events := []record.Event{
		{Started: &record.RunStarted{Faults: []record.FaultPlan{{Name: "hook", Foreign: true}, {Name: "ours"}}}},
		{At: 1, Target: &record.TargetEvent{Name: "hook", ID: "a", Target: record.Target{Node: "unknown"}, State: record.Held}},
		{At: 2, Target: &record.TargetEvent{Name: "ours", ID: "b", Target: record.Target{Node: "ctl-1"}, State: record.Undone}},
	}
	require.Empty(t, faults.Afterwards(t.Context(), events, nil, nil))
}
