package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPruneKeepsWhatALabStandsOnAndWhatAnUpWouldUse(t *testing.T) {
	if os.Geteuid() != 0 {
		_, err := Prune(t.Context(), Options{CacheDir: t.TempDir()}, false)
		require.ErrorIs(t, err, os.ErrPermission)
		return
	}
	dir := t.TempDir()
	o := Options{Name: "mine", StateDir: filepath.Join(dir, "state"), CacheDir: filepath.Join(dir, "cache")}
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	current, snapshot := imagePath(o, profile), snapshotPath(o, profile)
	inUse := filepath.Join(o.CacheDir, "images", "bookworm-in-use")
	old := filepath.Join(o.CacheDir, "images", "bookworm-old")
	half := snapshot + ".making"
	oldSnapshot := filepath.Join(o.CacheDir, "snapshots", "gone", "keystone-0123")
	for _, path := range []string{current, inUse, old, snapshot, half, oldSnapshot} {
		require.NoError(t, os.MkdirAll(path, 0o755))
	}
	other := Options{Name: "other", StateDir: o.StateDir}.paths()
	require.NoError(t, os.MkdirAll(other.dir, 0o755))
	require.NoError(t, writeStamp(other, stamp{Profile: "keystone", Image: inUse}))

	// a lab in another state folder, of which nothing is mounted
	elsewhere := Options{Name: "other", StateDir: filepath.Join(dir, "elsewhere"), CacheDir: o.CacheDir}
	alsoInUse := filepath.Join(o.CacheDir, "images", "bookworm-also-in-use")
	require.NoError(t, os.MkdirAll(alsoInUse, 0o755))
	require.NoError(t, os.MkdirAll(elsewhere.paths().dir, 0o755))
	require.NoError(t, writeStamp(elsewhere.paths(), stamp{Profile: "keystone", Image: alsoInUse}))
	for range 2 {
		require.NoError(t, noteState(elsewhere))
	}

	removed, err := Prune(t.Context(), o, false)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{old, half, oldSnapshot}, removed)
	for _, path := range removed {
		require.NoDirExists(t, path)
	}
	require.NoDirExists(t, filepath.Dir(oldSnapshot))
	removed, err = Prune(t.Context(), o, true)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{current, snapshot}, removed)
	require.DirExists(t, inUse)
	require.DirExists(t, alsoInUse)
}
