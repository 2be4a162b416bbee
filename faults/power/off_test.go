package power_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	driver "github.com/openstack-eris/eris/inventory/remote/power"
)

func target(kind inventory.Kind) faults.Target {
	node := &inventory.Node{Name: "ctl-1", Address: netip.MustParseAddrPort("192.0.2.1:22"), Power: &inventory.Power{Kind: inventory.IPMI}}
	return faults.Target{ID: "7f3c0a1e-x-1-1", Node: node, Cloud: &inventory.Cloud{Name: "c", Kind: kind, Nodes: []*inventory.Node{node}}}
}

func TestScriptsAreWithinTheSubsetAndTheSameForTheSameTarget(t *testing.T) {
	t.Parallel()
	for _, kind := range power.Kinds() {
		one, err := kind.New().Scripts(target(inventory.Real))
		require.NoError(t, err)
		two, err := kind.New().Scripts(target(inventory.Real))
		require.NoError(t, err)
		require.Equal(t, one, two)
		for _, text := range []string{one.Preflight, one.Fingerprint, one.Healthy} {
			require.Empty(t, script.Check("step", text))
		}
		require.Empty(t, one.Inject+one.Undo, "the node is not asked to do it")
	}
}

func TestWhatHasNoPowerOrIsNoNodeIsRefused(t *testing.T) {
	t.Parallel()
	bare := target(inventory.Real)
	bare.Node.Power = nil
	_, err := (&power.Off{}).Scripts(bare)
	require.ErrorIs(t, err, driver.ErrNone)
	service := target(inventory.Real)
	service.Service = &inventory.Service{Name: "keystone"}
	_, err = (&power.Off{}).Scripts(service)
	require.ErrorContains(t, err, "this fault strikes whole nodes")
}

func TestOnlyARealCloudNeedsTheOverride(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"no-autonomous-heal"}, (&power.Off{}).SafetyNets(target(inventory.Real)))
	require.Empty(t, (&power.Off{}).SafetyNets(target(inventory.Lab)))
	require.Empty(t, (&power.Off{}).SafetyNets(target(inventory.Simulated)))
}

func TestWithoutAKeeperAPowerFaultIsNotPlanned(t *testing.T) {
	t.Parallel()
	life := faults.New(faults.Deps{}, faults.Run{ID: "r"})
	_, err := life.Injection(faults.Spec{Name: "x", Fault: &power.Off{}, Timing: faults.NewTiming(0, 1e9, 0), Targets: []faults.Target{target(inventory.Lab)}})
	require.ErrorContains(t, err, "nobody would give its power back")
}
