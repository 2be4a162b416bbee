//go:build lab

package link_test

import (
	"context"
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// labBed is the client on a node of the shared lab, and a node that it asks; the test
// has both to itself.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck, asked)
	bed := bedOf(t, berth.Inventory)
	bed.Rootless, bed.Reboot = faulttest.Rootless(t, berth.Inventory, ""), berth.Reboot
	return bed, berth.Inventory
}

// onLab runs tests at once, each on nodes of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "link", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "link")), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

func TestWhoCameIsToldOnARealNode(t *testing.T) { onLab(t, tellsWhoCame) }

func TestTheRedirectGoesWithTheProxyOnARealNode(t *testing.T) {
	for name, end := range endings() {
		t.Run(name, func(t *testing.T) {
			onLab(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				endsWithTheProxy(t, bed, end)
			})
		})
	}
}

func TestPreflightRefusesWhomItCannotTellOnARealNode(t *testing.T) {
	onLab(t, func(t *testing.T, bed faulttest.Bed) {
		t.Helper()
		bed.Shell(t, "systemctl stop stranger 2>/dev/null; true")
		t.Cleanup(func() {
			// The test's own context has ended by then.
			bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop stranger rooted", Root: true, Timeout: time.Minute})
		})
		refusesWhomItCannotTell(t, bed, "systemd-run --quiet --unit=stranger --property=User=memcache sleep 600; sleep 0.5")
	})
}
