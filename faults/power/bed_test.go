package power_test

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
	driver "github.com/openstack-eris/eris/inventory/remote/power"
)

// workerEnv tells this test program that it is a worker, and of which folder.
const workerEnv = "ERIS_POWER_TEST_WORKER"

// beforeTests makes this program a worker or an engine where it is told to.
func beforeTests() {
	if folder, is := os.LookupEnv(workerEnv); is {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := power.Work(ctx, folder); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	faulttest.Engine(faulttest.New, func(dir string) faults.Keeper { return keeperIn(dir) })
}

// keeperIn starts this test program anew as each worker.
func keeperIn(dir string) *power.Keeper {
	return &power.Keeper{Dir: dir, Start: func(folder string) error {
		worker := exec.Command("/proc/self/exe")
		worker.Env = append(os.Environ(), workerEnv+"="+folder, power.Mark(folder))
		worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := worker.Start(); err != nil {
			return err
		}
		go func() { _ = worker.Wait() }()
		return nil
	}}
}

// bedOf is a node of the cloud in an inventory, with a keeper of its own.
func bedOf(t *testing.T, file, node string) (faulttest.Bed, *power.Keeper) {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	keeper := keeperIn(t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(node),
		Keeper: keeper, KeeperDir: keeper.Dir, Changed: withoutPower, Trace: boot,
	}, keeper
}

// boot is the kernel's id of the node's boot.
func boot(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, "cat /proc/sys/kernel/random/boot_id")
}

// withoutPower asks the node's management controller.
func withoutPower(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	d, err := driver.Open(bed.Node.Power, nil)
	require.NoError(t, err)
	state, err := d.Status(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, driver.Unknown, state)
	return state == driver.Off
}
