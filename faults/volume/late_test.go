package volume_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// unconfirmed is a fault of which nobody knows whether it was made, and may be made when
// the gateway is told so.
func unconfirmed(t *testing.T) (faulttest.Bed, *outside.Keeper, *familytest.Gateway, *faults.Injection) {
	t.Helper()
	bed, keeper, cloud := simBed(t)
	g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodDelete, time.Hour)
	i := bed.LongRun("run-late", "ann@desk").Armed(t, struck())
	g.GivesUpOn(t, func(ctx context.Context) error { return i.Fire(ctx, faulttest.Admit) })
	require.Equal(t, "in-use", clientsOf(t, bed.Cloud).the(t).Status, "what this is about")
	return bed, keeper, g, i
}

// What was sent and not confirmed may come after it was undone: nothing is over before it
// has come, or cannot any more.
func TestADetachThatComesLateIsWaitedForAndTakenBack(t *testing.T) {
	t.Parallel()
	bed, _, g, i := unconfirmed(t)
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	require.Eventually(t, func() bool {
		return strings.Contains(string(bed.Keeper.Call(t.Context(), i.Targets()[0].Target.ID, "end", "engine").Stdout), "Nova may yet do it")
	}, 30*time.Second, 200*time.Millisecond, "it waits for what may yet come")
	select {
	case err := <-undone:
		require.Fail(t, "it is over, and may yet come", "%v", err)
	default:
	}
	close(g.Let)
	<-g.Comes
	require.NoError(t, <-undone)
	require.False(t, bed.Changed(t, bed), "it came, and was taken back")
	bed.Clean(t)
}

// As long as it may come, the volume has its mark, and so anybody finds it.
func TestADetachThatComesAfterItsUndoWasProvenIsTakenBack(t *testing.T) {
	t.Parallel()
	bed, keeper, g, i := unconfirmed(t)
	id := i.Targets()[0].Target.ID
	folder := outside.Folder(filepath.Join(bed.KeeperDir, id))
	require.NoError(t, folder.KeepSpan("unanswered", outside.Uptime()-61*time.Second), "it was sent a minute ago")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, outside.Gone, folder.State(), "it is over")
	left, err := keeper.Doctor(t.Context(), bed.Cloud, nodesOf(bed.Cloud))
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Contains(t, left[0].What, "its server has it, and it may yet be taken from there")
	close(g.Let)
	<-g.Comes
	faulttest.Eventually(t, 30*time.Second, "it came, and was taken back", func() bool {
		return strings.Contains(bed.Told(t, id), " late worker volume-fault") && !bed.Changed(t, bed)
	})
	faulttest.Eventually(t, 15*time.Second, "its worker has ended", func() bool {
		_, err := os.Stat(filepath.Join(bed.KeeperDir, "late", id))
		return os.IsNotExist(err)
	})
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

// Whoever heals meanwhile is told of it: the mark stays, by which its worker would know
// what comes.
func TestHealLeavesTheMarkOfWhatMayCome(t *testing.T) {
	t.Parallel()
	bed, keeper, _, i := unconfirmed(t)
	id := i.Targets()[0].Target.ID
	folder := outside.Folder(filepath.Join(bed.KeeperDir, id))
	require.NoError(t, folder.KeepSpan("unanswered", outside.Uptime()-61*time.Second))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.True(t, bed.Changed(t, bed), "it bears the mark")
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, nodesOf(bed.Cloud), time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.Len(t, left, 1)
	require.Equal(t, id, left[0].ID)
	require.Contains(t, left[0].What, "its server has it, and it may yet be taken from there")
	require.True(t, bed.Changed(t, bed), "it bears the mark")
	require.Contains(t, left[0].What, "a process on this machine takes back what may yet come of it")
	require.Contains(t, left[0].Remedy, "eris doctor, again in a quarter of an hour")
	require.NoError(t, os.RemoveAll(filepath.Join(bed.KeeperDir, "late", id)), "its worker ends")
}

// detachesLate is a host that does nothing of what it is told: nobody holds the fault
// until it does, and its undo waits for it.
func detachesLate(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	c := clientsOf(t, bed.Cloud)
	run := bed.NewRun("run-slow", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Armed(t, struck())
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "systemctl kill -s STOP nova-compute.service")
	awake := false
	wake := func() {
		if !awake {
			bed.Shell(t, "systemctl kill -s CONT nova-compute.service")
		}
		awake = true
	}
	defer wake()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	require.Error(t, i.Fire(ctx, faulttest.Admit), "nothing was seen to go")
	require.Equal(t, "detaching", c.the(t).Status)
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	faulttest.Eventually(t, time.Minute, "the undo tells what it waits for", func() bool {
		return strings.Contains(bed.Told(t, id), " undo-failed ") && strings.Contains(bed.Told(t, id), "is detaching, and it is not at its server yet")
	})
	require.Equal(t, "detaching", c.the(t).Status)
	wake()
	require.NoError(t, <-undone)
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

func TestAHostThatDoesNothingIsWaitedFor(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	detachesLate(t, bed)
}
