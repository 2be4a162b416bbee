//go:build runtimes

package runtimes

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(familytest.ServiceFault, nil)
	os.Exit(labtest.MainRuntimes(m))
}

func kill() faults.Fault { return service.NewKill() }

// on runs tests one after the other on a bed.
func on(bedOf func(t *testing.T) (faulttest.Bed, string)) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := bedOf(t)
		f(t, bed)
	}
}

// bedOf is a service of the lab's one node, and the path of its inventory.
func bedOf(t *testing.T, name string) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Runtimes(t)
	cloud, err := inventory.Load(shared.Inventory)
	require.NoError(t, err)
	runner := faulttest.Pool(t, cloud)
	return faulttest.Bed{
		Runner: runner, Kind: cloud.Kind, Cloud: cloud, Rootless: faulttest.Rootless(t, shared.Inventory, ""),
		Node: cloud.NodeByName("ctl-1"), Service: cloud.ServiceByName(name),
		Reboot: func(ctx context.Context) error {
			if err := lab.PowerOff(ctx, shared.Options, "ctl-1"); err != nil {
				return err
			}
			if err := lab.PowerOn(ctx, shared.Options, "ctl-1"); err != nil || name == "lone" {
				return err
			}
			// Nothing starts it at boot, and a lab without it is not healthy.
			return runner.Run(ctx, "ctl-1", remote.Command{
				Script: "/usr/local/bin/start-lone", Root: true,
			}).Err
		},
	}, shared.Inventory
}
