package memfs_test

import (
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// tree is a file system with a directory, a file in it, and a link to both.
func tree(t *testing.T) *memfs.FS {
	t.Helper()
	files := memfs.New()
	require.NoError(t, files.WriteFile("/dir/file", []byte("text"), 0o640))
	require.NoError(t, files.Symlink("dir", "/link"))
	require.NoError(t, files.Symlink("../dir/file", "/dir/loop"))
	require.NoError(t, files.Symlink("self", "/self"))
	return files
}

func TestPathsAreFollowedThroughLinks(t *testing.T) {
	files := tree(t)
	for _, name := range []string{"/dir/file", "/link/file", "/link/../dir/./file", "/dir/loop", "dir/file", "//dir//file"} {
		data, err := files.ReadFile(name)
		require.NoError(t, err, name)
		require.Equal(t, "text", string(data), name)
	}
	resolved, err := files.Resolve("/link/loop")
	require.NoError(t, err)
	require.Equal(t, "/dir/file", resolved)
}

func TestErrorsAreThoseOfTheSystem(t *testing.T) {
	files := tree(t)
	read := func(name string) error { _, err := files.ReadFile(name); return err }
	for what, each := range map[string]struct {
		err  error
		want syscall.Errno
	}{
		"missing":               {read("/no"), syscall.ENOENT},
		"missing directory":     {read("/no/file"), syscall.ENOENT},
		"file as directory":     {read("/dir/file/x"), syscall.ENOTDIR},
		"directory as file":     {read("/dir"), syscall.EISDIR},
		"loop":                  {read("/self"), syscall.ELOOP},
		"mkdir twice":           {files.Mkdir("/dir", 0o755), syscall.EEXIST},
		"mkdir below a file":    {files.MkdirAll("/dir/file/x", 0o755), syscall.ENOTDIR},
		"remove full directory": {files.Remove("/dir"), syscall.ENOTEMPTY},
		"remove missing":        {files.Remove("/no"), syscall.ENOENT},
		"rename into itself":    {files.Rename("/dir", "/dir/below"), syscall.EINVAL},
		"rename over directory": {files.Rename("/dir/file", "/dir"), syscall.EISDIR},
		"symlink over a file":   {files.Symlink("x", "/dir/file"), syscall.EEXIST},
		"link of a directory":   {files.Link("/dir", "/dir2"), syscall.EPERM},
		"chmod of nothing":      {files.Chmod("/no", 0o600), syscall.ENOENT},
	} {
		require.ErrorIs(t, each.err, each.want, what)
		var pathErr *fs.PathError
		require.ErrorAs(t, each.err, &pathErr, what)
	}
	_, err := files.Readlink("/dir/file")
	require.ErrorIs(t, err, syscall.EINVAL)
	_, err = files.Open("/dir/file", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	require.ErrorIs(t, err, fs.ErrExist)
}

func TestAnOpenFileOutlivesItsName(t *testing.T) {
	files := tree(t)
	file, err := files.Open("/dir/file", os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	require.NoError(t, files.Rename("/dir/file", "/moved"))
	_, err = file.Write([]byte(" more"))
	require.NoError(t, err)
	data, err := files.ReadFile("/moved")
	require.NoError(t, err)
	require.Equal(t, "text more", string(data))
	require.NoError(t, files.Remove("/moved"))
	_, err = file.Write([]byte("lost"))
	require.NoError(t, err)
	require.False(t, files.Exists("/moved"))
}

func TestAHardLinkIsTheSameFile(t *testing.T) {
	files := tree(t)
	require.NoError(t, files.Link("/dir/file", "/other"))
	require.NoError(t, files.WriteFile("/other", []byte("new"), 0o600))
	data, err := files.ReadFile("/dir/file")
	require.NoError(t, err)
	require.Equal(t, "new", string(data))
}

func TestAGeneratedFileIsMadeAtEachOpenAndTellsItsWrites(t *testing.T) {
	files := memfs.New()
	count, got := 0, ""
	require.NoError(t, files.Generate("/proc/count", func() []byte { count++; return []byte{byte('0' + count)} }, nil))
	require.NoError(t, files.Generate("/sys/knob", func() []byte { return []byte(got) }, func(p []byte) error {
		if string(p) == "bad" {
			return syscall.ERANGE
		}
		got = string(p)
		return nil
	}))
	for _, want := range []string{"1", "2"} {
		data, err := files.ReadFile("/proc/count")
		require.NoError(t, err)
		require.Equal(t, want, string(data))
	}
	require.ErrorIs(t, files.WriteFile("/proc/count", []byte("x"), 0o644), syscall.EACCES)
	require.NoError(t, files.WriteFile("/sys/knob", []byte("on"), 0o644))
	require.Equal(t, "on", got)
	require.ErrorIs(t, files.WriteFile("/sys/knob", []byte("bad"), 0o644), syscall.ERANGE)
	require.Empty(t, files.Dump("/"), "what is generated is not stored")
}

func TestListingsAreSortedAndADumpNamesEverything(t *testing.T) {
	files := tree(t)
	require.NoError(t, files.MkdirAll("/dir/b/c", 0o700))
	entries, err := files.ReadDir("/link")
	require.NoError(t, err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	require.Equal(t, []string{"b", "file", "loop"}, names)
	require.Equal(t, map[string]string{"/dir/file": "text", "/dir/loop": "-> ../dir/file"}, files.Dump("/dir"))
	require.NoError(t, files.RemoveAll("/dir"))
	require.Empty(t, files.Dump("/dir"))
	require.NoError(t, files.RemoveAll("/dir"))
}
