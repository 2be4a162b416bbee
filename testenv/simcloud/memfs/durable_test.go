package memfs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

func TestAPowerCutLeavesWhatWasSynced(t *testing.T) {
	files := memfs.New()
	write := func(name, text string) { require.NoError(t, files.WriteFile(name, []byte(text), 0o600)) }
	require.NoError(t, files.MkdirAll("/eris/x", 0o700))
	for _, name := range []string{"/own", "/eris/kept", "/eris/never", "/eris/both", "/eris/all"} {
		write(name, "one")
	}
	require.NoError(t, files.Link("/eris/both", "/other"))
	require.NoError(t, files.Sync("/eris/kept"))
	require.NoError(t, files.Sync("/eris"))
	require.Error(t, files.Sync("/eris/gone"))
	write("/eris/kept", "two, and longer")
	cut := func() map[string]string {
		files.Cut(func(name string) bool { return strings.HasPrefix(name, "/eris/") })
		return files.Dump("/")
	}
	require.Equal(t, map[string]string{"/own": "one", "/eris/kept": "one", "/eris/never": "", "/eris/both": "one", "/other": "one", "/eris/all": ""}, cut())
	write("/eris/all", "three")
	files.SyncAll()
	write("/eris/all", "four")
	require.Equal(t, "three", cut()["/eris/all"])
}
