package lab

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestASnapshotIsOfOneLabImageProfileAndSetOfRoleFiles(t *testing.T) {
	path := func(name string, change func(fstest.MapFS)) string {
		files, ok := tree().(fstest.MapFS)
		require.True(t, ok)
		files["roles/shared/piece"] = &fstest.MapFile{Data: []byte("piece")}
		files["roles/other/role.yaml"] = &fstest.MapFile{Data: []byte("name: other")}
		change(files)
		profile, err := readProfile(files, "profiles/p.yaml")
		require.NoError(t, err)
		return snapshotPath(Options{Name: name, CacheDir: "/cache"}, profile)
	}
	add := func(file, text string) func(fstest.MapFS) {
		return func(files fstest.MapFS) {
			files[file] = &fstest.MapFile{Data: append(append([]byte{}, dataOf(files, file)...), text...)}
		}
	}
	same := path("lab", func(fstest.MapFS) {})
	require.Equal(t, same, path("lab", func(fstest.MapFS) {}))
	require.Regexp(t, `^/cache/snapshots/lab/p-[0-9a-f]{16}$`, same)
	require.Equal(t, same, path("lab", add("roles/other/role.yaml", "\n# not of this profile")))
	seen := map[string]bool{same: true}
	for _, another := range []string{
		path("another", func(fstest.MapFS) {}),
		path("lab", add("profiles/p.yaml", "\n# changed")),
		path("lab", add("roles/r/role.yaml", "\n# changed")),
		path("lab", add("roles/r/role.yaml", "packages: [strace]\n")),
		path("lab", add("roles/r/conf", "changed")),
		path("lab", add("roles/r/new", "")),
		path("lab", add("roles/shared/piece", "changed")),
	} {
		require.False(t, seen[another], another)
		seen[another] = true
	}
}

func dataOf(files fs.FS, name string) []byte {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil
	}
	return data
}
