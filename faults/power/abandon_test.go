package power_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// elsewhere is a fault that is held, and its worker, which lives in a network of
// its own as in that of a lab.
type elsewhere struct {
	folder, network string
	lease           time.Duration
	worker          *exec.Cmd
	ended           chan struct{}
}

func heldElsewhere(t *testing.T, mark func(folder string) string) *elsewhere {
	t.Helper()
	bed, keeper, _ := simBed(t)
	e := &elsewhere{}
	keeper.Start = func(folder string) error {
		e.worker = exec.Command("/proc/self/exe")
		e.worker.Env = append(os.Environ(), familytest.WorkerEnv+"="+folder)
		if mark != nil {
			e.worker.Env = append(e.worker.Env, mark(folder))
		}
		e.worker.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		if os.Geteuid() != 0 {
			e.worker.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		}
		if err := e.worker.Start(); err != nil {
			return err
		}
		ended, waits := make(chan struct{}), e.worker.Wait // a slow machine starts more than one
		e.ended = ended
		go func() {
			defer close(ended)
			_ = waits()
		}()
		return nil
	}
	run := bed.NewRun("run-"+t.Name(), "ann@desk")
	i := run.Struck(t, &power.Off{})
	e.lease = run.Lease
	t.Cleanup(func() {
		_ = e.worker.Process.Kill()
		<-e.ended
	})
	e.folder = filepath.Join(keeper.Dir, i.Targets()[0].Target.ID)
	e.network = fmt.Sprintf("/proc/%d/ns/net", e.worker.Process.Pid)

	// As if the run were in that network too: a lab's is.
	own, err := os.Readlink("/proc/self/ns/net")
	require.NoError(t, err)
	other, err := os.Readlink(e.network)
	require.NoError(t, err)
	require.NotEqual(t, own, other)
	text, err := os.ReadFile(filepath.Join(e.folder, "task"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(e.folder, "task"), []byte(strings.Replace(string(text), own, other, 1)), 0o600))
	return e
}

func (e *elsewhere) lives() bool {
	select {
	case <-e.ended:
		return false
	default:
		return true
	}
}

func TestWhoTakesANetworkAwayEndsTheWorkersInItAndNoOthers(t *testing.T) {
	t.Parallel()
	mine, others, unmarked := heldElsewhere(t, outside.Mark), heldElsewhere(t, outside.Mark), heldElsewhere(t, nil)
	faulttest.Eventually(t, mine.lease+20*time.Second, "its lease is over, and it tries to give power back", func() bool {
		log, err := os.ReadFile(filepath.Join(mine.folder, "log"))
		return err == nil && strings.Contains(string(log), " undoing lease")
	})
	require.True(t, mine.lives(), "what this is about")

	ids, err := outside.Abandon(t.Context(), mine.network)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Base(mine.folder)}, ids)
	<-mine.ended
	require.NoDirExists(t, mine.folder)
	stamps, err := os.ReadFile(filepath.Join(filepath.Dir(mine.folder), "history", ids[0]))
	require.NoError(t, err)
	require.Contains(t, string(stamps), " abandoned down its network was taken away\n")
	require.NotContains(t, string(stamps), " verified ")

	require.True(t, others.lives())
	require.DirExists(t, others.folder)
	ids, err = outside.Abandon(t.Context(), unmarked.network)
	require.NoError(t, err)
	require.Empty(t, ids)
	require.True(t, unmarked.lives(), "whoever else is in that network")
}

// Workers of before the power had siblings.
func TestAWorkerOfAnOlderErisIsEndedToo(t *testing.T) {
	t.Parallel()
	e := heldElsewhere(t, func(folder string) string { return "ERIS_POWER_FAULT=" + folder })
	ids, err := outside.Abandon(t.Context(), e.network)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Base(e.folder)}, ids)
	<-e.ended
}

func TestAFolderThatSaysAnotherNetworkIsLeft(t *testing.T) {
	t.Parallel()
	e := heldElsewhere(t, outside.Mark)
	task := filepath.Join(e.folder, "task")
	text, err := os.ReadFile(task)
	require.NoError(t, err)
	here, err := os.Readlink(e.network)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(task, []byte(strings.Replace(string(text), here, "net:[1]", 1)), 0o600))
	_, err = outside.Abandon(t.Context(), e.network)
	require.ErrorContains(t, err, "not of this network")
	<-e.ended
	require.DirExists(t, e.folder)
}

func TestANetworkThatIsGoneHasNoWorkers(t *testing.T) {
	t.Parallel()
	ids, err := outside.Abandon(t.Context(), filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	require.Empty(t, ids)
}
