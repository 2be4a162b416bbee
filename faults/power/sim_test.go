package power_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/enginetest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, behind a real IPMI.
func simBed(t *testing.T) (faulttest.Bed, *power.Keeper, string) {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	bed, keeper := bedOf(t, cloud.Inventory(), "ctl-2")
	fault, _ := faulttest.New("power.off")
	s, err := fault.Scripts(bed.Target())
	require.NoError(t, err)
	// A service can answer a moment before systemd takes it for started.
	faulttest.Eventually(t, 20*time.Second, "all services are up", func() bool {
		return bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: s.Healthy, Root: true}).OK() &&
			!strings.Contains(bed.Fingerprint(t, fault), "activating")
	})
	return bed, keeper, cloud.Inventory()
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _, _ := simBed(t)
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "power", faulttest.New)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, kind := range faulttest.Kinds(t, "power") {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, _, file := simBed(t)
			fault, ok := faulttest.New(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, enginetest.Start, file, kind, fault)
		})
	}
}
