package collectors_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// An agent whose unit was stopped is not alive after its time, and the others are; so it
// is with the services of Nova and Cinder, and with hypervisors.
func TestAStoppedUnitIsSeenByTheAPIs(t *testing.T) {
	sim, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1, Dir: t.TempDir(), Silent: time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })
	cloud, err := inventory.Load(sim.Inventory())
	require.NoError(t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	askers := map[string]collectors.Asker{}
	for name, c := range directs(t, "http://127.0.0.1:1") {
		reader, err := openstack.NewReader(loadgen.Env{Run: "test", Clouds: sim.Clouds(), Cloud: sim.Name()})
		require.NoError(t, err)
		askers[name] = opened(t, c, reader)
		t.Cleanup(askers[name].Close)
	}
	said := func(name string) string {
		readings, err := askers[name].Ask(t.Context())
		require.NoError(t, err, name)
		kind, _ := collectors.Catalogue().Lookup(name)
		return strings.Join(words(kind.New(), readings, err), "\n") + "\n"
	}
	alive := map[string]string{
		"neutron_agents": "neutron_agents.alive{host=%}{type=L3 agent} ", "nova_services": "nova_services.alive{binary=nova-compute}{host=%} ",
		"cinder_services": "cinder_services.alive{binary=cinder-volume}{host=%@simulated} ", "hypervisors": "hypervisors.alive{hypervisor=%} ",
	}
	for name, word := range alive {
		for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
			require.Contains(t, said(name), strings.Replace(word, "%", node, 1)+"1\n")
		}
	}
	require.Contains(t, said("hypervisors"), "hypervisors.vcpus{hypervisor=ctl-1} 4\n")
	quotas := said("quotas")
	for _, word := range []string{"quotas.used{api=compute}{resource=instances} 0\n", "quotas.limit{api=network}{resource=network} 100\n", "quotas.limit{api=volume}{resource=volumes} 100\n"} {
		require.Contains(t, quotas, word)
	}
	stopped := pool.Run(t.Context(), "ctl-2", remote.Command{Script: "systemctl stop neutron-l3-agent nova-compute cinder-volume", Root: true})
	require.True(t, stopped.OK(), "%s", stopped.Stderr)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for name, word := range alive {
		for !strings.Contains(said(name), strings.Replace(word, "%", "ctl-2", 1)+"0\n") {
			require.NoError(t, ctx.Err(), "%s: %s", name, said(name))
			time.Sleep(50 * time.Millisecond)
		}
		require.Contains(t, said(name), strings.Replace(word, "%", "ctl-1", 1)+"1\n")
	}
}
