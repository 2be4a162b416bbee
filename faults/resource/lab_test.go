//go:build lab

package resource_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.Busy))
}

// newFault is a fault of a kind; what is throttled is a disk of the test's own,
// since the root of a lab's node is an overlay.
func newFault(kind string) (faults.Fault, bool) {
	if kind == "io.throttle" {
		return &resource.IOThrottle{Path: "/srv", Read: 1 << 20, Write: 1 << 20}, true
	}
	return faulttest.New(kind)
}

// labBed is what a kind strikes on a node of the shared lab that the test has
// to itself. The name of a test
// has that of its kind in it.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck)
	bed := bedOf(t, berth.Inventory, kind)
	again := func() {}
	if strings.Contains(kind, "io.throttle") {
		again = faulttest.Disk(t, bed)
	}
	bed.Reboot = func(ctx context.Context) error {
		err := berth.Reboot(ctx)
		again()
		return err
	}
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "resource", newFault)
}

func TestADiskWithoutADeviceIsNotThrottledOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "cpu.throttle")
	require.Contains(t, bed.Refusal(t, resource.NewIOThrottle()), "the file system of /var/lib has no block device below it (0:")
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "resource")), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, kind)
	})
}

func TestLoadsGrowOnARealNode(t *testing.T) {
	t.Run("cpu.load", func(t *testing.T) {
		bed, _ := labBed(t, "cpu.load")
		climbsUp(t, bed, &resource.CPULoad{Share: 0.4, Weight: 100, Ramp: 5 * time.Second}, "% of a processor, on the way to ", "asked ")
	})
	t.Run("memory.load", func(t *testing.T) {
		bed, _ := labBed(t, "memory.load")
		climbsUp(t, bed, &resource.MemoryLoad{Size: 100 << 20, Reserve: 128 << 20, Ramp: 5 * time.Second}, "90 MiB, on the way to 100", "MiB of memory are taken, asked 100;")
	})
}
