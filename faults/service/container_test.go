package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
)

// kept is the unit by which a container is started, as Kolla lays it.
const kept = "kolla-web-container.service"

// dockerBed is a container that Docker brings back by its policy.
func dockerBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	return familytest.SimulatedContainer(t, container.Spec{Engine: "docker", Restart: "unless-stopped"}, "")
}

// podmanBed is a container of Podman that a unit starts.
func podmanBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	return familytest.SimulatedContainer(t, container.Spec{Engine: "podman", Restart: "no", Waits: true}, kept)
}

func on(bedOf func(t *testing.T) (faulttest.Bed, string)) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := bedOf(t)
		f(t, bed)
	}
}

func TestEveryKindOnAContainerOfDockerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EveryKind(t, on(dockerBed), familytest.ContainerKinds(), familytest.ServiceFault)
}

func TestEveryKindOnAContainerThatAUnitStartsOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EveryKind(t, on(podmanBed), familytest.ContainerKinds(), familytest.ServiceFault)
}

func TestDeadmanOverAContainerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, on(dockerBed), func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOverAContainerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, familytest.ContainerKinds(), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return dockerBed(t)
	})
}

func TestScriptsOfAContainerArePure(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "service") {
		fault, _ := faulttest.New(kind)
		s, err := fault.Scripts(target(inventory.Container, "web", nil))
		if kind == "service.reload" {
			require.EqualError(t, err, `choose runtime: keystone runs as container "web": service.reload is not for that, only service.crash_loop, service.freeze, service.kill, service.restart, service.stop`)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{"container:web"}, s.Resources)
		faulttest.Subset(t, kind, s)
	}
	_, err := (&service.Stop{}).Scripts(target(inventory.Container, "-rm", nil))
	require.ErrorContains(t, err, `"-rm" is not the name of a container`)
}

func TestAContainerIsFoundOrRefusedByWhatIsKnownOfIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec  container.Spec
		more  []container.Spec
		first string
		kind  string
		want  string
	}{
		"in both engines": {spec: container.Spec{Engine: "docker", Restart: "always"}, more: []container.Spec{{Engine: "podman", Name: "web", Exec: "/usr/bin/web", Restart: "no"}}, want: "docker and podman both have a container web"},
		"in neither":      {spec: container.Spec{Engine: "docker", Restart: "always"}, kind: "nosuch", want: "no container nosuch: neither docker nor podman has one here"},
		"paused":          {spec: container.Spec{Engine: "docker", Restart: "always"}, first: "docker pause web", want: "web is paused, not running"},
		"removed":         {spec: container.Spec{Engine: "docker", Restart: "no", Remove: true}, want: "web is removed as soon as it ends (--rm)"},
		"a policy that nobody can hold": {spec: container.Spec{Engine: "podman", Restart: "always"},
			want: "web has the restart policy always, by which this podman brings back what is to stay down; it cannot change that"},
		"made anew": {spec: container.Spec{Engine: "podman", Restart: "no"}, first: `printf '[Service]\nExecStart=/usr/bin/podman run --name=web --rm web:1\n' >/etc/systemd/system/web.service`,
			want: "web is made anew by web.service each time that it starts: the inventory has to say unit: web.service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := familytest.SimulatedContainer(t, c.spec, "", c.more...)
			bed.Shell(t, "%s", c.first+"\ntrue")
			if c.kind != "" {
				bed.Service.Runtime.Name = c.kind
			}
			require.Contains(t, bed.Refusal(t, &service.Stop{}), c.want)
		})
	}
	bed, _ := familytest.SimulatedContainer(t, container.Spec{Engine: "podman", Restart: "always"}, "")
	kill := service.NewKill()
	require.Contains(t, bed.Refusal(t, kill), "it cannot change that")
	kill.KeepDown = false
	require.NoError(t, bed.NewRun("run-kill", "ann@desk").Injection(t, kill).Preflight(t.Context()), "it may come back")
	bed, _ = familytest.SimulatedContainer(t, container.Spec{Engine: "docker", Restart: "no"}, "")
	require.Contains(t, bed.Refusal(t, service.NewCrashLoop()), "nothing starts web again after a crash")
}

// A unit that only waits for its container is no target of what strikes processes.
func TestTheClientOfAContainerIsNoTarget(t *testing.T) {
	t.Parallel()
	bed, _ := podmanBed(t)
	bed.Service.Runtime = inventory.Runtime{Kind: inventory.Unit, Name: kept}
	for _, fault := range []faults.Fault{service.NewKill(), &service.Freeze{}, service.NewCrashLoop()} {
		require.Contains(t, bed.Refusal(t, fault), kept+" runs only podman, and the service in a container beside it: the inventory has to say container: NAME")
	}
	require.NoError(t, bed.NewRun("run-stop", "ann@desk").Injection(t, &service.Stop{}).Preflight(t.Context()), "which its own ExecStop passes on")
}

// What may come back does so by the engine, and the record says that the cloud
// healed; the policy is what it was all the while.
func TestWhatTheEngineHealsIsTheCloudsOwnOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, bedOf := range []func(t *testing.T) (faulttest.Bed, string){dockerBed, podmanBed} {
		bed, _ := bedOf(t)
		healedByItself(t, bed)
	}
}
