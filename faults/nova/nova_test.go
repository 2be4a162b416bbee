package nova_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

func target(kind inventory.Kind) faults.Target {
	node := &inventory.Node{Name: "cmp-1", Address: netip.MustParseAddrPort("192.0.2.1:22")}
	return faults.Target{
		ID: "7f3c0a1e-x-1-1", Node: node, Service: &inventory.Service{Name: "nova-compute", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "nova-compute.service"}},
		Cloud: &inventory.Cloud{Name: "c", Kind: kind, Nodes: []*inventory.Node{node}, OpenStack: inventory.OpenStack{File: "/etc/eris/clouds.yaml", Cloud: "prod"}},
	}
}

func TestScriptsAreWithinTheSubsetAndTheSameForTheSameTarget(t *testing.T) {
	t.Parallel()
	for _, kind := range nova.Kinds() {
		one, err := kind.New().Scripts(target(inventory.Real))
		require.NoError(t, err)
		two, err := kind.New().Scripts(target(inventory.Real))
		require.NoError(t, err)
		require.Equal(t, one, two)
		for _, text := range []string{one.Fingerprint, one.Healthy} {
			require.Empty(t, script.Check("step", text))
		}
		require.Empty(t, one.Inject+one.Undo, "the node is not asked to do it")
		require.Contains(t, one.Remedy, "OS_CLIENT_CONFIG_FILE='/etc/eris/clouds.yaml' openstack --os-cloud 'prod' --os-compute-api-version 2.53 compute service set --enable")
	}
}

func TestOnlyANovaComputeIsStruck(t *testing.T) {
	t.Parallel()
	node := target(inventory.Real)
	node.Service = nil
	_, err := (&nova.ForceDown{}).Scripts(node)
	require.ErrorContains(t, err, "cmp-1: it is a whole node, and this fault strikes a nova-compute: select by service")
	other := target(inventory.Real)
	other.Service = &inventory.Service{Name: "nova-conductor", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "nova-conductor.service"}}
	_, err = (&nova.ComputeDisable{}).Scripts(other)
	require.ErrorContains(t, err, `neither its name nor its unit "nova-conductor.service" says that it is a nova-compute`)
	kolla := target(inventory.Real)
	kolla.Service = &inventory.Service{Name: "compute", Runtime: inventory.Runtime{Kind: inventory.Container, Name: "nova_compute"}}
	_, err = (&nova.ComputeDisable{}).Scripts(kolla)
	require.NoError(t, err)
}

func TestNets(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"no-autonomous-heal"}, (&nova.ComputeDisable{}).SafetyNets(target(inventory.Real)))
	require.Empty(t, (&nova.ForceDown{}).SafetyNets(target(inventory.Lab)))
	require.Equal(t, []string{"no-autonomous-heal", "servers-on-host"}, (&nova.ForceDown{WithServers: true}).SafetyNets(target(inventory.Real)))
	require.Equal(t, []string{"servers-on-host"}, (&nova.ForceDown{WithServers: true}).SafetyNets(target(inventory.Simulated)))
}

func TestWithoutAKeeperItIsNotPlanned(t *testing.T) {
	t.Parallel()
	life := faults.New(faults.Deps{}, faults.Run{ID: "r"})
	_, err := life.Injection(faults.Spec{Name: "x", Fault: &nova.ComputeDisable{}, Timing: faults.NewTiming(0, 1e9, 0), Targets: []faults.Target{target(inventory.Lab)}})
	require.ErrorContains(t, err, "nobody would undo it")
}
