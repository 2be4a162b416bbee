package volume_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/faults/volume"
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
	one, err := struck().Scripts(target(inventory.Real))
	require.NoError(t, err)
	two, err := struck().Scripts(target(inventory.Real))
	require.NoError(t, err)
	require.Equal(t, one, two)
	for _, text := range []string{one.Fingerprint, one.Healthy} {
		require.Empty(t, script.Check("step", text))
	}
	require.Empty(t, one.Inject+one.Undo, "the node is not asked to do it")
	require.Contains(t, one.Remedy, "OS_CLIENT_CONFIG_FILE='/etc/eris/clouds.yaml' openstack --os-cloud 'prod' volume show -c status -c attachments -c properties 'volume-fault'")
}

func TestOnlyANovaComputeIsStruckAndOnlyOne(t *testing.T) {
	t.Parallel()
	node := target(inventory.Real)
	node.Service = nil
	_, err := struck().Scripts(node)
	require.ErrorContains(t, err, "cmp-1: it is a whole node, and this fault strikes a nova-compute: select by service")
	backend := target(inventory.Real)
	backend.Service = &inventory.Service{Name: "cinder-volume", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "cinder-volume.service"}}
	_, err = struck().Scripts(backend)
	require.ErrorContains(t, err, `neither its name nor its unit "cinder-volume.service" says that it is a nova-compute`)
	two := target(inventory.Real)
	two.Others = []faults.Target{target(inventory.Real)}
	_, err = struck().Scripts(two)
	require.ErrorContains(t, err, "a volume is at a server of one host, and this fault is to strike 2")
	nowhere := target(inventory.Real)
	nowhere.Cloud = nil
	_, err = struck().Scripts(nowhere)
	require.ErrorContains(t, err, "nobody knows of which cloud it is")
}

func TestWhichVolumeHasToBeSaid(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, (&volume.Detach{}).Validate(), "volume is missing")
	for _, wrong := range []string{"a\nb", strings.Repeat("x", 256)} {
		require.ErrorContains(t, (&volume.Detach{Volume: wrong}).Validate(), "is neither an id nor a name")
	}
	require.NoError(t, (&volume.Detach{Volume: "data of web-1"}).Validate())
}

func TestNets(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"no-autonomous-heal"}, struck().SafetyNets(target(inventory.Real)))
	require.Empty(t, struck().SafetyNets(target(inventory.Lab)))
	used := struck()
	used.WithData = true
	require.Equal(t, []string{"no-autonomous-heal", "guest-data"}, used.SafetyNets(target(inventory.Real)))
	require.Equal(t, []string{"guest-data"}, used.SafetyNets(target(inventory.Simulated)))
}

func TestWithoutAKeeperItIsNotPlanned(t *testing.T) {
	t.Parallel()
	life := faults.New(faults.Deps{}, faults.Run{ID: "r"})
	_, err := life.Injection(faults.Spec{Name: "x", Fault: struck(), Timing: faults.NewTiming(0, 1e9, 0), Targets: []faults.Target{target(inventory.Lab)}})
	require.ErrorContains(t, err, "nobody would undo it")
}
