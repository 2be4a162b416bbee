//go:build lab

package service_test

import (
	"context"
	"os"
	"strings"
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
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.Main(m))
}

// onLab runs tests one after the other on a service of the shared lab.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

// labBed is a service on one of the lab's real nodes: keystone, and for a reload
// one that can. The name of a test has that of its kind in it.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	name := "keystone"
	if strings.Contains(t.Name(), "reload") {
		name = "haproxy"
	}
	shared := labtest.Shared(t)
	cloud, err := inventory.Load(shared.Inventory)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: changedBy(t.Name()), Trace: invocation, Disturb: foreignDropIn,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Rootless: rootless(t, shared.Inventory),
		Node: cloud.NodeByName("ctl-3"), Service: cloud.ServiceByName(name),
		Reboot: func(ctx context.Context) error {
			if err := lab.PowerOff(ctx, shared.Options, "ctl-3"); err != nil {
				return err
			}
			return lab.PowerOn(ctx, shared.Options, "ctl-3")
		},
	}, shared.Inventory
}

// rootless reaches the lab's nodes as a plain user.
func rootless(t *testing.T, file string) remote.Runner {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	for _, node := range cloud.Nodes {
		node.SSH.Sudo = false
	}
	return faulttest.Pool(t, cloud)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "service", newFault)
}

func TestDeadmanOnARealNode(t *testing.T) {
	faulttest.Deadman(t, onLab, func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "service")), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

func TestWhatSystemdHealsIsTheCloudsOwnOnARealNode(t *testing.T) {
	onLab(t, healedByItself)
}

func TestWhatIsKeptDownIsNotHealedOnARealNode(t *testing.T) { onLab(t, keptDown) }
