package resource_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is what a kind strikes on a node of a simulated cloud of its own.
func simBed(t *testing.T, kind string) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	bed := bedOf(t, cloud.Inventory(), kind)
	bed.Reboot = func(context.Context) error { return cloud.Reboot(struck) }
	poor, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	for _, n := range poor.Nodes {
		n.SSH.User, n.SSH.Sudo = "eris", false
	}
	bed.Rootless = newPool(t, poor)
	for _, s := range bed.Cloud.ServicesOn(struck) {
		probe := inventory.ProbeScript(bed.Node, s)
		faulttest.Eventually(t, 20*time.Second, s.Name+" is up", func() bool {
			return bed.Runner.Run(t.Context(), struck, remote.Command{Script: probe, Root: true}).OK()
		})
	}
	return bed, cloud
}

// onSim runs each test on a cloud of its own, many at once. The name of a test
// has that of its kind in it.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t, t.Name())
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "resource", faulttest.New)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	t.Run("cpu.throttle", func(t *testing.T) {
		faulttest.Deadman(t, onSim, func() faults.Fault { return resource.NewCPUThrottle() })
	})
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, kind := range faulttest.Kinds(t, "resource") {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, cloud := simBed(t, kind)
			fault, ok := faulttest.New(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, startEngine, cloud.Inventory(), kind, fault)
		})
	}
}
