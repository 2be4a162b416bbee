//go:build lab

package fabric_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// struck is a switch that a real node holds, holder in the beds.
const struck, holder = "sw-1", "ctl-3"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// withSwitch is the inventory of a lab with a switch that the holder has, and a node
// behind it, which are network namespaces of the holder.
func withSwitch(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all := map[string]any{}
	require.NoError(t, yaml.Unmarshal(text, &all))
	nodes, ok := all["nodes"].(map[string]any)
	require.True(t, ok)
	nodes["n1"] = map[string]any{"address": "192.0.2.11", "switch": struck}
	all["switches"] = map[string]any{struck: map[string]any{"on": holder, "netns": "racks", "devices": []string{struck}}}
	text, err = yaml.Marshal(all)
	require.NoError(t, err)
	changed := filepath.Join(t.TempDir(), "inventory.yaml")
	require.NoError(t, os.WriteFile(changed, text, 0o600))
	return changed
}

// labBed is a node of the shared lab, which the test has to itself.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, holder)
	file := withSwitch(t, berth.Inventory)
	bed := bedOf(t, file)
	bed.Changed, bed.Disturb = familytest.Unbridged, familytest.ForeignAddress(struck)
	bed.Rootless = faulttest.Rootless(t, file, "")
	plug := func() {
		faulttest.Eventually(t, time.Minute, "the node has its switch", func() bool {
			return bed.Runner.Run(t.Context(), holder, remote.Command{Script: familytest.Racks, Root: true, Timeout: 20 * time.Second}).OK()
		})
	}
	bed.Reboot = func(ctx context.Context) error {
		err := berth.Reboot(ctx)
		if err == nil {
			plug() // as the node's own configuration would
		}
		return err
	}
	plug()
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), holder, remote.Command{Script: "ip netns del racks; ip netns del n1", Root: true, Timeout: time.Minute})
	})
	return bed, file
}

func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "fabric", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Kinds(t, "fabric"), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}
