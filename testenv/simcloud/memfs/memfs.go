// Package memfs is the file system of a simulated node: a tree in memory with
// directories, files, symbolic links, and generated files whose content is
// computed when they are opened (as under /proc and /sys). It never touches
// the host.
//
// All errors are *fs.PathError around a syscall.Errno, as the os package would
// return them. Every method is safe for concurrent use.
package memfs

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"
)

// maxLinks is how many symbolic links one path may go through, as on Linux.
const maxLinks = 40

// FS is one view of a tree.
type FS struct {
	*tree
	own map[*inode]mount // that this view alone has
}

// tree is what all views share.
type tree struct {
	mu     sync.Mutex
	root   *inode
	last   uint64 // inode number given out last
	mounts map[*inode]mount
}

type inode struct {
	ino      uint64
	mode     fs.FileMode
	data     []byte
	disk     []byte // what a power cut leaves of data
	children map[string]*inode
	target   string // of a symbolic link
	mtime    time.Time
	volume   *Volume
	room     int64 // allocated, whatever is written in it
	links    int   // names
	gen      func() []byte
	sink     func([]byte) error
}

// New returns a tree that holds only its root directory, on a volume without
// limits.
func New() *FS { return NewOn(&Volume{}) }

// NewOn returns a tree whose root is that of a volume.
func NewOn(v *Volume) *FS {
	f := &FS{tree: &tree{mounts: map[*inode]mount{}}}
	f.root = f.inode(fs.ModeDir|0o755, v)
	f.root.links = 1
	v.root, v.files = f.root, 1
	return f
}

func (f *FS) inode(mode fs.FileMode, v *Volume) *inode {
	f.last++
	n := &inode{ino: f.last, mode: mode, mtime: time.Now(), volume: v}
	if mode.IsDir() {
		n.children = map[string]*inode{}
	}
	return n
}

func fail(op, name string, errno syscall.Errno) error {
	return &fs.PathError{Op: op, Path: name, Err: errno}
}

// place is where a path leads: its directory, the name in it, and the inode
// there (nil when there is none).
type place struct {
	dir  *inode
	name string
	node *inode
	path string // absolute and without links, but for the last part
}

// locate walks a path. The last part is followed when it is a link and follow
// is set.
func (f *FS) locate(op, name string, follow bool) (place, error) {
	rest := strings.Split(path.Clean("/"+name), "/")[1:]
	at := place{node: f.mounted(f.root), path: "/"}
	links := 0
	stack := []*inode{}
	walked := []string{}
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch {
		case part == "":
			continue
		case part == "..":
			if len(stack) > 0 {
				at.node, stack, walked = stack[len(stack)-1], stack[:len(stack)-1], walked[:len(walked)-1]
			}
			continue
		case at.node == nil:
			return at, fail(op, name, syscall.ENOENT)
		case !at.node.mode.IsDir():
			return at, fail(op, name, syscall.ENOTDIR)
		}
		child := at.node.children[part]
		if child != nil && child.mode&fs.ModeSymlink != 0 && (follow || len(rest) > 0) {
			if links++; links > maxLinks {
				return at, fail(op, name, syscall.ELOOP)
			}
			if strings.HasPrefix(child.target, "/") {
				at.node, stack, walked = f.mounted(f.root), nil, nil
			}
			rest = append(strings.Split(strings.Trim(child.target, "/"), "/"), rest...)
			continue
		}
		stack, walked = append(stack, at.node), append(walked, part)
		if child != nil {
			child = f.mounted(child)
		}
		at = place{dir: at.node, name: part, node: child}
	}
	at.path = "/" + strings.Join(walked, "/")
	return at, nil
}

func (f *FS) existing(op, name string, follow bool) (*inode, error) {
	at, err := f.locate(op, name, follow)
	if err != nil {
		return nil, err
	}
	if at.node == nil {
		return nil, fail(op, name, syscall.ENOENT)
	}
	return at.node, nil
}

// vacant is the place of a path at which nothing is yet.
func (f *FS) vacant(op, name string) (place, error) {
	at, err := f.locate(op, name, false)
	switch {
	case err != nil:
	case at.node != nil:
		err = fail(op, name, syscall.EEXIST)
	case at.dir.volume.readOnly:
		err = fail(op, name, syscall.EROFS)
	}
	return at, err
}

// make puts a new inode at a place, on the volume that is there.
func (f *FS) make(op string, at place, mode fs.FileMode) (*inode, error) {
	v := at.dir.volume
	if v.readOnly {
		return nil, fail(op, at.path, syscall.EROFS)
	}
	if err := v.charge(0, 1); err != nil {
		return nil, fail(op, at.path, syscall.ENOSPC)
	}
	n := f.inode(mode, v)
	at.put(n)
	return n, nil
}

func (p place) put(n *inode) {
	n.links++
	p.dir.children[p.name] = n
	p.dir.mtime = time.Now()
}

// drop takes the name away, and what has no other.
func (p place) drop() {
	p.node.free()
	p.forget()
}

// forget takes the name away and leaves what it led to.
func (p place) forget() {
	delete(p.dir.children, p.name)
	p.dir.mtime = time.Now()
}
