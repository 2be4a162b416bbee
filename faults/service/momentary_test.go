package service_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestWhatCannotBeReloadedOrCrashAgainIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Shell(t, `mkdir -p /etc/systemd/system/keystone.service.d
		printf '[Service]\nExecReload=\nRestart=on-success\n' >/etc/systemd/system/keystone.service.d/own.conf; systemctl daemon-reload`)
	require.Contains(t, bed.Refusal(t, &service.Reload{}), "keystone.service has no ExecReload=: it cannot be reloaded, only restarted")
	require.Contains(t, bed.Refusal(t, service.NewCrashLoop()), "keystone.service has Restart=on-success: after one crash systemd leaves it down")
	bed.Shell(t, "systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-crash-keystone.service sleep 60")
	require.Contains(t, bed.Refusal(t, service.NewCrashLoop()), "what another fault did to keystone.service is left here; eris heal removes it")
}

// A service whose crashes exceed systemd's start limit stays down, until the undo.
func TestACrashLoopBeyondTheStartLimitLeavesTheUnitFailed(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	loop := &service.CrashLoop{Every: 200 * time.Millisecond, Signal: "SEGV"}
	i := bed.LongRun("run-limit", "ann@desk").Struck(t, loop)
	failed := func() bool { return bed.Shell(t, "systemctl is-failed keystone.service") == "failed" }
	faulttest.Eventually(t, faulttest.LongLease/2, "systemd gives it up", failed)
	require.Equal(t, "start-limit-hit", bed.Shell(t, "systemctl show keystone.service -p Result --value"))
	require.False(t, i.Gone(t.Context()), "that nothing is left to crash is no healing")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.False(t, failed())
	bed.Clean(t)
}

// A unit that does not come back is no passed effect: it is held until the undo.
func TestARestartThatFailsIsHeldUntilTheUndo(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	run := bed.LongRun("run-fails", "ann@desk")
	i := run.Struck(t, &service.Restart{}, func() {
		bed.Shell(t, `mkdir -p /run/systemd/system/keystone.service.d; touch /run/blocked
			printf '[Unit]\nConditionPathExists=!/run/blocked\n' >/run/systemd/system/keystone.service.d/own.conf; systemctl daemon-reload`)
	})
	bed.Shell(t, "sleep 2")
	require.True(t, i.Kept(t.Context()), "it is still down")
	require.False(t, i.Gone(t.Context()))
	require.True(t, bed.Changed(t, bed))
	bed.Shell(t, "rm -r /run/blocked /run/systemd/system/keystone.service.d; systemctl daemon-reload")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "engine", i.Targets()[0].By)
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

// A service takes longer to work than systemd takes to call it active.
func TestTheGapOfARestartIsMeasuredByTheServicesOwnProbe(t *testing.T) {
	t.Parallel()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	bed := bedOf(t, cloud.Inventory(), "keystone")
	bed = faulttest.OnSimulated(t, bed, cloud)
	run := bed.LongRun("run-gap", "ann@desk")
	i := run.Struck(t, &service.Restart{})
	require.Eventually(t, func() bool { return !i.Kept(t.Context()) }, faulttest.LongLease/2, 100*time.Millisecond)
	held, over := run.Journal.Target(t, record.Held), run.Journal.Target(t, record.Undoing)
	var inactive, idle, failed, looks int
	n, err := fmt.Sscanf(over.Reason, "it ended by itself: keystone.service was not active for %d ms, and did not do its work for %d ms, in %d of %d looks at it", &inactive, &idle, &failed, &looks)
	require.NoError(t, err, "%d of 4: %s", n, over.Reason)
	require.GreaterOrEqual(t, inactive, 80, "what it takes to stop")
	require.Greater(t, idle, inactive+800, "what it takes to start up, which systemd does not wait for")
	require.Less(t, failed, looks)
	require.Positive(t, failed)
	apart := idle / failed // of two looks
	require.InDelta(t, idle, (*over.NodeAt - *held.NodeAt).Milliseconds(), float64(500+2*apart), "it is over when it works, not a second later")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}
