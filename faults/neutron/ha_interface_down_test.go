package neutron_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
)

const conf = "/var/lib/neutron/ha_confs/" + router

func TestWhichRouterIsStruckOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	const other = "11111111-2222-4333-8444-555555555555"
	require.Empty(t, refused(t, bed, ""))
	require.Empty(t, refused(t, bed, router))
	require.Contains(t, refused(t, bed, other), "this node has no router "+other+": there is no namespace qrouter-"+other)
	bed.Shell(t, "touch /run/netns/qrouter-%s", other)
	require.Contains(t, refused(t, bed, ""), "this node has several routers, so that one has to be named (router): "+other+" "+router)
	require.Empty(t, refused(t, bed, router))
	require.Contains(t, refused(t, bed, other), "the namespace qrouter-"+other+" does not tell its interfaces")
	bed.Shell(t, `rm /run/netns/qrouter-%s; `+space+`ip -n "$space" link set dev ha-4d1e7f00-aa down`, other)
	require.Contains(t, refused(t, bed, ""), "ha-4d1e7f00-aa of router "+router+" is down already")
	bed.Shell(t, space+`ip -n "$space" link set dev ha-4d1e7f00-aa up; ip -n "$space" route add 198.51.100.0/24 dev ha-4d1e7f00-aa`)
	require.Contains(t, refused(t, bed, ""), "ha-4d1e7f00-aa has routes that the kernel does not make again: 198.51.100.0/24")
	bed.Shell(t, space+`ip -n "$space" route del 198.51.100.0/24; ip -n "$space" address del 169.254.192.11/18 dev ha-4d1e7f00-aa`)
	require.Contains(t, refused(t, bed, ""), "ha-4d1e7f00-aa has no address of its own")
	bed.Shell(t, space+`ip -n "$space" address add 169.254.192.11/18 dev ha-4d1e7f00-aa; kill -s KILL $(ip netns pids "$space")`)
	require.Contains(t, refused(t, bed, ""), "no keepalived runs in qrouter-"+router)
	bed.Shell(t, space+`ip netns delete "$space"`)
	require.Contains(t, refused(t, bed, ""), "this node has no router: there is no namespace")
}

// What keepalived gives to the node that leads is no part of what is restored.
func TestTheRouterStaysWhereItWentOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	before := bed.Fingerprint(t, down(""))
	require.Contains(t, before, "Address=inet 169.254.192.11/18 scope global\n")
	require.NotContains(t, before, "169.254.0.1")
	began := time.Now()
	i := bed.LongRun("run-moves", "ann@desk").Struck(t, down(""))
	require.Equal(t, "down: ha-4d1e7f00-aa of router "+router+", and the 3 addresses that it had here are gone", i.Targets()[0].Effect)
	if nobody := leading(t, bed) == nil; time.Since(began) < 3*time.Second { // they hear of it after 3.8 s
		require.True(t, nobody, "nobody has heard yet that the others are to take over")
	}
	faulttest.Eventually(t, faulttest.LongLease/2, "another one leads", func() bool { return leading(t, bed) != nil })
	require.NotEqual(t, bed.Node.Name, leading(t, bed).Name)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, down("")))
	require.NotEqual(t, bed.Node.Name, leading(t, bed).Name)
	bed.Clean(t)

	i = bed.LongRun("run-standby", "ann@desk").Struck(t, down(""))
	require.Equal(t, "down: ha-4d1e7f00-aa of router "+router+", which had none of its addresses here", i.Targets()[0].Effect)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A keepalived that hangs has the addresses still, as the one has that takes over:
// that is another fault than this one.
func TestAddressesThatStayAreNoEffectOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	run := bed.LongRun("run-hangs", "ann@desk")
	i := run.Armed(t, down(""))
	bed.Shell(t, space+`kill -s STOP $(ip netns pids "$space")`)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.Error(t, i.Fire(ctx, faulttest.Admit))
	bed.Shell(t, space+`kill -s CONT $(ip netns pids "$space")`)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

func TestARouterThatItsAgentTakesAwayIsOverOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-removed", "ann@desk").Struck(t, down(""))
	bed.Shell(t, space+`kill -s KILL $(ip netns pids "$space"); ip netns delete "$space"; rm -r %s`, conf)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	bed.Clean(t)
}

// A namespace that is gone is no proof that the router is, and one that is there
// again is not the one in which the interface was taken down.
func TestARouterThatIsBuiltAgainIsWaitedForOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	before := bed.Fingerprint(t, down(""))
	i := bed.LongRun("run-rebuilt", "ann@desk").Struck(t, down(""))
	id := i.Targets()[0].Target.ID
	bed.Shell(t, space+`kill -s KILL $(ip netns pids "$space"); ip netns delete "$space"`)
	require.Contains(t, bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes sh undo.sh %s -; echo code $?", id, id), "the namespace qrouter-"+router+" is gone: nothing to put back\ncode 0")
	require.Equal(t, "Router="+router+"\nNamespace=gone", bed.Shell(t, "cd /run/eris/%s; sh fingerprint.sh %s -", id, id))
	bed.Shell(t, "systemctl restart neutron-l3-agent")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, down("")))
	bed.Clean(t)
}

// While ip gives no answer, nothing is taken to be gone or as before.
func TestAnUndoWithoutAnAnswerIsNotDoneOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-silent", "ann@desk").Struck(t, down(""))
	id := i.Targets()[0].Target.ID
	const silent = `cd /run/eris/%s; sed 's/ip -n "\$space"/false/' %s.sh >silent.sh; ERIS_TOUCHED=yes sh silent.sh %s -; echo code $?`
	require.Equal(t, "code 1", bed.Shell(t, silent, id, "undo", id))
	require.Contains(t, bed.Shell(t, silent, id, "fingerprint", id), "code 1")
	bed.Shell(t, "rm /run/eris/%s/silent.sh", id)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// Without an answer, the addresses are not taken to be gone.
func TestAddressesThatAreNotToldAreNoEffectOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-untold", "ann@desk").Struck(t, down(""))
	id := i.Targets()[0].Target.ID
	const silent = `cd /run/eris/%s; sed 's/ip -n "\$space" -o%s address/false/' observe.sh >silent.sh; sh silent.sh %s -; echo code $?`
	for _, asked := range []string{"", " -4", ".*"} {
		require.Equal(t, "code 1", bed.Shell(t, silent, id, asked, id))
	}
	require.Contains(t, bed.Shell(t, silent, id, " nothing", id), "code 0")
	bed.Shell(t, "rm /run/eris/%s/silent.sh", id)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}
