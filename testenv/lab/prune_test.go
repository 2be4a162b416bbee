package lab

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	packages := filepath.Join(o.CacheDir, "packages")
	for _, path := range []string{current, inUse, old, snapshot, half, oldSnapshot, packages} {
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
	require.ElementsMatch(t, []string{current, snapshot, packages}, removed)
	require.NoDirExists(t, packages)
	require.DirExists(t, inUse)
	require.DirExists(t, alsoInUse)
}

func TestPruneKeepsWhatAnUpOfOwnDefinitionsWouldUse(t *testing.T) {
	dir := ownFolder(t)
	o := Options{Name: "mine", StateDir: t.TempDir(), CacheDir: t.TempDir(), Definitions: dir}
	profile, err := o.load("web")
	require.NoError(t, err)
	image, snapshot := imagePath(o, profile), snapshotPath(o, profile)
	require.NoError(t, os.MkdirAll(snapshot, 0o755))
	text, err := json.Marshal(stampOf(o, profile, image))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(snapshot, "lab.json"), text, 0o600))
	used := func() map[string]string {
		plain := o
		plain.Definitions = "" // nobody says it again
		all := map[string]string{}
		require.NoError(t, usedNext(plain, []string{snapshot}, all))
		return all
	}
	require.NotEmpty(t, used()[image])
	require.NotEmpty(t, used()[snapshot])
	edit(t, dir, "roles/greeter/role.yaml", "[ncat]", "[ncat, ltrace]")
	require.Empty(t, used()[image])
	require.Empty(t, used()[snapshot])
}

// cacheOf is a cache with two images, A before B, and a snapshot of the lab mine.
func cacheOf(t *testing.T) (o Options, a, b, snapshot string, told *strings.Builder) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	told = &strings.Builder{}
	o = Options{Name: "mine", StateDir: t.TempDir(), CacheDir: t.TempDir(), Progress: func(step, detail string) { told.WriteString(detail + "\n") }}
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	a, b, snapshot = filepath.Join(o.CacheDir, "images", "a"), filepath.Join(o.CacheDir, "images", "b"), snapshotPath(o, profile)
	for _, path := range []string{a, b, snapshot} {
		require.NoError(t, os.MkdirAll(filepath.Join(path, "etc"), 0o755))
	}
	return o, a, b, snapshot, told
}

func TestPruneLeavesWhatAnotherMakesALabOf(t *testing.T) {
	o, a, b, snapshot, told := cacheOf(t)
	var releases []func()
	for _, path := range []string{b, snapshot} {
		release, err := hold(t.Context(), path)
		require.NoError(t, err)
		releases = append(releases, release)
	}
	removed, err := Prune(t.Context(), o, true)
	require.NoError(t, err)
	require.Equal(t, []string{a}, removed)
	require.DirExists(t, filepath.Join(b, "etc"))
	require.Contains(t, told.String(), "left "+b+": another eris is making a lab of it\n")
	require.Contains(t, told.String(), "left "+snapshot+": another eris is making a lab of it\n")
	for _, release := range releases {
		release()
	}
	removed, err = Prune(t.Context(), o, true)
	require.NoError(t, err)
	require.Equal(t, []string{b, snapshot}, removed)
	_, err = hold(t.Context(), b)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Whoever has made a lab of it lets go of it, while prune is busy with another.
func TestPruneLeavesWhatALabWasMadeOfMeanwhile(t *testing.T) {
	o, a, b, _, told := cacheOf(t)
	tell := o.Progress
	other := Options{Name: "other", StateDir: o.StateDir}.paths()
	o.Progress = func(step, detail string) {
		tell(step, detail)
		if strings.HasPrefix(detail, "removing "+a) {
			require.NoError(t, os.MkdirAll(other.dir, 0o755))
			require.NoError(t, writeStamp(other, stamp{Profile: "keystone", Image: b, Making: true}))
		}
	}
	_, err := Prune(t.Context(), o, true)
	require.NoError(t, err)
	require.NoDirExists(t, a)
	require.DirExists(t, b)
	require.Contains(t, told.String(), "left "+b+": lab other of "+o.StateDir+" stands on it\n")
}

func TestAnImageThatIsBeingRemovedIsNotHeld(t *testing.T) {
	_, a, _, _, _ := cacheOf(t)
	release, err := seize(a)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = hold(ctx, a)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	held := make(chan error, 1)
	go func() {
		_, err := hold(t.Context(), a)
		held <- err
	}()
	require.NoError(t, removeWhole(a))
	release()
	require.ErrorIs(t, <-held, fs.ErrNotExist)
}

func TestAResetWhoseSnapshotIsRemovedTouchesNothing(t *testing.T) {
	o, _, _, snapshot, told := cacheOf(t)
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(snapshot))
	require.ErrorIs(t, restore(t.Context(), o, profile, newStopwatch()), ErrNoSnapshot)
	require.Empty(t, told.String())
}
