package link_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
)

// dropsWhatever has the undo find that the proxy's unit does not go: the redirect goes
// all the same, and the undo has failed.
func dropsWhatever(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	f := link.NewReset()
	f.To = peer
	run := stepper(t, bed, f)
	begin(t, run)
	said, code := run("undo", `systemctl() { case $1 in show) echo loaded ;; esac; }
timeout() { false; }`)
	require.Equal(t, 1, code, said)
	require.Contains(t, said, "eris-"+id+"-link.service is still loaded")
	require.NotContains(t, bed.Shell(t, "nft list tables"), "eris-")
	said, code = run("undo")
	require.Zero(t, code, said)
}

func TestWhatIsLeftOfTheProxyKeepsNoRedirectOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	dropsWhatever(t, bed)
}

// toldByNobody has the unit end as the undo ends it: the redirect goes with it, and
// nothing tells that the fault has ended by itself.
func toldByNobody(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	f := link.NewReset()
	f.To = peer
	run := stepper(t, bed, f)
	begin(t, run)
	bed.Shell(t, "echo undoing >/run/eris/%[1]s/state; systemctl stop eris-%[1]s-link.service", id)
	require.NotContains(t, bed.Shell(t, "nft list tables"), "eris-")
	require.Empty(t, bed.Shell(t, "cat /run/eris/%s/ended 2>/dev/null; true", id))
}

func TestTheUndosOwnEndIsNoEndByItselfOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	toldByNobody(t, bed)
}

// The connections of before are those of before the redirect.
func TestTheOldOnesAreListedBeforeTheRedirectOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewDelay()
	f.To, f.Old = peer, true
	run := stepper(t, bed, f)
	for _, step := range []string{"preflight", "prepare"} {
		said, code := run(step)
		require.Zero(t, code, said)
	}
	said, code := run("inject", `nft() { if [ ! -e was ]; then echo unlisted; return 1; fi; : >loaded; }`)
	require.Zero(t, code, said)
	require.Equal(t, "yes", bed.Shell(t, "[ -e /run/eris/%s/loaded ] && echo yes", id))
}

// Who runs as the client's user since preflight is struck uncounted too.
func TestInjectLooksForStrangersAgainOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewReset()
	f.To = peer
	run := stepper(t, bed, f)
	for _, step := range []string{"preflight", "prepare"} {
		said, code := run(step)
		require.Zero(t, code, said)
	}
	bed.Shell(t, stranger)
	said, code := run("inject")
	require.Equal(t, 1, code)
	require.Equal(t, "not of memcached.service, but of its user, and so struck with it uncounted: stranger (9999)\n", said)
	require.NotContains(t, bed.Shell(t, "nft list tables"), "eris-")
	f.Shared = true
	run = stepper(t, bed, f)
	begin(t, run)
}

// A status that no connection of the client's got, since none was plain HTTP, is not held.
func TestAStatusThatNobodyGetsIsNotSeenOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	f := link.NewStatus()
	f.To = peer
	run := stepper(t, bed, f)
	begin(t, run)
	for counts, want := range map[string]int{"3 0 0 3": 1, "3 0 0 2": 0, "3 1 0 2": 0, "0 0 0 0": 0} {
		bed.Shell(t, "echo '%s' >/run/eris/%s/counts", counts, id) // the proxy writes what is new to it
		said, code := run("observe")
		require.Equal(t, want, code, "%s: %s", counts, said)
	}
}
