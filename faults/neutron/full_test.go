//go:build openstack

package neutron_test

import (
	"context"
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// fullBed is the lab's router, on the node that leads.
func fullBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.OpenStack(t)
	bed := bedOf(t, shared.Inventory)
	bed.Settles = 5 * time.Minute // the agent starts, asks for its routers, and builds them
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, bed.Node.Name); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, bed.Node.Name)
	}
	faulttest.Eventually(t, 2*time.Minute, "every node can lead", func() bool {
		for _, name := range bed.Service.Nodes {
			each := bed
			each.Node = bed.Cloud.NodeByName(name)
			if each.Changed(t, each) {
				return false
			}
		}
		return true
	})
	return bed, shared.Inventory
}

// onFull runs tests one after the other.
func onFull(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := fullBed(t)
	f(t, bed)
}

func TestEveryKindOnAWholeOpenStack(t *testing.T) {
	faulttest.Family(t, onFull, "neutron", faulttest.New)
}

func TestEngineKilledOnAWholeOpenStack(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "neutron")), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return fullBed(t)
	})
}
