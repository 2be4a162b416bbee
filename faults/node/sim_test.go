package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/enginetest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own.
func simBed(t *testing.T) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	return faulttest.OnSimulated(t, bedOf(t, cloud.Inventory()), cloud), cloud
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t)
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "node", faulttest.New)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, kind := range faulttest.Kinds(t, "node") {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, cloud := simBed(t)
			fault, ok := faulttest.New(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, enginetest.Start, cloud.Inventory(), kind, fault)
		})
	}
}
