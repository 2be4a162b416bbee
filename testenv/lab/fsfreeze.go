package lab

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ioctl_fs(2): FIFREEZE writes out what a file system holds and holds back
// whoever writes to it, FITHAW lets them go on.
const (
	fiFreeze = 0xc0045877
	fiThaw   = 0xc0045878
)

// freezeDisk makes a node's disk one that a copy can be taken of: it reads as
// after a clean unmount but for its journal.
func freezeDisk(p paths, node string) error {
	if err := diskControl(p.disk(node), fiFreeze); err != nil {
		return fmt.Errorf("freeze disk of %s: %w", node, err)
	}
	return nil
}

// thawDisks lets all disks of the lab that are frozen go on.
func thawDisks(p paths) error {
	mounts, err := readMounts()
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range mounts {
		if filepath.Dir(filepath.Dir(m.path)) != filepath.Join(p.dir, "nodes") || filepath.Base(m.path) != "disk" {
			continue
		}
		// EINVAL: it was not frozen
		if err := diskControl(m.path, fiThaw); err != nil && !errors.Is(err, unix.EINVAL) {
			errs = append(errs, fmt.Errorf("thaw %s: %w", m.path, err))
		}
	}
	return errors.Join(errs...)
}

func diskControl(mount string, request uint) error {
	fd, err := unix.Open(mount, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlSetInt(fd, request, 0), unix.Close(fd))
}
