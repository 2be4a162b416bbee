package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A lab's folder bears its stamp from before anything else is in it until
// nothing else is. A folder without one is somebody else's, whatever its name:
// nothing in it is unmounted, killed or deleted.

// ErrForeign says that what has a lab's place is no lab.
var ErrForeign = errors.New("it is not a lab's and is left alone; name another folder (--state) or lab (--name)")

// ours refuses a folder at the lab's place that no lab has made, one that is a
// mount point or a symbolic link among them. One that is not there or empty is
// as good as ours.
func (p paths) ours() error {
	if info, err := os.Lstat(p.dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a symbolic link: %w", p.dir, ErrForeign)
	}
	mounts, err := readMounts()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(mounts, func(m mountPoint) bool { return m.path == p.dir }) {
		return fmt.Errorf("%s is a mount point: %w", p.dir, ErrForeign)
	}
	there := slices.DeleteFunc(childrenOf(p.dir), func(name string) bool { return name == filepath.Base(newStamp(p)) })
	s, err := readStampFile(p.stamp)
	if len(there) == 0 || err == nil && s.Profile != "" {
		return nil
	}
	return fmt.Errorf("%s has files in it, and no lab's stamp: %w", p.dir, ErrForeign)
}

// markFolder makes the folder of a lab that is about to be, with its stamp.
func markFolder(p paths, s stamp) error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return fmt.Errorf("make the lab's folder: %w", err)
	}
	s.Making = true
	return writeStamp(p, s)
}

// unfinished notes that the lab is not complete from now on, and still what it
// was to be.
func unfinished(p paths) error {
	s, err := readStampFile(p.stamp)
	if errors.Is(err, ErrNotUp) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Making = true
	return writeStamp(p, s)
}

// emptyFolder deletes all that is in the lab's folder but its stamp.
func emptyFolder(p paths) error {
	for _, name := range childrenOf(p.dir) {
		if name == filepath.Base(p.stamp) || name == filepath.Base(newStamp(p)) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(p.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// removeFolder deletes the lab's folder once it is empty, its stamp last.
func removeFolder(p paths) error {
	for _, path := range []string{newStamp(p), p.stamp, p.dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
