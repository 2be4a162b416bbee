package power_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// fire lets an inject through and is broken off as soon as the controller has taken
// the order.
func fire(t *testing.T, bed faulttest.Bed, i *faults.Injection) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fired := make(chan error, 1)
	go func() { fired <- i.Fire(ctx, faulttest.Admit) }()
	faulttest.Eventually(t, 20*time.Second, "the order is accepted", func() bool {
		return strings.Contains(bed.Told(t, i.Targets()[0].Target.ID), " injected ")
	})
	cancel()
	require.Error(t, <-fired)
}

// A controller that accepts an order and acts six seconds later says on all the
// while: a run that was broken off by then is not over before its node went.
func TestWhatComesLateIsWaitedForBeforeAnythingIsOver(t *testing.T) {
	t.Parallel()
	for _, kind := range power.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			bed, service := redfishBed(t)
			service.Late = 6 * time.Second
			before := familytest.Boot(t, bed)
			i := bed.LongRun("run-late", "ann@desk").Armed(t, kind.New())
			fire(t, bed, i)
			require.Equal(t, before, familytest.Boot(t, bed), "what this is about")
			began := time.Now()
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			require.NotEqual(t, before, familytest.Boot(t, bed), "it went, and is back")
			require.False(t, bed.Changed(t, bed))
			require.Equal(t, record.Undone, i.State())
			require.Less(t, time.Since(began), time.Minute, "what has come need not be waited for")
			bed.Clean(t)
		})
	}
}

// What the controller refused was never sent, and nothing is waited for.
func TestWhatWasRefusedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	bed, service := redfishBed(t)
	service.Allowed = []string{"On"}
	i := bed.LongRun("run-refused", "ann@desk").Armed(t, &power.Off{})
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "it takes none of [ForceOff], only [On]")
	began := time.Now()
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Less(t, time.Since(began), time.Minute)
	bed.Clean(t)
}

// A moment of before this machine's last restart is not one of now: what was noted
// then does not keep a fault from ever being over.
func TestWhatWasSeenBeforeARestartOfThisMachineCountsForNothing(t *testing.T) {
	t.Parallel()
	bed, service := redfishBed(t)
	i := bed.NewRun("run-restarted", "ann@desk").Struck(t, &power.Off{})
	require.NoError(t, service.Machine.PowerOn(), "a person was quicker")
	since := filepath.Join(bed.KeeperDir, i.Targets()[0].Target.ID, "on-since")
	require.NoError(t, os.WriteFile(since, []byte("1000000000000\n"), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	require.NoError(t, i.Undo(ctx, "engine", ""))
	bed.Clean(t)
}
