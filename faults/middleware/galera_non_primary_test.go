package middleware_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/middleware"
)

func TestWhatIsNotIsolatedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.non_primary")
	bed.Shell(t, "mysql -e 'set global wsrep_desync=ON'")
	require.Contains(t, refused(t, bed, &middleware.NonPrimary{}), "this member is not Synced but Donor/Desynced")
	bed.Shell(t, "mysql -e 'set global wsrep_desync=OFF'")
	i := bed.LongRun("run-late", "ann@desk").Armed(t, &middleware.NonPrimary{})
	other := bed
	other.Node = bed.Cloud.NodeByName("ctl-2")
	other.Shell(t, "systemctl stop mariadb")
	size := func() bool {
		return bed.Shell(t, `mysql -N -e "show status like 'wsrep_cluster_size'" | cut -f 2`) == "2"
	}
	faulttest.Eventually(t, faulttest.LongLease/2, "the other has left", size)
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "the cluster has 2 members by now: without this one nobody would have a majority")
	require.False(t, unsynced(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Contains(t, refused(t, bed, &middleware.NonPrimary{}), "the cluster has 2 members: without this one nobody would have a majority")
	bed.Shell(t, "mysql -e \"SET GLOBAL wsrep_provider_options='gmcast.isolate=1'\"")
	faulttest.Eventually(t, faulttest.LongLease/2, "it is alone", func() bool { return unsynced(t, bed) })
	require.Contains(t, refused(t, bed, &middleware.NonPrimary{}), "this member is in no primary component but non-Primary")
	bed.Shell(t, "systemctl stop mariadb")
	require.Contains(t, refused(t, bed, &middleware.NonPrimary{}), "mariadb.service is not active")
}

// An undo that comes while the others still wait for the member leaves it calling
// itself Synced though it is about to be given up; that does not count as healthy.
func TestAMemberThatIsSuspectedIsNotHealthyOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.non_primary")
	at := bed.Target()
	at.ID = "7f3c0a1e-strike-1-1"
	s, err := (&middleware.NonPrimary{}).Scripts(at)
	require.NoError(t, err)
	healthy := func() string {
		return bed.Shell(t, "set -- mariadb.service; (%s) >/dev/null 2>&1; echo $?", s.Healthy)
	}
	require.Equal(t, "0", healthy())
	began := time.Now()
	bed.Shell(t, "mysql -e \"SET GLOBAL wsrep_provider_options='gmcast.isolate=1'\"; sleep 1")
	if knows := unsynced(t, bed); time.Since(began) < 4*time.Second { // it does after 5 s
		require.False(t, knows, "it does not know yet")
	}
	require.Equal(t, "1", healthy())
	bed.Shell(t, "mysql -e \"SET GLOBAL wsrep_provider_options='gmcast.isolate=0'\"")
	faulttest.Eventually(t, faulttest.LongLease/2, "it is back", func() bool { return healthy() == "0" })
}

// What a database was told it forgets with its process.
func TestARestartEndsAnIsolationOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "galera.non_primary")
	i := bed.LongRun("run-restart", "ann@desk").Struck(t, &middleware.NonPrimary{})
	require.Equal(t, "the member is Initialized in a non-Primary component of 1, wsrep_ready is OFF", i.Targets()[0].Effect)
	bed.Shell(t, "systemctl restart mariadb")
	faulttest.Eventually(t, faulttest.LongLease/2, "it is back", func() bool { return !unsynced(t, bed) })
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	bed.Clean(t)
}
