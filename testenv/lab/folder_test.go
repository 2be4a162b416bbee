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
	o.host = &fakeHost{is: goodHost(o)}
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

// Names say nothing: others have files called so too.
func TestAFolderWithFilesNamedAsALabsIsLeftAlone(t *testing.T) {
	o := Options{Name: "vault", StateDir: t.TempDir()}
	p := o.paths()
	require.NoError(t, os.MkdirAll(p.dir, 0o700))
	require.NoError(t, os.WriteFile(p.secret, []byte("hush"), 0o600))
	require.ErrorIs(t, p.ours(), ErrForeign)
	require.NoError(t, os.WriteFile(p.stamp, []byte(`{"experiments": []}`), 0o600))
	require.ErrorIs(t, p.ours(), ErrForeign)
	require.NoError(t, os.RemoveAll(p.dir))
	require.NoError(t, os.Symlink(t.TempDir(), p.dir))
	require.ErrorIs(t, p.ours(), ErrForeign, "what is mounted in it has another name")
}

func TestAMountPointIsNoLabsFolder(t *testing.T) {
	require.ErrorIs(t, paths{dir: "/proc", stamp: "/proc/lab.json", secret: "/proc/secret"}.ours(), ErrForeign)
}

func TestALabsFolderIsKnownByItUntilNothingElseIsLeft(t *testing.T) {
	o := Options{Name: "mine", StateDir: t.TempDir(), claims: t.TempDir()}
	p := o.paths()
	require.NoError(t, p.ours(), "there is nothing")
	require.NoError(t, os.MkdirAll(p.dir, 0o700))
	require.NoError(t, p.ours(), "it is empty")
	require.NoError(t, os.WriteFile(newStamp(p), []byte("{"), 0o600))
	require.NoError(t, p.ours(), "it was cut off at the very beginning")
	require.NoError(t, markFolder(p, stamp{Profile: "keystone"}))
	require.NoError(t, os.MkdirAll(filepath.Join(p.dir, "nodes", "ctl-1"), 0o700))
	require.NoError(t, p.ours())

	require.NoError(t, writeStamp(p, stamp{Profile: "keystone"}))
	require.NoError(t, unfinished(p))
	s, err := readStamp(p)
	require.ErrorIs(t, err, ErrNotUp)
	require.Equal(t, "keystone", s.Profile, "one that was cut off while it was taken away is what it was to be")
	require.NoError(t, emptyFolder(p))
	s, err = readStamp(p)
	require.ErrorIs(t, err, ErrNotUp)
	require.Equal(t, "keystone", s.Profile, "so is one that was cut off before something came in its place")
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
	for _, bad := range []string{"a b", "a:b", "a,b", `a\b`, "o'brien", "a*", "a?", "a[b]", "a%b", "$a"} {
		_, err = Options{StateDir: filepath.Join(dir, bad)}.withDefaults()
		require.ErrorContains(t, err, "has only letters, digits and", bad)
	}
}

func TestALabIsFoundByItsNameAndByItsInventory(t *testing.T) {
	usual := Options{Name: "mine", claims: t.TempDir()}
	require.Empty(t, find(usual).StateDir, "nobody has the name")
	o := usual
	o.StateDir = t.TempDir()
	p := o.paths()
	_, is := ofInventory(usual, p.inventory)
	require.False(t, is)

	require.NoError(t, p.takeName())
	require.Equal(t, o.StateDir, find(usual).StateDir)
	found, is := ofInventory(usual, p.inventory)
	require.True(t, is)
	require.Equal(t, o.StateDir, found.StateDir)
	_, is = ofInventory(usual, p.clouds)
	require.False(t, is, "another file of it")
	_, is = ofInventory(usual, filepath.Join(t.TempDir(), "mine", filepath.Base(p.inventory)))
	require.False(t, is, "a folder of that name elsewhere")
}
