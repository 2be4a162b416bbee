package familytest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/power"
)

// WorkerEnv tells a test program that it is a keeper's worker, and of which folder.
const WorkerEnv = "ERIS_FAMILYTEST_WORKER"

// Worker is for TestMain, as faulttest.Engine is: in the program that a keeper of KeeperIn
// starts it never returns.
func Worker() {
	folder, is := os.LookupEnv(WorkerEnv)
	if !is {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := power.Work(ctx, folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// KeeperIn starts this test program anew as each worker.
func KeeperIn(dir string) faults.Keeper { return PowerKeeper(dir) }

// PowerKeeper is KeeperIn, as what it is.
func PowerKeeper(dir string) *power.Keeper {
	return &power.Keeper{Dir: dir, Start: func(folder string) error {
		//nolint:noctx // it outlives every context of this process
		worker := exec.Command("/proc/self/exe")
		worker.Env = append(os.Environ(), WorkerEnv+"="+folder, power.Mark(folder))
		worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := worker.Start(); err != nil {
			return err
		}
		go func() { _ = worker.Wait() }()
		return nil
	}}
}
