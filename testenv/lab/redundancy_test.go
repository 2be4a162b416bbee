package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// What a profile has three of survives the loss of a controller, and its
// inventory says so, or no fault of a whole controller would be admitted.
func TestTheLossOfOneControllerIsWithinEveryGroup(t *testing.T) {
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		r := &renderer{name: "trial", profile: profile, keys: testKeys(t, profile)}
		o, err := Options{Name: "trial", Profile: name, StateDir: t.TempDir()}.withDefaults()
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(o.paths().dir, 0o700))
		require.NoError(t, writeAccess(o, r))
		cloud, err := inventory.Load(filepath.Join(o.paths().dir, "inventory.yaml"))
		require.NoError(t, err, name)
		for _, node := range profile.Nodes {
			if node.Role == "controller" {
				require.NoError(t, redundancy.New(cloud).Check([]inventory.Ref{{Node: node.Name}}), name)
			}
		}
	}
}
