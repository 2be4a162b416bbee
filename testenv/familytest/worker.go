package familytest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/power"
)

// WorkerEnv tells a test program that it is a keeper's worker, and of which folder.
const WorkerEnv = "ERIS_FAMILYTEST_WORKER"

// BeforeTests is for TestMain where a family's faults have a keeper that switches
// nodes: it makes this program a worker or an engine where it is told to, and then
// never returns.
func BeforeTests() { BeforeTestsOf(power.Family{}) }

// BeforeTestsOf is BeforeTests where the keeper is of another family.
func BeforeTestsOf(family outside.Family) { BeforeTestsWith(family, faulttest.New) }

// BeforeTestsWith is BeforeTestsOf where a kind needs arguments: faultOf gives them.
func BeforeTestsWith(family outside.Family, faultOf func(kind string) (faults.Fault, bool)) {
	worker()
	faulttest.Engine(faultOf, func(dir string) faults.Keeper { return KeeperOf(family, dir) })
}

func worker() {
	folder, is := os.LookupEnv(WorkerEnv)
	if !is {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := outside.Work(ctx, folder, catalogue.Kept()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Boot is the kernel's id of the node's boot.
func Boot(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, "cat /proc/sys/kernel/random/boot_id")
}

// PowerKeeper is a keeper of faults of the power.
func PowerKeeper(dir string) *outside.Keeper { return KeeperOf(power.Family{}, dir) }

// KeeperOf starts this test program anew as each worker.
func KeeperOf(family outside.Family, dir string) *outside.Keeper {
	return &outside.Keeper{Family: family, Dir: dir, Start: func(folder string) error {
		//nolint:noctx // it outlives every context of this process
		worker := exec.Command("/proc/self/exe")
		worker.Env = append(os.Environ(), WorkerEnv+"="+folder, outside.Mark(folder))
		worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := worker.Start(); err != nil {
			return err
		}
		go func() { _ = worker.Wait() }()
		return nil
	}}
}
