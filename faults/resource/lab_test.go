//go:build lab

package resource_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(labtest.Main(m))
}

// labBed is what a kind strikes on a node of the shared lab.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Shared(t)
	bed := bedOf(t, shared.Inventory, kind)
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, struck); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, struck)
	}
	return bed, shared.Inventory
}

// onLab runs tests one after the other.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	withoutDevice(t, bed, t.Name())
	f(t, bed)
}

// withoutDevice sees that io.throttle with its defaults is refused on a node of
// the lab, whose root is an overlay, and ends the test then.
func withoutDevice(t *testing.T, bed faulttest.Bed, kind string) {
	t.Helper()
	if strings.Contains(kind, "io.throttle") {
		require.Contains(t, refused(t, bed, resource.NewIOThrottle()), "the file system of /var/lib has no block device below it (0:")
		t.Skip("refused, as it must be; TestADiskIsThrottledOnARealNode has one")
	}
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "resource", faulttest.New)
}

func TestADiskIsThrottledOnARealNode(t *testing.T) {
	on := func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := labBed(t, "io.throttle")
		again, reboot := faulttest.Disk(t, bed), bed.Reboot
		bed.Reboot = func(ctx context.Context) error {
			defer again()
			return reboot(ctx)
		}
		f(t, bed)
	}
	faulttest.Kind(t, on, func() faults.Fault { return &resource.IOThrottle{Path: "/srv", Read: 1 << 20, Write: 1 << 20} })
}

func TestEngineKilledOnARealNode(t *testing.T) {
	for _, kind := range faulttest.Sample(t, faulttest.Kinds(t, "resource")) {
		t.Run(kind, func(t *testing.T) {
			bed, file := labBed(t, kind)
			withoutDevice(t, bed, kind)
			fault, ok := faulttest.New(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, startEngine, file, kind, fault)
		})
	}
}
