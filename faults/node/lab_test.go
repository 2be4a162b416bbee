//go:build lab

package node_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	beforeTests()
	os.Exit(labtest.Main(m))
}

// labBed is a node of the shared lab.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Shared(t)
	bed := bedOf(t, shared.Inventory)
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, "ctl-3"); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, "ctl-3")
	}
	return bed, shared.Inventory
}

// struckOnLab tells whether a lab's node can be struck by the kind that is in a
// test's name. A lab's nodes are containers, whose kernel is that of the machine with
// the lab: of the kinds that strike it the refusal is what there is to see.
func struckOnLab(t *testing.T, bed faulttest.Bed, name string) bool {
	t.Helper()
	for kind, fault := range map[string]faults.Fault{"node.crash": &node.Crash{}, "node.reset": &node.Reset{}} {
		if strings.Contains(name, kind) {
			require.Contains(t, refused(t, bed, fault), "this node is a container (systemd-nspawn): its kernel is that of the machine below")
			return false
		}
	}
	return true
}

// onLab runs tests one after the other.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	if bed, _ := labBed(t); struckOnLab(t, bed, t.Name()) {
		f(t, bed)
	}
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "node", faulttest.New)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	bed, _ := labBed(t)
	able := slices.DeleteFunc(faulttest.Kinds(t, "node"), func(kind string) bool { return !struckOnLab(t, bed, kind) })
	familytest.EngineKilled(t, able, faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}
