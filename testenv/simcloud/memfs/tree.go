package memfs

import (
	"io/fs"
	"path"
	"strings"
	"syscall"
	"time"
)

// Mkdir makes one directory.
func (f *FS) Mkdir(name string, perm fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.vacant("mkdir", name)
	if err != nil {
		return err
	}
	_, err = f.make("mkdir", at, fs.ModeDir|perm.Perm())
	return err
}

// MkdirAll makes a directory and those above it that are missing.
func (f *FS) MkdirAll(name string, perm fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	whole := "/"
	for part := range strings.SplitSeq(path.Clean("/"+name), "/") {
		if part == "" {
			continue
		}
		whole = path.Join(whole, part)
		at, err := f.locate("mkdir", whole, true)
		switch {
		case err != nil:
			return err
		case at.node == nil:
			if _, err := f.make("mkdir", at, fs.ModeDir|perm.Perm()); err != nil {
				return err
			}
		case !at.node.mode.IsDir():
			return fail("mkdir", name, syscall.ENOTDIR)
		}
	}
	return nil
}

// Remove removes a file, a link or an empty directory.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("remove", name, false)
	switch {
	case err != nil:
		return err
	case at.node == nil:
		return fail("remove", name, syscall.ENOENT)
	case at.dir == nil || at.node == at.node.volume.root:
		return fail("remove", name, syscall.EBUSY)
	case at.node.volume.readOnly:
		return fail("remove", name, syscall.EROFS)
	case len(at.node.children) > 0:
		return fail("remove", name, syscall.ENOTEMPTY)
	}
	at.drop()
	return nil
}

// RemoveAll removes a path and all below it; it need not exist. The root
// itself is only emptied.
func (f *FS) RemoveAll(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("remove", name, false)
	switch {
	case err != nil || at.node == nil:
		return nil
	case at.node.volume.readOnly:
		return fail("remove", name, syscall.EROFS)
	case at.dir == nil || at.node == at.node.volume.root:
		for _, child := range at.node.children {
			child.free()
		}
		at.node.children = map[string]*inode{}
	default:
		at.drop()
	}
	return nil
}

// Rename moves a file or directory, over an existing file if there is one.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	source, err := f.locate("rename", from, false)
	if err == nil && source.node == nil {
		err = fail("rename", from, syscall.ENOENT)
	}
	if err != nil {
		return err
	}
	target, err := f.locate("rename", to, false)
	switch {
	case err != nil:
		return err
	case target.dir == nil || source.dir == nil:
		return fail("rename", to, syscall.EBUSY)
	case target.dir.volume != source.dir.volume:
		return fail("rename", to, syscall.EXDEV)
	case source.dir.volume.readOnly:
		return fail("rename", to, syscall.EROFS)
	case target.node == source.node:
		return nil
	case strings.HasPrefix(target.path+"/", source.path+"/"):
		return fail("rename", to, syscall.EINVAL)
	case target.node != nil && target.node.mode.IsDir() && !source.node.mode.IsDir():
		return fail("rename", to, syscall.EISDIR)
	case target.node != nil && len(target.node.children) > 0:
		return fail("rename", to, syscall.ENOTEMPTY)
	}
	if target.node != nil {
		target.drop()
	}
	source.forget()
	source.node.links--
	target.put(source.node)
	return nil
}

// Symlink makes a symbolic link.
func (f *FS) Symlink(target, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.vacant("symlink", name)
	if err != nil {
		return err
	}
	n, err := f.make("symlink", at, fs.ModeSymlink|0o777)
	if err != nil {
		return err
	}
	n.target = target
	return nil
}

// Link makes a second name for a file.
func (f *FS) Link(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("link", from, false)
	if err != nil {
		return err
	}
	if n.mode.IsDir() {
		return fail("link", from, syscall.EPERM)
	}
	at, err := f.vacant("link", to)
	if err != nil {
		return err
	}
	if at.dir.volume != n.volume {
		return fail("link", to, syscall.EXDEV)
	}
	at.put(n)
	return nil
}

// Readlink returns what a symbolic link points to.
func (f *FS) Readlink(name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.existing("readlink", name, false)
	if err == nil && n.mode&fs.ModeSymlink == 0 {
		err = fail("readlink", name, syscall.EINVAL)
	}
	if err != nil {
		return "", err
	}
	return n.target, nil
}

// Resolve returns the absolute path without links. The last part need not
// exist.
func (f *FS) Resolve(name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("resolve", name, true)
	return at.path, err
}

// Chmod sets the permission bits.
func (f *FS) Chmod(name string, perm fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.changeable("chmod", name)
	if err != nil {
		return err
	}
	n.mode = n.mode&^fs.ModePerm | perm.Perm()
	return nil
}

// Renumber sets the inode number, as of a file that another file system gives.
func (f *FS) Renumber(name string, ino uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.changeable("renumber", name)
	if err != nil {
		return err
	}
	n.ino = ino
	return nil
}

// Chtimes sets the time of last change.
func (f *FS) Chtimes(name string, mtime time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.changeable("chtimes", name)
	if err != nil {
		return err
	}
	n.mtime = mtime
	return nil
}

// changeable is what is there, unless its volume is read-only.
func (f *FS) changeable(op, name string) (*inode, error) {
	n, err := f.existing(op, name, true)
	if err == nil && n.volume.readOnly {
		err = fail(op, name, syscall.EROFS)
	}
	return n, err
}
