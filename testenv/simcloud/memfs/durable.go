package memfs

import (
	"io/fs"
	"path"
	"slices"
)

// Sync has what is in a file outlive a power cut. The names in a folder do so
// anyway.
func (f *FS) Sync(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("sync", name, true)
	if err == nil {
		n.sync()
	}
	return err
}

// SyncAll is Sync of all files.
func (f *FS) SyncAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.walk("/", f.root, func(_ string, n *inode) { n.sync() })
}

func (n *inode) sync() {
	if n.mode.IsRegular() && n.gen == nil {
		n.disk = slices.Clone(n.data)
	}
}

// Cut is a power cut, as hard as a file system may take it: a file all of whose
// names are volatile has what it had when it was synced last, which is nothing
// where it never was.
func (f *FS) Cut(volatile func(name string) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	lost := map[*inode]bool{}
	f.walk("/", f.root, func(name string, n *inode) {
		if n.mode.IsRegular() && n.gen == nil {
			other, seen := lost[n]
			lost[n] = volatile(name) && (other || !seen)
		}
	})
	for n, is := range lost {
		if is {
			_ = n.resize(int64(len(n.disk))) // what it had before had room too
			n.data, n.room = slices.Clone(n.disk), 0
		}
	}
}

// walk visits everything below an inode, by all of its names.
func (f *FS) walk(at string, n *inode, visit func(name string, n *inode)) {
	visit(at, n)
	if n.mode&fs.ModeDir == 0 {
		return
	}
	for name, child := range n.children {
		f.walk(path.Join(at, name), f.mounted(child), visit)
	}
}
