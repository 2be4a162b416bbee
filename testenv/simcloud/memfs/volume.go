package memfs

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"syscall"
)

// block is what a file takes at least of its volume, unless it is empty.
const block = 4096

// Volume is one file system with a size of its own: a disk, or a tmpfs. What is
// in it stays there while it is mounted nowhere.
type Volume struct {
	Source string // "/dev/vdb"
	Kind   string // "ext4"
	Number string // of the device: "254:16"; "0:40" for one that is none
	Size   int64  // bytes; 0: no limit
	Files  int64  // inodes; 0: no limit
	Base   int64  // bytes that are taken by what is not told of here
	// Busy tells that somebody writes there who is only described, so that it
	// cannot be made read-only. It may be nil.
	Busy func() bool
	// Grown is called when files take more of it. It may be nil.
	Grown func()

	root     *inode
	used     int64 // bytes of its files, by blocks
	files    int64
	writers  int // files that are open for writing
	readOnly bool
}

// mount is a volume at a place of the tree.
type mount struct {
	volume *Volume
	point  string
}

// Space is what a volume has left, as statfs tells it.
type Space struct {
	Source, Point, Kind string
	Number              string // of the device
	Size, Used          int64  // bytes; no size: no limit
	Files, FilesUsed    int64
	ReadOnly            bool
}

func round(bytes int64) int64 { return (bytes + block - 1) / block * block }

func (n *inode) bytes() int64 { return max(int64(len(n.data)), n.room) }

// charge takes room of the volume, or says that there is none.
func (v *Volume) charge(bytes, files int64) error {
	if bytes > 0 && v.Size > 0 && v.Base+v.used+bytes > v.Size || files > 0 && v.Files > 0 && v.files+files > v.Files {
		return syscall.ENOSPC
	}
	if v.used += bytes; bytes > 0 && v.Grown != nil {
		v.Grown()
	}
	v.files += files
	return nil
}

// resize charges the change of a file's size.
func (n *inode) resize(to int64) error { return n.volume.charge(round(to)-round(n.bytes()), 0) }

// free gives back what a tree took that has lost its name.
func (n *inode) free() {
	if n.links--; n.links > 0 {
		return
	}
	for _, child := range n.children {
		child.free()
	}
	_ = n.volume.charge(-round(n.bytes()), -1) // to give back is never refused
}

// mounted is what is seen at an inode: the root of the volume that is mounted
// there last, of this view before all.
func (f *FS) mounted(n *inode) *inode {
	for {
		m, is := f.own[n]
		if !is {
			m, is = f.mounts[n]
		}
		if !is {
			return n
		}
		n = m.volume.root
	}
}

// Mount puts a volume at a directory that is there.
func (f *FS) Mount(v *Volume, point string) error { return f.mount(v, point, f.mounts) }

// Private returns a view of the same tree in which a volume is mounted that
// nobody else sees, as in a mount namespace. The directory is made if it is
// missing.
func (f *FS) Private(v *Volume, point string) (*FS, error) {
	if err := f.MkdirAll(point, 0o755); err != nil {
		return nil, err
	}
	view := &FS{tree: f.tree, own: map[*inode]mount{}}
	maps.Copy(view.own, f.own)
	return view, view.mount(v, point, view.own)
}

func (f *FS) mount(v *Volume, point string, table map[*inode]mount) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("mount", point, true)
	switch {
	case err != nil:
		return err
	case at.node == nil:
		return fail("mount", point, syscall.ENOENT)
	case !at.node.mode.IsDir():
		return fail("mount", point, syscall.ENOTDIR)
	}
	if v.root == nil {
		v.root = f.inode(fs.ModeDir|0o755, v)
		v.root.links = 1
		v.files = 1
	}
	v.readOnly = false
	table[at.node] = mount{v, at.path}
	return nil
}

// Unmount takes away what was mounted at a place last.
func (f *FS) Unmount(point string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for at, m := range f.mounts {
		if m.point != path.Clean(point) {
			continue
		}
		if m.volume.writers > 0 || m.volume.Busy != nil && m.volume.Busy() {
			return fail("umount", point, syscall.EBUSY)
		}
		delete(f.mounts, at)
		return nil
	}
	return fail("umount", point, syscall.EINVAL)
}

// UnmountAll takes every volume but the first away, as a power cut does.
func (f *FS) UnmountAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.mounts)
}

// Remount makes a mounted volume read-only, or writable again. It is busy while
// somebody has a file of it open for writing.
func (f *FS) Remount(point string, readOnly bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("mount", point, true)
	switch {
	case err != nil:
		return err
	case at.node == nil:
		return fail("mount", point, syscall.ENOENT)
	case at.node != at.node.volume.root:
		return fail("mount", point, syscall.EINVAL)
	}
	v := at.node.volume
	if readOnly && !v.readOnly && (v.writers > 0 || v.Busy != nil && v.Busy()) {
		return fail("mount", point, syscall.EBUSY)
	}
	v.readOnly = readOnly
	return nil
}

// Statfs tells of the volume on which a path is.
func (f *FS) Statfs(name string) (Space, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("statfs", name, true)
	if err != nil {
		return Space{}, err
	}
	return n.volume.space(f.pointOf(n.volume)), nil
}

func (f *FS) pointOf(v *Volume) string {
	for _, table := range []map[*inode]mount{f.own, f.mounts} {
		for _, m := range table {
			if m.volume == v {
				return m.point
			}
		}
	}
	return "/"
}

func (v *Volume) space(point string) Space {
	return Space{
		Source: v.Source, Point: point, Kind: v.Kind, Number: v.Number, ReadOnly: v.readOnly,
		Size: v.Size, Used: v.Base + v.used, Files: v.Files, FilesUsed: v.files,
	}
}

// Mounts are the volumes that are mounted, the first one before the others,
// which are in the order of their places.
func (f *FS) Mounts() []Space {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []Space{f.root.volume.space("/")}
	for _, table := range []map[*inode]mount{f.mounts, f.own} {
		for _, m := range table {
			list = append(list, m.volume.space(m.point))
		}
	}
	slices.SortStableFunc(list, func(a, b Space) int { return strings.Compare(a.Point, b.Point) })
	return list
}

// Used is what the volume's files take.
func (f *FS) Used(v *Volume) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return v.used
}

// Allocate gives a file room up to a size, as fallocate does: all of it, or
// none. The room reads as nothing; it is not kept.
func (f *File) Allocate(size int64) error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if size <= f.node.bytes() {
		return nil
	}
	if err := f.node.resize(size); err != nil {
		return fail("fallocate", f.name, syscall.ENOSPC)
	}
	f.node.room = size
	return nil
}
