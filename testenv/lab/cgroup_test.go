package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeGroup is a folder that looks like a cgroup, with these files in it.
func fakeGroup(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// unwritable makes what hands controllers down refuse every one of them.
func unwritable(t *testing.T, group string) {
	t.Helper()
	require.NoError(t, os.Mkdir(filepath.Join(group, "cgroup.subtree_control"), 0o700))
}

func TestControllersAreHandedDown(t *testing.T) {
	group := fakeGroup(t, map[string]string{"cgroup.controllers": "memory\n"})
	require.NoError(t, handDown(group))
	text, err := os.ReadFile(filepath.Join(group, "cgroup.subtree_control"))
	require.NoError(t, err)
	require.Equal(t, "+memory", string(text))
}

func TestANeededControllerThatIsNotHandedDownIsAnError(t *testing.T) {
	group := fakeGroup(t, map[string]string{"cgroup.controllers": "hugetlb memory\n"})
	unwritable(t, group)
	require.ErrorContains(t, handDown(group), "hand the cgroup controller memory down")
	hybrid := fakeGroup(t, map[string]string{"cgroup.controllers": "hugetlb\n"})
	unwritable(t, hybrid)
	require.NoError(t, handDown(hybrid), "a node does without it")
	require.Error(t, handDown(fakeGroup(t, nil)), "no cgroup of version 2")
}

func TestProcessesInTheTopmostCgroupOfAContainerAreInTheWay(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"a container's processes": {map[string]string{"cgroup.type": "domain\n", "cgroup.procs": "1\n7\n", "cgroup.controllers": "cpu memory pids\n"}, true},
		"a container's systemd":   {map[string]string{"cgroup.type": "domain\n", "cgroup.procs": "", "cgroup.controllers": "cpu memory pids\n"}, false},
		"a machine":               {map[string]string{"cgroup.procs": "2\n3\n", "cgroup.controllers": "cpu memory pids\n"}, false},
		"beside version 1":        {map[string]string{"cgroup.type": "domain\n", "cgroup.procs": "1\n", "cgroup.controllers": "hugetlb\n"}, false},
	} {
		require.Equal(t, c.want, crowded(mountPoint{path: fakeGroup(t, c.files), fstype: "cgroup2"}), name)
	}
	require.False(t, crowded(mountPoint{path: fakeGroup(t, nil), fstype: "cgroup", super: "rw,memory"}))
}
