//go:build runtimes

package runtimes

import (
	"context"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// dockerBed is a container that Docker brings back by its policy.
func dockerBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, file := bedOf(t, "web")
	bed.Changed, bed.Trace = familytest.ContainerChanged("docker", "unless-stopped", ""), familytest.ContainerTrace("docker")
	bed.Disturb = familytest.DisturbPolicy("unless-stopped")
	return bed, file
}

// podmanBed is a container of Podman that a unit starts, as Kolla lays it.
func podmanBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	const keeper = "kolla-kept-container.service"
	bed, file := bedOf(t, "kept")
	bed.Changed, bed.Trace = familytest.ContainerChanged("podman", "", keeper), familytest.ContainerTrace("podman")
	bed.Disturb = familytest.DisturbUnit(keeper)
	return bed, file
}

// plainBed is a container of Podman that nobody brings back, and which is gone
// after the test.
func plainBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, file := bedOf(t, "kept")
	plain := *bed.Service
	plain.Runtime.Name, plain.Port = "plain", 8083
	bed.Service = &plain
	bed.Shell(t, "podman run --detach --name plain --network host --stop-timeout 1 localhost/web:1 /bin/busybox httpd -f -h /www -p 8083")
	t.Cleanup(func() {
		bed.Runner.Run(context.WithoutCancel(t.Context()), bed.Node.Name, remote.Command{Script: "podman rm --force --time 0 plain", Root: true})
	})
	bed.Changed, bed.Trace = familytest.ContainerChanged("podman", "", ""), familytest.ContainerTrace("podman")
	return bed, file
}

func TestEveryKindOnAContainerThatNobodyBringsBackOnARealNode(t *testing.T) {
	familytest.EveryKind(t, on(plainBed), []string{"service.stop", "service.kill", "service.freeze", "service.restart"}, familytest.ServiceFault)
}

func TestEveryKindOnAContainerOfDockerOnARealNode(t *testing.T) {
	familytest.EveryKind(t, on(dockerBed), familytest.ContainerKinds(), familytest.ServiceFault)
}

func TestEveryKindOnAContainerOfPodmanThatAUnitStartsOnARealNode(t *testing.T) {
	familytest.EveryKind(t, on(podmanBed), familytest.ContainerKinds(), familytest.ServiceFault)
}

func TestDeadmanOverAContainerOnARealNode(t *testing.T) {
	faulttest.Deadman(t, on(dockerBed), kill)
}

func TestEngineKilledOnAContainerOfDockerOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, familytest.ContainerKinds()), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return dockerBed(t)
	})
}
