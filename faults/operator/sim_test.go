package operator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, or a service on it.
func simBed(t *testing.T, service string) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file, service) })
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(service string) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := simBed(t, service)
		f(t, bed)
	}
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"", "memcached"} {
		t.Run("on "+service, func(t *testing.T) {
			t.Parallel()
			faulttest.Family(t, onSim(service), "operator", faultOf)
		})
	}
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim(""), func() faults.Fault {
		fault, _ := faultOf("script.run")
		return fault
	})
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "operator"), faultOf, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t, "memcached")
		return bed, cloud.Inventory()
	})
}

// From a machine beside the cloud a script is what any other fault is.
func TestAScriptOnAMachineBesideTheCloud(t *testing.T) {
	t.Parallel()
	faulttest.Kind(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := familytest.Simulated(t, func(file string) faulttest.Bed {
			bed := bedOf(t, file, "")
			bed.Node = bed.Cloud.NodeByName("fabric")
			require.True(t, bed.Node.Beside)
			return bed
		})
		f(t, bed)
	}, func() faults.Fault {
		run, err := scriptsIn(pages, example, name, address)
		require.NoError(t, err)
		run.Loses = inventory.Selector{Rack: "rack-3"}
		return run
	})
}

func TestAScriptOnAMachineBesideTheCloudSaysWhatIsLost(t *testing.T) {
	t.Parallel()
	_, cloud := simBed(t, "")
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	run, err := scriptsIn(pages, example, name, address)
	require.NoError(t, err)
	at := faults.Target{Node: read.NodeByName("fabric"), Cloud: read, ID: "7f3c0a1e-x-1-1"}
	_, err = run.Scripts(at)
	require.ErrorContains(t, err, "fabric is no member of the cloud, so loses has to say what of the cloud is lost")

	run.Loses = inventory.Selector{Rack: "rack-3"}
	_, err = run.Scripts(at)
	require.NoError(t, err)
	costs, err := run.Costs(read)
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "ctl-3"}}, costs)
	run.Loses = inventory.Selector{Rack: "rack-9"}
	_, err = run.Costs(read)
	require.ErrorContains(t, err, `loses: unknown rack "rack-9"`)
}
