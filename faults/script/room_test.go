package script_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
)

// elsewhere has the scripts' places below a folder, and this boot's id.
func elsewhere(t *testing.T) (dir string, at *strings.Replacer, boot string) {
	t.Helper()
	dir = t.TempDir()
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	require.NoError(t, err)
	return dir, strings.NewReplacer("/run/eris", dir+"/run", "/var/lib/eris", dir+"/lib", "/etc/systemd/system", dir+"/units"), strings.TrimSpace(string(id))
}

// What an undo says may find no place in a /run that is full. It is lost then, and the
// undo is made.
func TestAnUndoIsMadeWhereItsWordsCannotBeWritten(t *testing.T) {
	t.Parallel()
	const id = "7f3c0a1e-full-1-1"
	dir, at, boot := elsewhere(t)
	run := filepath.Join(dir, "run", id)
	require.NoError(t, os.MkdirAll(filepath.Join(run, "undo.out"), 0o700), "a file that cannot be opened to write")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "lib", id), 0o700))
	for name, text := range map[string]string{
		"guard.sh": at.Replace(script.Guard()), "state": "held\n", "boot": boot + "\n", "log": "", "args": "", "lease": "5000\n",
		"undo.sh": "echo said; rmdir " + run + "/effect\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(run, name), []byte(text), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(run, "effect"), 0o700))
	said, err := exec.Command("sh", filepath.Join(run, "guard.sh"), "undo-locked", id, "lease").CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.NoDirExists(t, filepath.Join(run, "effect"))
	state, err := os.ReadFile(filepath.Join(run, "state"))
	require.NoError(t, err)
	require.Equal(t, "undone\n", string(state), "%s", said)
}

// An arming that is refused before the guard is on the node leaves nothing there, since
// nobody would take it away.
func TestAnArmingThatIsRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	const id = "7f3c0a1e-arm-1-1"
	dir, at, boot := elsewhere(t)
	arm := func() string {
		said, err := exec.Command("sh", "-c", at.Replace(script.Arm()), "arm", id, "5000", "60000", boot, "0  guard.sh", "", "", "guard.sh", "true").CombinedOutput()
		require.NoError(t, err, "%s", said)
		return string(said)
	}
	require.Equal(t, "refused the scripts did not arrive as they were sent\n", arm())
	require.NoDirExists(t, filepath.Join(dir, "run", id))
	require.NoDirExists(t, filepath.Join(dir, "lib", id))

	// of another with its id nothing is taken
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lib", id), 0o700))
	require.Contains(t, arm(), "was on this node before")
	require.NoDirExists(t, filepath.Join(dir, "run", id))
	require.DirExists(t, filepath.Join(dir, "lib", id))
}

// A claim that could not be written is none.
func TestAClaimThatIsNotWrittenIsNotOurs(t *testing.T) {
	t.Parallel()
	dir, at, _ := elsewhere(t)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "run", "run.new"), 0o700), "a file that cannot be opened to write")
	said, err := exec.Command("sh", "-c", at.Replace(script.Claim()), "claim", "7f3c0a1e", "5000", "who").CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.NotContains(t, string(said), "ours ")
	require.NoFileExists(t, filepath.Join(dir, "run", "run"))
}
