package lab

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnImageThatIsThereDoesNotWaitForAnothersBuild(t *testing.T) {
	o := Options{CacheDir: t.TempDir(), Progress: func(string, string) {}}
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	unlock, err := lock(t.Context(), filepath.Join(o.CacheDir, "image.lock"), func() {})
	require.NoError(t, err)
	defer unlock()
	require.NoError(t, os.MkdirAll(imagePath(o, profile), 0o755))

	ctx, waits := context.WithCancel(t.Context())
	defer waits()
	o.Progress = func(_, detail string) {
		if detail != "cached in "+imagePath(o, profile) {
			waits()
		}
	}
	image, err := ensureImage(ctx, o, profile)
	require.NoError(t, err)
	require.Equal(t, imagePath(o, profile), image)
}

func TestAnImageThatAnotherHasBuiltMeanwhileIsNotBuiltAgain(t *testing.T) {
	o := Options{CacheDir: t.TempDir()}
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	unlock, err := lock(t.Context(), filepath.Join(o.CacheDir, "image.lock"), func() {})
	require.NoError(t, err)
	var said []string
	o.Progress = func(_, detail string) {
		if said = append(said, detail); len(said) == 1 { // it waits: the other is done now
			require.NoError(t, os.MkdirAll(imagePath(o, profile), 0o755))
			unlock()
		}
	}
	image, err := ensureImage(t.Context(), o, profile)
	require.NoError(t, err)
	require.Equal(t, imagePath(o, profile), image)
	require.Equal(t, []string{"another eris builds one; waiting for it", "cached in " + image}, said)
}
