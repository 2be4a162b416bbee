package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// makeDisk gives a node its root: the shared image below, and above it an
// ext4 file system of fixed size in a file with holes, so that a node which fills
// its disk takes no more than that of this machine.
func makeDisk(ctx context.Context, p paths, node, image string, mib int) error {
	disk := p.diskFile(node)
	if err := os.MkdirAll(p.node(node), 0o755); err != nil {
		return fmt.Errorf("make disk of %s: %w", node, err)
	}
	f, err := os.Create(disk)
	if err == nil {
		err = errors.Join(f.Truncate(int64(mib)<<20), f.Close())
	}
	if err != nil {
		return fmt.Errorf("make disk of %s: %w", node, err)
	}
	if _, err := run(ctx, "mkfs.ext4", "-q", "-m", "0", "-L", node, disk); err != nil {
		return fmt.Errorf("make disk of %s: %w", node, err)
	}
	return mountDisk(ctx, p, node, image)
}

// mountDisk mounts a node's disk and its root on it.
func mountDisk(ctx context.Context, p paths, node, image string) error {
	upper := p.disk(node)
	for _, d := range []string{upper, p.root(node)} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("mount disk of %s: %w", node, err)
		}
	}
	if _, err := run(ctx, "mount", "-o", "loop,noatime", p.diskFile(node), upper); err != nil {
		return fmt.Errorf("mount disk of %s: %w", node, err)
	}
	up, work := filepath.Join(upper, "up"), filepath.Join(upper, "work")
	for _, d := range []string{up, work} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("mount disk of %s: %w", node, err)
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", image, up, work)
	if _, err := run(ctx, "mount", "-t", "overlay", p.netns, "-o", options, p.root(node)); err != nil {
		return fmt.Errorf("mount root of %s: %w", node, err)
	}
	return nil
}

// ensureMounted mounts a node's disk and root where they are not, as after
// this machine was restarted or cut off half way through it.
func ensureMounted(ctx context.Context, p paths, node, image string) error {
	mounts, err := readMounts()
	if err != nil {
		return err
	}
	if len(mountsUnder(mounts, p.root(node))) > 0 {
		return nil
	}
	for _, path := range mountsUnder(mounts, p.disk(node)) {
		if err := unix.Unmount(path, 0); err != nil {
			return fmt.Errorf("mount disk of %s: %w", node, err)
		}
	}
	return mountDisk(ctx, p, node, image)
}

// unmountLab unmounts everything in the lab's folder and frees the loop
// devices of its disks, also of one that was attached and never mounted.
func unmountLab(ctx context.Context, p paths) error {
	mounts, err := readMounts()
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range mountsUnder(mounts, p.dir) {
		if err := unix.Unmount(path, 0); err != nil {
			errs = append(errs, fmt.Errorf("unmount %s: %w", path, err))
			continue
		}
		if isDisk(p, path) {
			// where another mount namespace has a copy, as that of a node which booted just
			// when this was mounted, the kernel takes that away with the folder
			if err := os.Remove(path); err != nil {
				errs = append(errs, fmt.Errorf("remove a folder that was mounted on: %w", err))
			}
		}
	}
	return errors.Join(append(errs, freeLoops(ctx, p.dir))...)
}

// isDisk tells that a path is where a node's disk or its root is mounted.
func isDisk(p paths, path string) bool {
	node := filepath.Base(filepath.Dir(path))
	return path == p.disk(node) || path == p.root(node)
}

// freeWithin is how long a loop device may be in use after its last unmount. A
// process that is just entering a mount namespace of its own, as a node of
// another lab that boots, has a copy of the mount until it has left this one's.
const freeWithin = 30 * time.Second

// freeLoops detaches the loop devices of the files in a folder, and waits until
// they are gone.
func freeLoops(ctx context.Context, dir string) error {
	limited, cancel := context.WithTimeout(ctx, freeWithin)
	defer cancel()
	return poll(limited, "loop devices of "+dir, 50*time.Millisecond, func() error {
		for _, device := range loopsUnder(dir) {
			if _, err := run(ctx, "losetup", "-d", device); err != nil && len(loopsUnder(dir)) > 0 {
				return err // the last unmount frees it by itself, sometimes just now
			}
		}
		if left := loopsUnder(dir); len(left) > 0 {
			return fmt.Errorf("%s still in use", strings.Join(left, ", "))
		}
		return nil
	})
}

// loopsUnder lists the loop devices whose file is in a folder.
func loopsUnder(dir string) []string {
	backing, _ := filepath.Glob("/sys/block/loop*/loop/backing_file")
	var devices []string
	for _, name := range backing {
		file, err := os.ReadFile(name)
		if err == nil && strings.HasPrefix(string(file), dir+"/") {
			devices = append(devices, "/dev/"+filepath.Base(filepath.Dir(filepath.Dir(name))))
		}
	}
	return devices
}
