package memfs

import (
	"io/fs"
	"path"
	"syscall"
	"time"
)

type info struct {
	name  string
	size  int64
	mode  fs.FileMode
	mtime time.Time
	stat  *syscall.Stat_t
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.mtime }
func (i info) IsDir() bool        { return i.mode.IsDir() }

// Sys returns a *syscall.Stat_t with the inode number, owned by root.
func (i info) Sys() any { return i.stat }

func describe(name string, n *inode) info {
	size := int(n.bytes())
	if n.mode&fs.ModeSymlink != 0 {
		size = len(n.target)
	}
	return info{name: name, size: int64(size), mode: n.mode, mtime: n.mtime, stat: &syscall.Stat_t{Ino: n.ino}}
}

// Stat describes a file, following links. A generated file has size 0, as
// under /proc.
func (f *FS) Stat(name string) (fs.FileInfo, error) { return f.stat(name, true) }

// Lstat describes a file or a link itself.
func (f *FS) Lstat(name string) (fs.FileInfo, error) { return f.stat(name, false) }

func (f *FS) stat(name string, follow bool) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("stat", name, follow)
	if err != nil {
		return nil, err
	}
	return describe(path.Base(name), n), nil
}

// Exists tells whether a path leads to something.
func (f *FS) Exists(name string) bool {
	_, err := f.Stat(name)
	return err == nil
}

// ReadDir lists a directory, sorted by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("open", name, true)
	if err == nil && !n.mode.IsDir() {
		err = fail("readdirent", name, syscall.ENOTDIR)
	}
	if err != nil {
		return nil, err
	}
	entries := make([]fs.DirEntry, 0, len(n.children))
	for _, child := range sortedNames(n) {
		entries = append(entries, fs.FileInfoToDirEntry(describe(child, f.mounted(n.children[child]))))
	}
	return entries, nil
}
