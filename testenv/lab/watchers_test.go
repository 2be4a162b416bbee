package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLimitOfWatchersIsRaisedWhileThereAreLabs(t *testing.T) {
	dir := t.TempDir()
	w := watchers{limit: filepath.Join(dir, "limit"), before: filepath.Join(dir, "before"), claims: filepath.Join(dir, "claims")}
	set := func(text string) { require.NoError(t, os.WriteFile(w.limit, []byte(text+"\n"), 0o600)) }
	now := func() string {
		text, err := os.ReadFile(w.limit)
		require.NoError(t, err)
		return strings.TrimSpace(string(text))
	}
	raise := func() bool {
		raised, err := w.raise(t.Context())
		require.NoError(t, err)
		return raised
	}
	lab := filepath.Join(w.claims, "lab")
	require.NoError(t, os.MkdirAll(lab, 0o700))

	set("128")
	require.True(t, raise())
	require.Equal(t, "1024", now())
	require.False(t, raise(), "another lab finds it high enough")
	require.NoError(t, w.giveBack(t.Context()))
	require.Equal(t, "1024", now(), "a lab is there still")
	require.NoError(t, os.Remove(lab))
	require.NoError(t, w.giveBack(t.Context()))
	require.Equal(t, "128", now())
	require.NoError(t, w.giveBack(t.Context()))
	require.Equal(t, "128", now())
	require.NoFileExists(t, w.before)

	require.True(t, raise())
	set("4096")
	require.NoError(t, w.giveBack(t.Context()))
	require.Equal(t, "4096", now(), "somebody else's stays")

	set("8192")
	require.False(t, raise())
	require.NoError(t, w.giveBack(t.Context()))
	require.Equal(t, "8192", now())

	require.NoError(t, os.WriteFile(w.before, nil, 0o600))
	require.ErrorContains(t, w.giveBack(t.Context()), "read limit of "+w.before)
	require.NoError(t, w.giveBack(t.Context()), "it is told once")

	set("many")
	_, err := w.raise(t.Context())
	require.ErrorContains(t, err, "read limit of "+w.limit)
}
