package middleware_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/middleware"
)

// drain is a fault of Keystone's server on a node.
func drain(server, state string) *middleware.Drain {
	return &middleware.Drain{Backend: "keystone", Server: server, State: state, Socket: "/run/haproxy/admin.sock"}
}

func TestArgumentsOfADrain(t *testing.T) {
	s, err := drain("ctl-2", "maint").Scripts(target(t, "ctl-1", "haproxy"))
	require.NoError(t, err)
	require.Equal(t, "haproxy.service|/run/haproxy/admin.sock|keystone|ctl-2|maint", strings.Join(s.Args, "|"))
	require.Equal(t, []string{"haproxy:haproxy.service:keystone"}, s.Resources)

	for want, wrong := range map[string]*middleware.Drain{
		`backend: is missing, and has no default`:                  middleware.NewDrain(),
		`server: "a b" is not a name of haproxy`:                   drain("a b", "drain"),
		`state: "ready" is none of ["drain" "maint"]`:              drain("ctl-2", "ready"),
		`socket: "admin.sock" is not an absolute path`:             {Backend: "keystone", Server: "ctl-2", State: "drain", Socket: "admin.sock"},
		`server: "ctl-2;x" is not a name of haproxy: letters, dig`: drain("ctl-2;x", "drain"),
	} {
		_, err := wrong.Scripts(target(t, "ctl-1", "haproxy"))
		require.ErrorContains(t, err, want)
	}
}

func TestWhatIsNotDrainedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "haproxy.drain")
	notDrained(t, bed)
	bed.Shell(t, "systemctl stop haproxy")
	require.Contains(t, refused(t, bed, drain("ctl-2", "drain")), "haproxy.service is not active")
}

// notDrained tries what preflight has to refuse, and leaves all as it was.
func notDrained(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	elsewhere := drain("ctl-2", "drain")
	elsewhere.Socket = "/run/other.sock"
	require.Contains(t, refused(t, bed, elsewhere), "nobody answers at /run/other.sock")
	require.Contains(t, refused(t, bed, drain("ctl-9", "drain")), "haproxy has no server ctl-9 in a backend keystone")
	elsewhere = drain("ctl-2", "drain")
	elsewhere.Backend = "swift"
	require.Contains(t, refused(t, bed, elsewhere), "haproxy has no server ctl-2 in a backend swift")
	admin(t, bed, "set server keystone/ctl-2 state drain")
	require.Contains(t, refused(t, bed, drain("ctl-2", "drain")), "keystone/ctl-2 is drained already")
	require.Empty(t, refused(t, bed, drain("ctl-2", "maint")))
	admin(t, bed, "set server keystone/ctl-2 state maint")
	require.Contains(t, refused(t, bed, drain("ctl-2", "drain")), "keystone/ctl-2 is not ready but maint")
	admin(t, bed, "set server keystone/ctl-3 state drain")
	require.Contains(t, refused(t, bed, drain("ctl-1", "drain")), "no other server of keystone takes requests: without ctl-1 nobody would serve")
	admin(t, bed, "set server keystone/ctl-2 state ready")
	admin(t, bed, "set server keystone/ctl-3 state ready")
	faulttest.Eventually(t, time.Minute, "they take requests again", func() bool { return refused(t, bed, drain("ctl-1", "drain")) == "" })
}

// What takes requests when a fault is armed may be gone when it is fired.
func TestTheLastServerIsNotDrainedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "haproxy.drain")
	i := bed.LongRun("run-last", "ann@desk").Armed(t, drain("ctl-2", "drain"))
	admin(t, bed, "set server keystone/ctl-1 state maint")
	admin(t, bed, "set server keystone/ctl-3 state maint")
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "no other server of keystone takes requests by now")
	require.False(t, unasked(t, bed))
	admin(t, bed, "set server keystone/ctl-1 state ready")
	admin(t, bed, "set server keystone/ctl-3 state ready")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

func TestADrainGivesBackWhatWasOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "haproxy.drain")
	givesBack(t, bed)
}

// givesBack makes a server that was drained already rest, which is put back to
// what it was.
func givesBack(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	admin(t, bed, "set server keystone/ctl-2 state drain")
	drained := bed // by hand, and no fault has changed that
	drained.Changed = func(testing.TB, faulttest.Bed) bool { return false }
	i := drained.LongRun("run-back", "ann@desk").Struck(t, drain("ctl-2", "maint"))
	require.Contains(t, i.Targets()[0].Effect, "keystone/ctl-2 is MAINT: 0 sessions open, 0 begun since the inject, 2 other servers take requests")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Contains(t, admin(t, bed, "show stat"), "DRAIN")
	admin(t, bed, "set server keystone/ctl-2 state ready")
	require.False(t, unasked(t, bed))
	bed.Clean(t)
}

// A process that starts anew knows nothing of it, and there is nothing to undo.
func TestARestartEndsADrainOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "haproxy.drain")
	i := bed.LongRun("run-restart", "ann@desk").Struck(t, drain("ctl-2", "drain"))
	bed.Shell(t, "systemctl restart haproxy")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	require.NotContains(t, admin(t, bed, "show stat"), "DRAIN")
	bed.Clean(t)
}

// While haproxy hangs, the drain is not taken to be over.
func TestADrainIsUndoneOnceHaproxyAnswersOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "haproxy.drain")
	i := bed.LongRun("run-hung", "ann@desk").Struck(t, drain("ctl-2", "drain"))
	bed.Shell(t, "systemctl freeze haproxy")
	id := i.Targets()[0].Target.ID
	require.Contains(t, bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes sh undo.sh haproxy.service /run/haproxy/admin.sock keystone ctl-2 drain 2>&1; echo code $?", id), "haproxy does not answer at /run/haproxy/admin.sock\ncode 1")
	bed.Shell(t, "systemctl thaw haproxy")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.NotContains(t, admin(t, bed, "show stat"), "DRAIN")
	bed.Clean(t)
}
