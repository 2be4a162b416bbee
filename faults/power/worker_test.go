package power_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// held is a fault that is held, and its folder.
func held(t *testing.T, bed faulttest.Bed, keeper *outside.Keeper) (*faults.Injection, string) {
	t.Helper()
	i := bed.LongRun("run-"+t.Name(), "ann@desk").Struck(t, &power.Off{})
	require.True(t, bed.Changed(t, bed))
	return i, filepath.Join(keeper.Dir, i.Targets()[0].Target.ID)
}

// known lets a test signal the workers that its keeper starts.
func known(keeper *outside.Keeper) (signal func(t *testing.T, s syscall.Signal)) {
	var mu sync.Mutex
	var worker *exec.Cmd
	var over chan struct{} // closed when it has ended
	keeper.Start = func(folder string) error {
		mu.Lock()
		defer mu.Unlock()
		worker = exec.Command("/proc/self/exe")
		worker.Env = append(os.Environ(), familytest.WorkerEnv+"="+folder)
		if err := worker.Start(); err != nil {
			return err
		}
		ended, waits := make(chan struct{}), worker.Wait
		over = ended
		go func() {
			defer close(ended)
			_ = waits()
		}()
		return nil
	}
	return func(t *testing.T, s syscall.Signal) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		require.NoError(t, worker.Process.Signal(s))
		if s == syscall.SIGKILL {
			<-over
		}
	}
}

func TestAWorkerThatDiedEndsTheFaultAtTheNextRenewal(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	signal := known(keeper)
	i, _ := held(t, bed, keeper)
	signal(t, syscall.SIGKILL)
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced)
	require.False(t, bed.Changed(t, bed), "given back by who found out")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

func TestAWorkerThatHangsLetsNothingBeInjected(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	signal := known(keeper)
	i := bed.LongRun("run-hangs", "ann@desk").Armed(t, &power.Off{})
	signal(t, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, syscall.SIGKILL) })
	bed.Shell(t, "sleep 2.2")
	require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrFenced)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

func TestWithoutAWorkerNothingIsArmed(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	keeper.Start = func(string) error { return nil }
	i := bed.NewRun("run-nobody", "ann@desk").Injection(t, &power.Off{})
	require.NoError(t, i.Preflight(t.Context()))
	require.ErrorContains(t, i.Arm(t.Context()), "the process that would give the power back does not run")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, bed.Changed(t, bed))
}

func TestAnEngineThatHangsInTheLockDoesNotKeepThePowerAway(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	run := bed.NewRun("run-lock", "ann@desk")
	i := run.Struck(t, &power.Off{})
	lock, err := os.OpenFile(filepath.Join(keeper.Dir, i.Targets()[0].Target.ID, "lock"), os.O_RDWR, 0)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	faulttest.Eventually(t, run.Lease+20*time.Second, "the power is back though the lock is held", func() bool { return !bed.Changed(t, bed) })
	require.NoError(t, lock.Close())
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, bed.Changed(t, bed))
}

func TestTheTTLEndsAFaultThatIsRenewedForEver(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.NewRun("run-outlived", "ann@desk")
	i, err := run.Lifecycle.Injection(faults.Spec{
		Name: "strike", Fault: &power.Off{}, Targets: []faults.Target{bed.Target()},
		Timing: faults.Timing{Hold: 3 * time.Second, Lease: faulttest.MaxLease, TTL: 3*time.Second + faulttest.MaxLease},
	})
	require.NoError(t, err)
	require.NoError(t, i.Preflight(t.Context()))
	require.NoError(t, i.Arm(t.Context()))
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "ttl", i.Targets()[0].By)
}

func TestAShutdownOfThisMachineGivesThePowerBackAtOnce(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	signal := known(keeper)
	i, _ := held(t, bed, keeper)
	signal(t, syscall.SIGTERM)
	faulttest.Eventually(t, faulttest.LongLease/2, "its power is back before the lease ends", func() bool { return !bed.Changed(t, bed) })
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

func TestAnUndoIsNotVerifiedUntilTheServicesOfTheNodeAreBack(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	i := bed.LongRun("run-disabled", "ann@desk").Armed(t, &power.Off{})
	bed.Shell(t, "systemctl disable keystone.service") // it does not come back by itself
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(t.Context(), "engine", "") }()
	faulttest.Eventually(t, time.Minute, "the node is up", func() bool {
		return bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "systemctl -q is-active memcached.service"}).OK()
	})
	select {
	case err := <-undone:
		require.Fail(t, "verified without keystone", "%v", err)
	case <-time.After(5 * time.Second):
	}
	bed.Shell(t, "systemctl start keystone.service")
	require.NoError(t, <-undone)
	require.Equal(t, record.Undone, i.State())
}
