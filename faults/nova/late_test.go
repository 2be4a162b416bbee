package nova_test

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
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// What was sent and not confirmed may come after it was undone: nothing is over
// before it has come, or cannot any more.
func TestAChangeThatComesLateIsWaitedForAndTakenBack(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodPut, time.Hour)
	i := bed.LongRun("run-late", "ann@desk").Armed(t, &nova.ComputeDisable{})
	g.GivesUpOn(t, func(ctx context.Context) error { return i.Fire(ctx, faulttest.Admit) })
	require.False(t, bed.Changed(t, bed), "what this is about")
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

// What comes later than anybody waits for is taken back by the fault's worker, though
// the fault was over by then.
func TestAChangeThatComesAfterItsUndoWasProvenIsTakenBack(t *testing.T) {
	t.Parallel()
	bed, keeper, cloud := simBed(t)
	g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodPut, time.Hour)
	i := bed.LongRun("run-after", "ann@desk").Armed(t, &nova.ForceDown{})
	g.GivesUpOn(t, func(ctx context.Context) error { return i.Fire(ctx, faulttest.Admit) })
	id := i.Targets()[0].Target.ID
	folder := outside.Folder(filepath.Join(bed.KeeperDir, id))
	require.NoError(t, folder.KeepSpan("unanswered", outside.Uptime()-61*time.Second), "it was sent a minute ago")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, outside.Gone, folder.State(), "it is over")
	left, err := keeper.Doctor(t.Context(), bed.Cloud, []string{"ctl-2"})
	require.NoError(t, err)
	require.Empty(t, left)
	close(g.Let)
	<-g.Comes
	faulttest.Eventually(t, 30*time.Second, "it came, and was taken back", func() bool {
		return strings.Contains(bed.Told(t, id), " late worker Nova did it after it was undone, and was told again that ctl-2 is as before")
	})
	require.False(t, bed.Changed(t, bed))
	faulttest.Eventually(t, 15*time.Second, "its worker has ended", func() bool {
		_, err := os.Stat(filepath.Join(bed.KeeperDir, "late", id))
		return os.IsNotExist(err)
	})
	bed.Clean(t)
}

// Wherever its engine dies, nothing of a fault stays.
func TestAnEngineThatDiesInAnyPhaseLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]func(t *testing.T, bed faulttest.Bed, g *familytest.Gateway, run *faulttest.Run) *faults.Injection{
		"armed": func(t *testing.T, _ faulttest.Bed, _ *familytest.Gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			return run.Armed(t, &nova.ForceDown{})
		},
		"injecting": func(t *testing.T, _ faulttest.Bed, g *familytest.Gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			i := run.Armed(t, &nova.ForceDown{})
			g.GivesUpOn(t, func(ctx context.Context) error { return i.Fire(ctx, faulttest.Admit) })
			return i
		},
		"undoing": func(t *testing.T, bed faulttest.Bed, g *familytest.Gateway, run *faulttest.Run) *faults.Injection {
			t.Helper()
			i := run.Struck(t, &nova.ForceDown{})
			g.Holds.Store(true) // the undo's own change is given up on
			require.Contains(t, string(bed.Keeper.Call(t.Context(), i.Targets()[0].Target.ID, "end", "engine").Stdout), "unhealthy tell Nova")
			return i
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _, cloud := simBed(t)
			g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodPut, 2*time.Second)
			run := bed.NewRun("run-dies", "ann@desk")
			run.Lease = faulttest.MaxLease // nothing renews it between its steps
			i := to(t, bed, g, run)
			folder := filepath.Join(bed.KeeperDir, i.Targets()[0].Target.ID)
			faulttest.Eventually(t, run.Lease+90*time.Second, "its worker has undone it and proven that", func() bool {
				_, err := os.Stat(folder)
				return os.IsNotExist(err)
			})
			require.False(t, bed.Changed(t, bed))
			bed.Clean(t)
		})
	}
}
