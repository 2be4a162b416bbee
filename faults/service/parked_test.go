package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory/remote"
)

// parked is an armed fault of a simulated node whose inject is parked, with so long a
// lease.
func parked(t *testing.T, lease time.Duration) (bed faulttest.Bed, i *faults.Injection, id string) {
	t.Helper()
	bed, _ = simBed(t)
	run := bed.NewRun("run-parked", "ann@desk")
	run.Lease = lease
	i = run.Armed(t, &service.Stop{})
	id = i.Targets()[0].Target.ID
	require.Equal(t, "active", parkedUnit(t, bed, id))
	return bed, i, id
}

// parkedUnit says whether the unit of an inject runs on the node.
func parkedUnit(t *testing.T, bed faulttest.Bed, id string) string {
	t.Helper()
	return bed.Shell(t, "systemctl is-active eris-%s-inject.service || true", id)
}

// The unit of the inject runs before its trigger, and does what the word says.
func TestAnInjectIsParkedInItsUnit(t *testing.T) {
	t.Parallel()
	bed, i, id := parked(t, faulttest.LongLease)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	require.True(t, bed.Changed(t, bed))
	require.Equal(t, "inactive", parkedUnit(t, bed, id))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A parked inject does not outlive its fault, though its connection is open.
func TestAParkedInjectEndsWithItsLease(t *testing.T) {
	t.Parallel()
	bed, i, id := parked(t, faulttest.Lease)
	faulttest.Eventually(t, time.Minute, "the dead-man ends it", func() bool { return parkedUnit(t, bed, id) == "inactive" })
	require.Error(t, i.Fire(t.Context(), faulttest.Admit))
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// Whoever hands the inject over whole is not kept from it by one that is parked,
// whose connection may be one that nobody has seen end yet.
func TestAnInjectThatIsHandedOverWholeTakesAParkedOnesPlace(t *testing.T) {
	t.Parallel()
	bed, i, id := parked(t, faulttest.LongLease)
	result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: script.Call(), Args: []string{"inject", id}, Root: true})
	require.Contains(t, string(result.Stdout), "injected\neffect", "%v", result.Err)
	require.True(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.NotEqual(t, record.Stuck, i.State())
	bed.Clean(t)
}

// A unit that was restarted while its fault waited is killed as it is now.
func TestAUnitThatWasRestartedMeanwhileIsKilled(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	kill := service.NewKill()
	kill.KeepDown = false
	run := bed.LongRun("run-restarted", "ann@desk")
	i := run.Armed(t, kill)
	bed.Shell(t, "systemctl restart keystone.service")
	pid := bed.Shell(t, "systemctl show keystone.service -p MainPID --value")
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	faulttest.Eventually(t, time.Minute, "it is started again", func() bool {
		now := bed.Shell(t, "systemctl show keystone.service -p MainPID --value")
		return now != "0" && now != pid
	})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}
