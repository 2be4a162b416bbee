package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// upOn says that a complete lab of a stamp is there, on a machine that could not
// carry one, and how an up of it ends.
func upOn(t *testing.T, o Options, change func(*stamp)) error {
	t.Helper()
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	s := stampOf(o, profile, "/image")
	change(&s)
	require.NoError(t, os.MkdirAll(o.paths().dir, 0o700))
	require.NoError(t, writeStamp(o.paths(), s))
	before, err := os.ReadFile(o.paths().stamp)
	require.NoError(t, err)
	f := goodHost(o)
	f.root = false
	o.host = &fakeHost{is: f}
	o.Progress = func(step, detail string) { t.Errorf("did something: %s: %s", step, detail) }
	upErr := Up(t.Context(), o)
	after, err := os.ReadFile(o.paths().stamp)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	require.NoFileExists(t, o.paths().lock)
	return upErr
}

func TestUpRefusesALabThatWouldNotBeMadeSoNow(t *testing.T) {
	dir := t.TempDir()
	o := Options{Name: "mine", StateDir: filepath.Join(dir, "state"), CacheDir: filepath.Join(dir, "cache"), claims: filepath.Join(dir, "run")}
	err := upOn(t, o, func(s *stamp) { s.Roles = "0123456789abcdef" })
	require.ErrorIs(t, err, ErrOutdated)
	require.ErrorContains(t, err, "lab mine up: its profile or roles have changed")
	require.ErrorContains(t, err, "`eris lab up --fresh`")
	err = upOn(t, o, func(s *stamp) { s.Roles = "" })
	require.ErrorIs(t, err, ErrOutdated)
	require.ErrorContains(t, err, "an older eris")

	var unfit *Unfit // the next thing that is asked
	require.ErrorAs(t, upOn(t, o, func(*stamp) {}), &unfit)
	require.ErrorAs(t, upOn(t, o, func(s *stamp) { s.Roles, s.Making = "0123456789abcdef", true }), &unfit, "it was cut off, and is made anew")
	fresh := o
	fresh.Fresh = true
	require.ErrorAs(t, upOn(t, fresh, func(s *stamp) { s.Roles = "0123456789abcdef" }), &unfit)
}

func TestAStampIsOfWhatItsSnapshotIsOf(t *testing.T) {
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	o := Options{Name: "mine", CacheDir: "/cache"}
	s := stampOf(o, profile, "/image")
	require.Empty(t, s.outdated(o, profile))
	require.True(t, strings.HasSuffix(snapshotPath(o, profile), "/keystone-"+s.Roles))
	files, err := readProfile(tree(), "profiles/p.yaml")
	require.NoError(t, err)
	changed, err := readProfile(tree("port: 1", "port: 2"), "profiles/p.yaml")
	require.NoError(t, err)
	require.Empty(t, stampOf(o, files, "/image").outdated(o, files))
	require.NotEmpty(t, stampOf(o, files, "/image").outdated(o, changed))
}

func TestStatusSaysThatALabIsOutdated(t *testing.T) {
	s := healthyStatus(keystoneRenderer(t))
	var text strings.Builder
	require.NoError(t, s.Write(&text))
	require.NotContains(t, text.String(), "--fresh")
	s.Outdated = "its profile or roles have changed since it was made"
	text.Reset()
	require.NoError(t, s.Write(&text))
	require.Contains(t, text.String(), "  there is no snapshot of its first state: `eris lab reset` has nothing to go back to\n")
	s.Snapshot = true
	text.Reset()
	require.NoError(t, s.Write(&text))
	require.NotContains(t, text.String(), "lab reset")
	require.Contains(t, text.String(), "(profile keystone): healthy\n  its profile or roles have changed since it was made; it stays as it is until `eris lab up --fresh`")
}
