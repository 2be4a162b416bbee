package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A folder at a lab's place that no lab has made is refused by everything that
// would take it away, and stays as it is.
func TestAFolderThatIsNoLabIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	o := Options{
		Name: "home", Profile: "keystone", StateDir: dir, CacheDir: filepath.Join(dir, "cache"), claims: filepath.Join(dir, "run"),
		Progress: func(step, detail string) { t.Errorf("did something: %s: %s", step, detail) },
	}
	o.host = fakeHost{goodHost(o)}
	kept := filepath.Join(dir, "home", "alice", "thesis.tex")
	require.NoError(t, os.MkdirAll(filepath.Dir(kept), 0o755))
	require.NoError(t, os.WriteFile(kept, []byte("long work"), 0o600))
	does := map[string]func() error{
		"up":    func() error { return Up(t.Context(), o) },
		"reset": func() error { return Reset(t.Context(), o) },
	}
	if os.Geteuid() == 0 {
		does["down"] = func() error { return Down(t.Context(), o) }
	}
	for what, do := range does {
		require.ErrorIs(t, do(), ErrForeign, what)
		require.FileExists(t, kept, what)
		require.NoDirExists(t, o.claims, what)
	}
	full, err := o.withDefaults()
	require.NoError(t, err)
	require.ErrorIs(t, takeAway(t.Context(), full), ErrForeign, "also where it was not asked for before")
	require.FileExists(t, kept)
}

func TestAMountPointIsNoLabsFolder(t *testing.T) {
	require.ErrorIs(t, paths{dir: "/proc", stamp: "/proc/lab.json", secret: "/proc/secret"}.ours(), ErrForeign)
}

func TestALabsFolderIsKnownByItUntilNothingElseIsLeft(t *testing.T) {
	o := Options{Name: "mine", StateDir: t.TempDir()}
	p := o.paths()
	require.NoError(t, p.ours(), "there is nothing")
	require.NoError(t, os.MkdirAll(p.dir, 0o700))
	require.NoError(t, p.ours(), "it is empty")
	require.NoError(t, markFolder(p, stamp{Profile: "keystone"}))
	require.NoError(t, os.MkdirAll(filepath.Join(p.dir, "nodes", "ctl-1"), 0o700))
	require.NoError(t, p.ours())

	require.NoError(t, writeStamp(p, stamp{Profile: "keystone"}))
	require.NoError(t, unfinished(p))
	s, err := readStamp(p)
	require.ErrorIs(t, err, ErrNotUp)
	require.Equal(t, "keystone", s.Profile, "one that was cut off while it was taken away is what it was to be")
	require.NoError(t, removeFolder(p))
	require.NoDirExists(t, p.dir)
	require.NoError(t, removeFolder(p), "what is gone is gone")
}

func TestFoldersAreNamedAsTheKernelNamesThem(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "disk"), 0o755))
	require.NoError(t, os.Symlink("disk", filepath.Join(dir, "state")))
	o, err := Options{StateDir: filepath.Join(dir, "state", "not", "yet"), CacheDir: filepath.Join(dir, "state")}.withDefaults()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "disk", "not", "yet"), o.StateDir)
	require.Equal(t, filepath.Join(dir, "disk"), o.CacheDir)
	for _, bad := range []string{"a b", "a:b", "a,b", `a\b`} {
		_, err = Options{StateDir: filepath.Join(dir, bad)}.withDefaults()
		require.ErrorContains(t, err, "no blanks, commas, colons or backslashes", bad)
	}
}

func TestALabIsFoundByItsNameAndByItsInventory(t *testing.T) {
	p := Options{Name: "mine", StateDir: t.TempDir()}.paths()
	other, is := OfInventory(p.inventory)
	require.Equal(t, "mine", other.Name)
	require.False(t, is, "no lab has that name with this folder")
	_, is = OfInventory("/etc/hosts")
	require.False(t, is)
}
