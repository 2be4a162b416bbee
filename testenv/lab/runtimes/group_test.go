//go:build runtimes

package runtimes

import (
	"context"
	"fmt"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// groupUser is as whom the containers of these tests run.
const groupUser = 4242

// groupBed is a container of that engine that has a limit of its memory and a user of
// its own, and which is gone after the test.
func groupBed(t *testing.T, engine, kind string) (faulttest.Bed, string) {
	t.Helper()
	bed, file := bedOf(t, "kept")
	own := *bed.Service
	own.Name, own.Runtime.Name, own.Port = "group", "group", 8084
	bed.Service = &own
	image, again := "web:1", "unless-stopped"
	if engine == "podman" {
		image, again = "localhost/web:1", "no"
	}
	bed.Shell(t, "%s run --detach --name group --network host --restart %s --memory %d --user %d --stop-timeout 1 %s /bin/busybox httpd -f -h /www -p 8084",
		engine, again, familytest.LeakedTo, groupUser, image)
	t.Cleanup(func() {
		bed.Runner.Run(context.WithoutCancel(t.Context()), bed.Node.Name, remote.Command{Script: engine + " rm --force group", Root: true})
	})
	bed.Changed = familytest.GroupChanged(engine, kind)
	return bed, file
}

func onGroup(engine string) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := groupBed(t, engine, path.Base(path.Dir(t.Name())))
		f(t, bed)
	}
}

// What strikes a service's processes or its control group strikes those of a container.
func TestEveryKindOfAGroupOnAContainerOfDockerOnARealNode(t *testing.T) {
	familytest.EveryKind(t, onGroup("docker"), []string{"memory.leak", "process.fd_exhaust", "process.syscall"}, faulttest.New)
}

func TestEveryKindOfAGroupOnAContainerOfPodmanOnARealNode(t *testing.T) {
	familytest.EveryKind(t, onGroup("podman"), familytest.GroupKinds(), faulttest.New)
}

// Docker without systemd keeps control groups by itself, which no setting limits.
func TestAContainerOfDockerWithoutAScopeIsNotLimitedOnARealNode(t *testing.T) {
	bed, _ := groupBed(t, "docker", "cpu.throttle")
	require.Contains(t, bed.Refusal(t, resource.NewCPUThrottle()), "the engine of group keeps its control group by itself")
}

// A container on its node's network is a client as any other: it is told by its user.
func TestALinkOfAContainerOnARealNode(t *testing.T) {
	for _, engine := range []string{"docker", "podman"} {
		t.Run(engine, func(t *testing.T) {
			bed, _ := groupBed(t, engine, "link.reset")
			reset := link.NewReset()
			reset.To = "web"
			ask := fmt.Sprintf("setpriv --reuid=%d --clear-groups curl -s -m 3 -o /dev/null http://%s:8081/; echo $?", groupUser, bed.Node.Address.Addr())
			require.Equal(t, "0", bed.Shell(t, "%s", ask))
			i := bed.NewRun("run-link", "ann@desk").Struck(t, reset)
			require.Contains(t, i.Targets()[0].Effect, "each connection asked")
			require.NotEqual(t, "0", bed.Shell(t, "%s", ask), "its user's connections are reset")
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			require.Equal(t, "0", bed.Shell(t, "%s", ask))
			bed.Clean(t)
		})
	}
}
