package acceptance

import (
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// TestTargetsThatCannotBeReached: each is named with its reason, and nothing is
// touched, on no node.
func TestTargetsThatCannotBeReached(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]struct {
		make func(t *testing.T, cloud *simcloud.Cloud, node string)
		told error
	}{
		"host key is wrong": {func(t *testing.T, cloud *simcloud.Cloud, node string) {
			t.Helper()
			require.NoError(t, cloud.ChangeHostKey(node))
		}, remote.ErrHostKey},
		"key is refused": {func(t *testing.T, cloud *simcloud.Cloud, _ string) {
			t.Helper()
			replaceKey(t, filepath.Join(filepath.Dir(cloud.Inventory()), "id"))
		}, remote.ErrAuth},
		"node is off": {func(t *testing.T, cloud *simcloud.Cloud, node string) {
			t.Helper()
			require.NoError(t, cloud.PowerOff(node))
		}, remote.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := simulated(t, simcloud.Options{Seed: 12, Dir: t.TempDir()})
			file := scenario(t, held)
			target := planned(t, file, "-i", cloud.Inventory()).Faults[0].Targets[0]
			trouble.make(t, cloud, target.Node)
			untouched(t, cloud, func() {
				run := refused(t, []string{target.String(), trouble.told.Error(), "nothing was touched"}, "run", file, "-i", cloud.Inventory(), "--plain")
				t.Log(run.stderr())
				told := result(t, run.record(t))
				require.Equal(t, 2, told.Exit, "the record tells the same")
				require.Contains(t, told.Summary, "Nothing was touched: ")
				require.Contains(t, told.Summary, trouble.told.Error())
			})
		})
	}
}

// replaceKey puts another private key where the cloud's was.
func replaceKey(t *testing.T, path string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(private, "a stranger's")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
}
