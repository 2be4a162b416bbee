package middleware_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/middleware"
)

func TestWhatADesyncStrikes(t *testing.T) {
	s, err := (&middleware.Desync{}).Scripts(target(t, "ctl-1", "haproxy"))
	require.NoError(t, err)
	require.Equal(t, []string{"haproxy.service"}, s.Args)
	require.Equal(t, []string{"galera:haproxy.service"}, s.Resources)
	require.Contains(t, s.Tools, "mysql")
}

func TestWhatIsNotDesyncedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.desync")
	notDesynced(t, bed)
	for _, other := range []string{"ctl-1", "ctl-2"} {
		alone := bed
		alone.Node = bed.Cloud.NodeByName(other)
		alone.Shell(t, "systemctl kill -s KILL mariadb; systemctl stop mariadb")
	}
	faulttest.Eventually(t, time.Minute, "it is alone", func() bool { return unsynced(t, bed) })
	require.Contains(t, refused(t, bed, &middleware.Desync{}), "this member is not Synced but Initialized")
	bed.Shell(t, "systemctl stop mariadb")
	require.Contains(t, refused(t, bed, &middleware.Desync{}), "mariadb.service is not active")
}

// notDesynced tries what preflight has to refuse, and leaves all as it was.
func notDesynced(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	bed.Shell(t, "mysql -e 'set global wsrep_desync=ON'")
	require.Contains(t, refused(t, bed, &middleware.Desync{}), "wsrep_desync is ON already, by somebody else")
	bed.Shell(t, "mysql -e 'set global wsrep_desync=OFF'")
	faulttest.Eventually(t, time.Minute, "it is back", func() bool { return refused(t, bed, &middleware.Desync{}) == "" })
}

// What a database was told it forgets with its process.
func TestARestartEndsADesyncOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.desync")
	i := bed.LongRun("run-restart", "ann@desk").Struck(t, &middleware.Desync{})
	require.Equal(t, "the member is Donor/Desynced in a cluster of 3: 0 writes wait in its queue, it has asked the others to wait 0 times ever", i.Targets()[0].Effect)
	bed.Shell(t, "systemctl restart mariadb")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	require.False(t, unsynced(t, bed))
	bed.Clean(t)
}

// While the database hangs, it is not taken to be back.
func TestADesyncIsUndoneOnceTheDatabaseAnswersOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.desync")
	i := bed.LongRun("run-hung", "ann@desk").Struck(t, &middleware.Desync{})
	bed.Shell(t, "systemctl freeze mariadb")
	id := i.Targets()[0].Target.ID
	require.Contains(t, bed.Shell(t, "cd /run/eris/%s; ERIS_TOUCHED=yes sh undo.sh mariadb.service 2>&1; echo code $?", id), "the database does not answer\ncode 1")
	bed.Shell(t, "systemctl thaw mariadb")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, unsynced(t, bed))
	bed.Clean(t)
}
