package memfs

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"
	"time"
)

// File is an open file. It stays usable after the file is renamed or removed.
type File struct {
	fs     *FS
	node   *inode
	name   string
	flag   int
	offset int
	input  []byte // what a generated file said when it was opened
	closed bool
}

// Open opens a file with the flags of os.OpenFile.
func (f *FS) Open(name string, flag int, perm fs.FileMode) (*File, error) {
	f.mu.Lock()
	at, err := f.locate("open", name, true)
	switch {
	case err != nil:
	case at.node == nil && flag&os.O_CREATE == 0:
		err = fail("open", name, syscall.ENOENT)
	case at.node == nil:
		at.node, err = f.make("open", at, perm.Perm())
	case flag&os.O_CREATE != 0 && flag&os.O_EXCL != 0:
		err = fail("open", name, syscall.EEXIST)
	case at.node.mode.IsDir():
		err = fail("open", name, syscall.EISDIR)
	case flag&(os.O_WRONLY|os.O_RDWR) != 0 && at.node.gen != nil && at.node.sink == nil:
		err = fail("open", name, syscall.EACCES)
	case flag&(os.O_WRONLY|os.O_RDWR) != 0 && at.node.gen == nil && at.node.volume.readOnly:
		err = fail("open", name, syscall.EROFS)
	case flag&os.O_TRUNC != 0 && at.node.gen == nil:
		_ = at.node.resize(0) // to give back is never refused
		at.node.data, at.node.room, at.node.mtime = nil, 0, time.Now()
	}
	if err == nil && flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		at.node.volume.writers++
	}
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	file := &File{fs: f, node: at.node, name: name, flag: flag}
	if at.node.gen != nil {
		file.input = at.node.gen()
	}
	return file, nil
}

func (f *File) content() []byte {
	if f.node.gen != nil {
		return f.input
	}
	return f.node.data
}

// Read reads from the file's offset.
func (f *File) Read(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	data := f.content()
	if f.offset >= len(data) {
		return 0, io.EOF
	}
	n := copy(p, data[f.offset:])
	f.offset += n
	return n, nil
}

// Write writes at the file's offset, or at its end when it was opened for
// appending. A generated file is handed each write at once.
func (f *File) Write(p []byte) (int, error) {
	if f.flag&(os.O_WRONLY|os.O_RDWR) == 0 {
		return 0, fail("write", f.name, syscall.EBADF)
	}
	if f.node.gen != nil {
		if err := f.node.sink(p); err != nil {
			errno := syscall.EINVAL
			errors.As(err, &errno)
			return 0, fail("write", f.name, errno)
		}
		return len(p), nil
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.flag&os.O_APPEND != 0 {
		f.offset = len(f.node.data)
	}
	if grow := f.offset + len(p) - len(f.node.data); grow > 0 {
		if to := int64(f.offset + len(p)); to > f.node.bytes() {
			if err := f.node.resize(to); err != nil {
				return 0, fail("write", f.name, syscall.ENOSPC)
			}
		}
		f.node.data = append(f.node.data, make([]byte, grow)...)
	}
	f.offset += copy(f.node.data[f.offset:], p)
	f.node.mtime = time.Now()
	return len(p), nil
}

// Close ends the use of the file.
func (f *File) Close() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if !f.closed && f.flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		f.node.volume.writers--
	}
	f.closed = true
	return nil
}

// ReadFile returns all of a file's content.
func (f *FS) ReadFile(name string) ([]byte, error) {
	file, err := f.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return bytes.Clone(file.content()), nil
}

// WriteFile replaces a file's content and makes the directories above it.
func (f *FS) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if err := f.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := f.Open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// Generate puts a file there whose content is computed each time that it is
// opened. What is written to it goes to sink; without one it cannot be written.
func (f *FS) Generate(name string, gen func() []byte, sink func([]byte) error) error {
	if err := f.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.locate("create", name, false)
	if err != nil {
		return err
	}
	if at.node != nil {
		at.drop()
	}
	n, err := f.make("create", at, 0o444)
	if err != nil {
		return err
	}
	if sink != nil {
		n.mode = 0o644
	}
	n.gen, n.sink = gen, sink
	return nil
}

// Dump returns the content of every stored (not generated) file under a
// directory, by absolute path; links are "-> TARGET".
func (f *FS) Dump(dir string) map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]string{}
	if at, err := f.locate("dump", dir, true); err == nil && at.node != nil {
		f.walk(path.Clean(dir), at.node, func(name string, n *inode) {
			switch {
			case n.mode.IsDir():
			case n.mode&fs.ModeSymlink != 0:
				all[name] = "-> " + n.target
			case n.gen == nil:
				all[name] = string(n.data)
			}
		})
	}
	return all
}

func sortedNames(n *inode) []string {
	names := make([]string, 0, len(n.children))
	for name := range n.children {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
