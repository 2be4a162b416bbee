package memfs_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// disk is a tree with a volume of 64 KiB and five inodes at /srv.
func disk(t *testing.T) (*memfs.FS, *memfs.Volume) {
	t.Helper()
	files, v := memfs.New(), &memfs.Volume{Source: "/dev/vdb", Kind: "ext4", Number: "254:16", Size: 64 << 10, Files: 5}
	require.NoError(t, files.MkdirAll("/srv", 0o755))
	require.NoError(t, files.Mount(v, "/srv"))
	return files, v
}

func allocate(t *testing.T, files *memfs.FS, name string, size int64) error {
	t.Helper()
	file, err := files.Open(name, os.O_WRONLY|os.O_CREATE, 0o600)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	return file.Allocate(size)
}

func TestAVolumeHasSoMuchRoomAndNoMore(t *testing.T) {
	files, v := disk(t)
	require.ErrorIs(t, allocate(t, files, "/srv/big", 65<<10), syscall.ENOSPC)
	require.NoError(t, allocate(t, files, "/srv/big", 60<<10))
	require.Equal(t, int64(60<<10), files.Used(v))
	require.NoError(t, files.WriteFile("/srv/small", []byte("x"), 0o600), "a block is left")
	require.ErrorIs(t, files.WriteFile("/srv/more", []byte("x"), 0o600), syscall.ENOSPC)
	require.NoError(t, files.WriteFile("/elsewhere", make([]byte, 128<<10), 0o600), "the root is another volume")
	info, err := files.Stat("/srv/big")
	require.NoError(t, err)
	require.Equal(t, int64(60<<10), info.Size())
	require.NoError(t, files.Remove("/srv/big"))
	require.Equal(t, int64(4096), files.Used(v), "the small one is left")
	require.NoError(t, files.RemoveAll("/srv"), "what is mounted there is emptied and stays")
	require.Zero(t, files.Used(v))
	require.True(t, files.Exists("/srv"))
}

func TestAVolumeHasSoManyFilesAndNoMore(t *testing.T) {
	files, _ := disk(t)
	for _, name := range []string{"/srv/a", "/srv/b", "/srv/c"} {
		require.NoError(t, files.Mkdir(name, 0o700))
	}
	require.NoError(t, files.Symlink("a", "/srv/d"))
	for what, err := range map[string]error{
		"mkdir": files.Mkdir("/srv/e", 0o700), "write": files.WriteFile("/srv/e", nil, 0o600), "link": files.Symlink("a", "/srv/e"),
		"mkdir -p": files.MkdirAll("/srv/a/e/f", 0o700),
	} {
		require.ErrorIs(t, err, syscall.ENOSPC, what)
	}
	require.NoError(t, files.RemoveAll("/srv/a"))
	require.NoError(t, files.WriteFile("/srv/e", nil, 0o600))
	require.NoError(t, files.Rename("/srv/e", "/srv/f"), "a rename needs no other")
	s, err := files.Statfs("/srv/b")
	require.NoError(t, err)
	require.Equal(t, memfs.Space{Source: "/dev/vdb", Point: "/srv", Kind: "ext4", Number: "254:16", Size: 64 << 10, Files: 5, FilesUsed: 5}, s)
}

func TestNothingLeavesItsVolumeByAName(t *testing.T) {
	files, _ := disk(t)
	require.NoError(t, files.WriteFile("/srv/a", nil, 0o600))
	require.ErrorIs(t, files.Rename("/srv/a", "/a"), syscall.EXDEV)
	require.ErrorIs(t, files.Link("/srv/a", "/a"), syscall.EXDEV)
	require.NoError(t, files.Link("/srv/a", "/srv/b"))
	require.NoError(t, files.Remove("/srv/a"))
	require.True(t, files.Exists("/srv/b"))
	require.ErrorIs(t, files.Remove("/srv"), syscall.EBUSY)
}

func TestAReadOnlyVolumeTakesNothing(t *testing.T) {
	files, v := disk(t)
	require.NoError(t, files.WriteFile("/srv/a", []byte("text"), 0o600))
	open, err := files.Open("/srv/a", os.O_WRONLY, 0)
	require.NoError(t, err)
	require.ErrorIs(t, files.Remount("/srv", true), syscall.EBUSY, "it is being written")
	require.NoError(t, open.Close())
	v.Busy = func() bool { return true }
	require.ErrorIs(t, files.Remount("/srv", true), syscall.EBUSY, "a daemon has it open")
	v.Busy = nil
	require.ErrorIs(t, files.Remount("/srv/none", true), syscall.ENOENT)
	require.ErrorIs(t, files.Remount("/srv/a", true), syscall.EINVAL)
	require.NoError(t, files.Remount("/srv", true))
	for what, err := range map[string]error{
		"write": files.WriteFile("/srv/a", nil, 0o600), "new": files.WriteFile("/srv/b", nil, 0o600), "mkdir": files.Mkdir("/srv/b", 0o700),
		"remove": files.Remove("/srv/a"), "all": files.RemoveAll("/srv/a"), "rename": files.Rename("/srv/a", "/srv/b"),
		"chmod": files.Chmod("/srv/a", 0o400), "link": files.Symlink("a", "/srv/b"),
	} {
		require.ErrorIs(t, err, syscall.EROFS, what)
	}
	data, err := files.ReadFile("/srv/a")
	require.NoError(t, err)
	require.Equal(t, "text", string(data))
	require.NoError(t, files.Remount("/srv", false))
	require.NoError(t, files.Remove("/srv/a"))
}

func TestWhatIsMountedIsSeenUntilItIsTakenAway(t *testing.T) {
	files, v := disk(t)
	require.NoError(t, files.WriteFile("/srv/a", nil, 0o600))
	own := &memfs.Volume{Source: "tmpfs", Kind: "tmpfs"}
	view, err := files.Private(own, "/srv/own")
	require.NoError(t, err)
	require.NoError(t, view.WriteFile("/srv/own/secret", []byte("x"), 0o600))
	require.False(t, files.Exists("/srv/own/secret"), "nobody else sees it")
	require.True(t, view.Exists("/srv/a"), "all else is the same")
	require.Len(t, view.Mounts(), 3)
	require.Len(t, files.Mounts(), 2)
	files.UnmountAll()
	require.False(t, files.Exists("/srv/a"))
	require.NoError(t, files.Mount(v, "/srv"))
	require.True(t, files.Exists("/srv/a"), "a disk keeps its files")
	require.NoError(t, files.Unmount("/srv"))
	require.ErrorIs(t, files.Unmount("/srv"), syscall.EINVAL)
}
