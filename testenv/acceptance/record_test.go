package acceptance

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// TestRecordThatCannotBeWritten: a run whose record cannot be laid down is
// refused before anything is touched. A file size limit stands for a disk that
// is full; it holds for root too, as does a file where a folder should be.
func TestRecordThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 9})
	binary, err := build()
	require.NoError(t, err)
	within := func(limit string) *exec.Cmd {
		return exec.Command("sh", "-c", "ulimit -f "+limit+` && exec "$@"`, "limited",
			binary, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain")
	}
	noFolder := filepath.Join(file(t, "file", ""), "runs")
	for name, begin := range map[string]func(t *testing.T) *program{
		"full":      func(t *testing.T) *program { t.Helper(); return startCommand(t, within("2048")) },
		"full at 0": func(t *testing.T) *program { t.Helper(); return startCommand(t, within("0")) },
		"no folder": func(t *testing.T) *program {
			t.Helper()
			return start(t, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain", "--out", noFolder)
		},
		"read-only": func(t *testing.T) *program {
			t.Helper()
			return start(t, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain", "--out", "/sys/eris-runs") // takes no files, from nobody
		},
	} {
		t.Run(name, func(t *testing.T) {
			untouched(t, cloud, func() {
				run := begin(t)
				require.Equal(t, 2, run.exit(t), "%s", run.stderr())
				require.Contains(t, run.stderr(), "the record cannot be written, so nothing was touched")
				t.Log(run.stderr())
				left, err := filepath.Glob(filepath.Join(run.dir, "runs", "*"))
				require.NoError(t, err)
				require.Empty(t, left)
			})
		})
	}
}
