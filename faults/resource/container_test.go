package resource_test

import (
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
)

// contained is a container of that engine. Nobody but an undo starts that of Docker after
// a boot; a unit does it for that of Podman.
func contained(t *testing.T, engine, kind string) (faulttest.Bed, string) {
	t.Helper()
	spec, keeper := container.Spec{Engine: engine, Restart: "no", Memory: familytest.LeakedTo}, ""
	if engine == "podman" {
		spec.Waits, keeper = true, "kolla-web-container.service"
	}
	bed, file := familytest.SimulatedContainer(t, spec, keeper)
	bed.Changed = familytest.GroupChanged(engine, kind)
	return bed, file
}

func TestEveryKindOnAContainerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for engine, kinds := range map[string][]string{"docker": familytest.GroupKinds(), "podman": {"cpu.throttle", "process.fd_exhaust"}} {
		t.Run(engine, func(t *testing.T) {
			familytest.EveryKind(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
				t.Helper()
				t.Parallel()
				bed, _ := contained(t, engine, path.Base(path.Dir(t.Name())))
				f(t, bed)
			}, kinds, faulttest.New)
		})
	}
}

func TestEngineKilledOverAContainerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, familytest.GroupKinds(), faulttest.New, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return contained(t, "docker", kind)
	})
}

// What no unit or container runs has no group of its own that could be struck.
func TestWhatHasNoGroupIsRefused(t *testing.T) {
	for _, kind := range familytest.GroupKinds() {
		fault, _ := faulttest.New(kind)
		_, err := fault.Scripts(faults.Target{
			Node:    &inventory.Node{Name: "ctl-1"},
			Service: &inventory.Service{Name: "web", Runtime: inventory.Runtime{Kind: inventory.Pacemaker, Name: "www"}},
		})
		require.ErrorContains(t, err, `web runs as pacemaker "www", which this fault does not support yet: only units of systemd and containers`)
	}
}

// Limits are settings of systemd: what an engine keeps by itself has none.
func TestAContainerWithoutAScopeIsNotLimited(t *testing.T) {
	t.Parallel()
	bed, _ := familytest.SimulatedContainer(t, container.Spec{Engine: "docker", Restart: "no", Group: "/docker"}, "")
	require.Contains(t, bed.Refusal(t, resource.NewCPUThrottle()), "the engine of web keeps its control group by itself")
	removed, _ := familytest.SimulatedContainer(t, container.Spec{Engine: "docker", Restart: "no", Remove: true}, "")
	require.Contains(t, removed.Refusal(t, resource.NewFDExhaust()), "web is removed as soon as it ends (--rm), and nothing could start it again")
	bed.Shell(t, "docker stop web")
	require.Contains(t, bed.Refusal(t, resource.NewFDExhaust()), "web is exited, not active")
}
