package neutron_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/neutron"
	"github.com/openstack-eris/eris/inventory/remote"
)

func namespace(router string) *neutron.RouterNamespace {
	return &neutron.RouterNamespace{Router: neutron.Router{Router: router}}
}

func TestWhatANamespaceIsOf(t *testing.T) {
	s, err := namespace(router).Scripts(target(t, "ctl-1", "neutron-l3-agent"))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-strike-1-1", router, "neutron-l3-agent.service"}, s.Args)
	require.Equal(t, []string{"neutron:router", "unit:neutron-l3-agent.service"}, s.Resources, "two faults of one router are one too many, and so is one of its agent")
	_, err = namespace("").Scripts(target(t, "ctl-1", "boxed"))
	require.ErrorContains(t, err, "only systemd units")
	_, err = namespace("").Scripts(target(t, "ctl-1", "keystone"))
	require.ErrorContains(t, err, "which is no L3 agent")
}

func TestWhichNamespaceIsNotTakenOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	refusal := func() string { return bed.Refusal(t, namespace("")) }
	require.Empty(t, refusal())
	const other = "/run/netns/qrouter-11111111-2222-4333-8444-555555555555"
	bed.Shell(t, "touch %s", other)
	require.Empty(t, bed.Refusal(t, namespace(router)), "its agent leaves the processes of other routers alone")
	bed.Shell(t, `mkdir -p /run/systemd/system/neutron-l3-agent.service.d
printf '[Service]\nKillMode=control-group\n' >/run/systemd/system/neutron-l3-agent.service.d/mode.conf; systemctl daemon-reload`)
	require.Contains(t, bed.Refusal(t, namespace(router)), "a restart of neutron-l3-agent.service, which the undo is, ends the processes of the node's other routers too (KillMode=control-group): qrouter-11111111")
	bed.Shell(t, "rm %s", other)
	require.Empty(t, refusal(), "and where there is no other, how the unit ends is all the same")
	bed.Shell(t, "systemctl stop neutron-l3-agent")
	require.Contains(t, refusal(), "neutron-l3-agent.service is inactive, and who is to build the router again has to run")
	bed.Shell(t, "systemctl start neutron-l3-agent")
	faulttest.Eventually(t, time.Minute, "its keepalived stays away, once the agent has looked at what there is", func() bool {
		bed.Shell(t, space+`kill -s KILL $(ip netns pids "$space"); true`)
		return strings.Contains(refusal(), "no keepalived runs in qrouter-"+router)
	})
}

// Who is in the namespace without being of the router is no process to be killed.
func TestANamespaceWithSomebodyInItIsRefusedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	_, err := cloud.Node(bed.Node.Name).Space("qrouter-"+router).Spawn("/user.slice", []string{"/usr/bin/tcpdump", "-ni", "any"})
	require.NoError(t, err)
	require.Contains(t, bed.Refusal(t, namespace("")), "in qrouter-"+router+" is what the agent has not started: tcpdump (")
}

// The name alone is nothing that a router needs.
func TestARouterOutlivesItsNameOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	run := bed.LongRun("run-name", "ann@desk") // who leads changes with a second try
	i := run.Struck(t, namespace(""))
	require.Equal(t, "gone: the namespace of router "+router+" with its 3 interfaces; it had 3 of the router's addresses here", i.Targets()[0].Effect)
	faulttest.Eventually(t, faulttest.LongLease/2, "another one leads", func() bool { return leading(t, bed) != nil })
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)

	faulttest.Eventually(t, time.Minute, "it is at rest", func() bool { return bed.Refusal(t, namespace("")) == "" })
	led := bed
	led.Node = leading(t, bed)
	led.Shell(t, space+`ip netns delete "$space"`)
	led.Shell(t, "sleep 5")
	require.Nil(t, leading(t, bed), "nobody else has taken the addresses, and the one that has them has no name")
}

// What has kept the old namespace keeps its interfaces, which the agent cannot make
// a second time then.
func TestWhoKeptTheOldNamespaceIsEndedByTheUndoOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	before := bed.Fingerprint(t, namespace(""))
	old := cloud.Node(bed.Node.Name).Space("qrouter-" + router)
	i := bed.LongRun("run-kept", "ann@desk").Struck(t, namespace(""))
	id := i.Targets()[0].Target.ID
	_, err := old.Spawn("/user.slice", []string{"keepalived", "-f", conf + "/keepalived.conf"}) // that the agent started at the wrong moment
	require.NoError(t, err)
	require.Equal(t, "code 1", bed.Shell(t, "cd /run/eris/%s; sh observe.sh %s - neutron-l3-agent.service; echo code $?", id, id))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, namespace("")))
	require.False(t, old.Held())
	bed.Clean(t)
}

// An agent that is building is let be: one that is started anew all the time never
// gets there.
func TestAnUndoThatIsRunAgainLetsTheAgentBuildOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-again", "ann@desk").Struck(t, namespace(""))
	id := i.Targets()[0].Target.ID
	starts := bed.Shell(t, `cd /run/eris/%s
for n in 1 2 3 4; do
	ERIS_TOUCHED=yes sh undo.sh %s - neutron-l3-agent.service || echo failed
	sleep 0.4
	systemctl show neutron-l3-agent -p InvocationID --value
done | sort -u | wc -l`, id, id)
	require.Equal(t, "1", starts)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// Half an inject leaves the name and no process, or nothing at all.
func TestAnUndoOfHalfAnInjectOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	for _, half := range []string{
		`kill -s KILL $(ip netns pids "$space")`,
		`kill -s KILL $(ip netns pids "$space"); ip netns delete "$space"`,
		`true`,
	} {
		before := bed.Fingerprint(t, namespace(""))
		i := bed.LongRun("run-half", "ann@desk").Struck(t, namespace(""))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		i = bed.LongRun("run-half-armed", "ann@desk").Armed(t, namespace(""))
		id := i.Targets()[0].Target.ID
		bed.Shell(t, "%s", space+half)
		said := bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes sh undo.sh %s - neutron-l3-agent.service; echo code $?", id, id)
		require.Equal(t, "code 0", said)
		faulttest.Eventually(t, faulttest.LongLease/2, "it is built", func() bool { return bed.Fingerprint(t, namespace("")) == before })
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		bed.Clean(t)
	}
}

func TestARouterThatIsTakenAwayIsNotBuiltAgainOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-taken", "ann@desk").Struck(t, namespace(""))
	bed.Shell(t, "rm -r %s", conf)
	agent := bed.Shell(t, "systemctl show neutron-l3-agent -p InvocationID --value")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, agent, bed.Shell(t, "systemctl show neutron-l3-agent -p InvocationID --value"))
	bed.Clean(t)
}

// A tool without an answer is no proof that nobody is in the namespace.
func TestANamespaceThatTellsNothingIsNotTakenOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	s, err := namespace("").Scripts(bed.Target())
	require.NoError(t, err)
	for _, step := range []string{s.Preflight, s.Inject} {
		silent := "stat() { return 1; }\n" + step
		said := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "mkdir -p /root/step; cd /root/step\n" + silent, Args: s.Args, Root: true})
		require.Equal(t, 1, said.Exit)
		require.Contains(t, string(said.Stdout)+string(said.Stderr), "the processes in qrouter-"+router+" do not tell their namespace")
	}
	require.False(t, bed.Changed(t, bed))
}

// The kernel gives the number of a namespace that is gone to the next one, whose
// processes are nobody's to end.
func TestAForeignNamespaceOfTheSameNumberIsLeftAloneOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	before := bed.Fingerprint(t, namespace(""))
	number := bed.Shell(t, space+`stat -c %%i "/run/netns/$space"`)
	i := bed.LongRun("run-number", "ann@desk").Struck(t, namespace(""))
	id := i.Targets()[0].Target.ID
	foreign := cloud.Node(bed.Node.Name).Space("qdhcp-foreign")
	_, err := foreign.Spawn("/user.slice", []string{"dnsmasq"})
	require.NoError(t, err)
	_, err = foreign.Spawn("/user.slice", []string{"tail", "-f", conf + ".log"}) // the id alone is no proof
	require.NoError(t, err)
	held := bed.Shell(t, "ip netns pids qdhcp-foreign")
	require.Len(t, strings.Fields(held), 2)
	require.Equal(t, number, bed.Shell(t, "stat -c %%i /run/netns/qdhcp-foreign"))
	require.Contains(t, bed.Shell(t, "stat -c %%N /proc/[0-9]*/ns/n[e]t"), "net:["+number+"]")

	const step = "cd /run/eris/%s; ERIS_TOUCHED=yes sh %s.sh %s - neutron-l3-agent.service; echo code $?"
	require.Contains(t, bed.Shell(t, step, id, "observe", id), "gone: the namespace of router "+router)
	require.Equal(t, "code 0", bed.Shell(t, step, id, "inject", id))
	require.Equal(t, held, bed.Shell(t, "ip netns pids qdhcp-foreign"))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, namespace("")))
	require.Equal(t, held, bed.Shell(t, "ip netns pids qdhcp-foreign"))
	bed.Clean(t)
}

// A namespace without a name that has got the number, as a container's, is known to
// be foreign by its processes alone.
func TestANamelessNamespaceOfTheSameNumberIsLeftAloneOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	i := bed.LongRun("run-nameless", "ann@desk").Struck(t, namespace(""))
	id := i.Targets()[0].Target.ID
	foreign := cloud.Node(bed.Node.Name).Space("boxed")
	pid, err := foreign.Spawn("/user.slice", []string{"nginx"})
	require.NoError(t, err)
	bed.Shell(t, "ip netns delete boxed")
	require.Contains(t, bed.Shell(t, "readlink /proc/%d/ns/net", pid), bed.Shell(t, "cat /run/eris/%s/number", id))
	require.Contains(t, bed.Shell(t, "cd /run/eris/%s; sh observe.sh %s - neutron-l3-agent.service", id, id), "gone: ")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.True(t, foreign.Held())
	bed.Clean(t)
}

// What preflight promised is asked again where it matters.
func TestWhatCameSincePreflightIsNotHarmedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	s, err := namespace("").Scripts(bed.Target())
	require.NoError(t, err)
	s.Args[1] = router
	inject := func() string {
		said := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "mkdir -p /root/step; cd /root/step\n" + s.Inject, Args: s.Args, Root: true})
		require.Equal(t, 1, said.Exit)
		require.False(t, bed.Changed(t, bed))
		return string(said.Stderr)
	}
	const other = "/run/netns/qrouter-11111111-2222-4333-8444-555555555555"
	bed.Shell(t, `mkdir -p /run/systemd/system/neutron-l3-agent.service.d
printf '[Service]\nKillMode=control-group\n' >/run/systemd/system/neutron-l3-agent.service.d/mode.conf; systemctl daemon-reload; touch %s`, other)
	require.Contains(t, inject(), "ends the processes of the node's other routers too (KillMode=control-group): qrouter-11111111")
	bed.Shell(t, "rm -r /root/step %s", other)
	pid, err := cloud.Node(bed.Node.Name).Space("qrouter-"+router).Spawn("/user.slice", []string{"/usr/bin/tcpdump", "-ni", "any"})
	require.NoError(t, err)
	require.Contains(t, inject(), "is what the agent has not started: tcpdump (")
	bed.Shell(t, "kill -s KILL %d; rm -r /root/step", pid)

	i := bed.LongRun("run-since", "ann@desk").Struck(t, namespace(router))
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "touch %s", other)
	agent := bed.Shell(t, "systemctl show neutron-l3-agent -p InvocationID --value")
	said := bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes sh undo.sh %s %s neutron-l3-agent.service; echo code $?", id, id, router)
	require.Contains(t, said, "router "+router+" is not built again yet: a restart of neutron-l3-agent.service")
	require.Contains(t, said, "code 1")
	require.Equal(t, agent, bed.Shell(t, "systemctl show neutron-l3-agent -p InvocationID --value"))
	bed.Shell(t, "rm %s", other)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// While nothing tells whose namespace is which, the effect is not seen, and nothing
// is undone.
func TestNamespacesThatAreNotToldAreNotTakenForGoneOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t)
	i := bed.LongRun("run-untold", "ann@desk").Struck(t, namespace(""))
	id := i.Targets()[0].Target.ID
	cloud.Node(bed.Node.Name).Space("qdhcp-foreign")
	const silent = `cd /run/eris/%s; sed 's/stat -c .%s /false /' %s.sh >silent.sh; ERIS_TOUCHED=yes sh silent.sh %s - neutron-l3-agent.service; echo code $?`
	require.Contains(t, bed.Shell(t, silent, id, "nothing", "observe", id), "code 0")
	for _, asked := range []string{"N", "i"} {
		for _, step := range []string{"observe", "undo"} {
			require.Equal(t, "code 1", bed.Shell(t, silent, id, asked, step, id), "%s %s", step, asked)
		}
	}
	bed.Shell(t, "rm /run/eris/%s/silent.sh", id)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}
