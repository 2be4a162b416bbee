package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
)

// What comes for a container with a network of its own is passed on by the node, past
// the hooks that the rules are at: whoever asks from elsewhere would be answered.
func TestAContainerWithANetworkOfItsOwnIsRefused(t *testing.T) {
	t.Parallel()
	unplug, connections := network.NewUnplug(), network.NewConnections()
	unplug.Ports, connections.Ports = []int{8081}, []int{8081}
	all := []faults.Fault{unplug, &network.Hang{Ports: []int{8081}}, connections}
	bed, _ := familytest.SimulatedContainer(t, container.Spec{Engine: "docker", Restart: "no"}, "")
	for _, fault := range all {
		require.NotContains(t, bed.Refusal(t, fault), "network namespace")
	}
	bed.Shell(t, `pid=$(docker inspect -f '{{.State.Pid}}' web); rm "/proc/$pid/ns/net"; ln -s 'net:[4026532277]' "/proc/$pid/ns/net"`)
	for _, fault := range all {
		require.Contains(t, bed.Refusal(t, fault), "web has a network namespace of its own")
	}
}
