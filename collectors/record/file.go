package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFile puts data at path so that a reader sees either the old file or the
// whole new one, also after a loss of power: temporary name, fsync, rename,
// fsync of the directory.
func WriteFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, errors.Join(err, remove(f.Name())))
		}
	}()
	if err = writeSynced(f, data); err != nil {
		return err
	}
	if err = os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// writeSynced writes, flushes to the disk and closes, and reports the first
// thing that went wrong.
func writeSynced(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// remove is os.Remove that is content when there is nothing to remove.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync directory %s: %w", dir, err)
	}
	return nil
}

// link points name in dir at target, replacing an older link in one step.
func link(dir, name, target string) error {
	tmp := filepath.Join(dir, "."+target+".link")
	if err := os.Symlink(target, tmp); err != nil {
		return fmt.Errorf("link %s: %w", name, err)
	}
	if err := os.Rename(tmp, filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("link %s: %w", name, errors.Join(err, remove(tmp)))
	}
	return nil
}
