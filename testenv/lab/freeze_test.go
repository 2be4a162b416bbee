package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// hierarchyOf is a mounted hierarchy with these files.
func hierarchyOf(t *testing.T, fstype, super string, files ...string) mountPoint {
	t.Helper()
	h := mountPoint{path: t.TempDir(), fstype: fstype, super: super}
	for _, name := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(h.path, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(h.path, name), nil, 0o600))
	}
	return h
}

func TestTheFreezerIsThatOfVersion2OrElseOfVersion1(t *testing.T) {
	two := hierarchyOf(t, "cgroup2", "rw", "eris-lab-x/cgroup.procs", "eris-lab-x/cgroup.freeze")
	one := hierarchyOf(t, "cgroup", "rw,freezer", "eris-lab-x/cgroup.procs", "eris-lab-x/freezer.state")
	cpu := hierarchyOf(t, "cgroup", "rw,cpu", "eris-lab-x/cgroup.procs")
	old := hierarchyOf(t, "cgroup2", "rw", "eris-lab-x/cgroup.procs")
	for file, all := range map[string][]mountPoint{
		filepath.Join(two.path, "eris-lab-x/cgroup.freeze"): {one, two},
		filepath.Join(one.path, "eris-lab-x/freezer.state"): {old, cpu, one},
	} {
		f, ok := freezerIn(all, "eris-lab-x")
		require.True(t, ok)
		require.Equal(t, file, f.file)
	}
	for _, all := range [][]mountPoint{{cpu}, {old}, {cpu, old}} {
		_, ok := freezerIn(all, "eris-lab-x")
		require.False(t, ok)
		require.ErrorContains(t, noFreezer(all, "eris-lab-x"), "no freezer holds eris-lab-x: neither version 2 of cgroups with cgroup.freeze")
	}
	require.EqualError(t, noFreezer([]mountPoint{one, two}, "eris-lab-gone"), "none of its nodes runs")
}

func TestAFreezerIsOfferedWhereOneOfTheVersionsHasIt(t *testing.T) {
	for _, c := range []struct {
		name string
		all  []mountPoint
		want bool
	}{
		{"version 2 alone", []mountPoint{hierarchyOf(t, "cgroup2", "rw", "init.scope/cgroup.procs", "init.scope/cgroup.freeze")}, true},
		{"in a container, whose topmost cgroup is not the kernel's", []mountPoint{hierarchyOf(t, "cgroup2", "rw", "cgroup.procs", "cgroup.freeze", "cgroup.controllers")}, true},
		{"version 2 of a kernel before 5.2", []mountPoint{hierarchyOf(t, "cgroup2", "rw", "init.scope/cgroup.procs", "cgroup.controllers")}, false},
		{"nothing below it that tells", []mountPoint{hierarchyOf(t, "cgroup2", "rw", "cgroup.procs")}, true},
		{"version 1 with its controller", []mountPoint{hierarchyOf(t, "cgroup", "rw,freezer")}, true},
		{"version 1 without it", []mountPoint{hierarchyOf(t, "cgroup", "rw,memory")}, false},
		{"the old version 2 beside version 1", []mountPoint{hierarchyOf(t, "cgroup2", "rw", "x/cgroup.procs"), hierarchyOf(t, "cgroup", "rw,freezer")}, true},
	} {
		if c.want {
			require.Contains(t, controllersOf(c.all), "freezer", c.name)
		} else {
			require.NotContains(t, controllersOf(c.all), "freezer", c.name)
		}
	}
}
