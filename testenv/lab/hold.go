package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// An image or a snapshot is held by whoever makes a lab of it, from before it is
// looked whether it is there until the lab's stamp names it, by a shared lock on
// its folder; who is to remove it takes an exclusive one. The kernel lets go of
// both when the process ends, however it ends.

// hold keeps a folder of the cache from being removed until it is released.
// fs.ErrNotExist when there is none.
func hold(ctx context.Context, path string) (release func(), err error) {
	for {
		folder, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("hold %s: %w", path, err)
		}
		err = poll(ctx, "the removal of "+path, 100*time.Millisecond, func() error {
			return unix.Flock(int(folder.Fd()), unix.LOCK_SH|unix.LOCK_NB)
		})
		if err == nil && sameFolder(folder, path) {
			return func() { _ = folder.Close() }, nil
		}
		_ = folder.Close()
		if err != nil {
			return nil, err
		}
		// it was removed meanwhile, and perhaps made again
	}
}

// seize is hold for whoever is to remove it; nil when somebody holds it.
func seize(path string) (release func(), err error) {
	folder, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) { // somebody else has removed it
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("seize %s: %w", path, err)
	}
	err = unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil && sameFolder(folder, path) {
		return func() { _ = folder.Close() }, nil
	}
	_ = folder.Close()
	if err != nil && !errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("seize %s: %w", path, err)
	}
	return nil, nil
}

// sameFolder tells whether a path still names an open folder.
func sameFolder(folder *os.File, path string) bool {
	have, err := folder.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(have, named)
}

// heldImage is the image of a profile, built where it is not there, and held.
func heldImage(ctx context.Context, o Options, profile *Profile) (image string, release func(), err error) {
	for {
		if image, err = ensureImage(ctx, o, profile); err != nil {
			return "", nil, err
		}
		release, err = hold(ctx, image)
		if !errors.Is(err, fs.ErrNotExist) { // else it was removed in this moment
			return image, release, err
		}
	}
}
