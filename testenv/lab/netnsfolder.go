package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// folderOfNamespaces is where iproute2 keeps the names of network namespaces. With the
// first of them it mounts the folder on itself, and leaves that mount with the last.
type folderOfNamespaces struct {
	path string
	mark string // stands while the mount is one that a lab has brought about
}

func namespaceFolder() folderOfNamespaces {
	return folderOfNamespaces{path: "/run/netns", mark: "/run/eris-lab-netns"}
}

// note keeps in mind that the folder is not mounted, before a namespace is made.
func (f folderOfNamespaces) note() error {
	mounted, err := f.mounted()
	if err != nil || mounted {
		return err
	}
	if err := os.WriteFile(f.mark, nil, 0o600); err != nil {
		return fmt.Errorf("note that %s is not mounted: %w", f.path, err)
	}
	return nil
}

// giveBack takes the mount away, and the folder, when no namespace has a name there
// any more and it was none before the labs.
func (f folderOfNamespaces) giveBack() error {
	if _, err := os.Lstat(f.mark); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	names, err := os.ReadDir(f.path)
	if len(names) > 0 {
		return nil // somebody's
	}
	if err == nil {
		if err = unix.Unmount(f.path, unix.UMOUNT_NOFOLLOW); errors.Is(err, unix.EINVAL) { // it is not mounted
			err = nil
		}
		err = errors.Join(err, os.Remove(f.path))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("give %s back: %w", f.path, err)
	}
	return os.Remove(f.mark)
}

func (f folderOfNamespaces) mounted() (bool, error) {
	mounts, err := readMounts()
	resolved, resolveErr := filepath.EvalSymlinks(f.path)
	if resolveErr != nil { // it is not there
		return false, err
	}
	return slices.ContainsFunc(mounts, func(m mountPoint) bool { return m.path == resolved }), err
}

// bridgeMark is there from before br_netfilter is loaded until it filters no bridge of this
// machine, so that whoever comes after one that was cut off in between does the rest.
const bridgeMark = "/run/eris-lab-bridges"

// loadBridgeFilter loads br_netfilter where it is not, and has it filter nodes' bridges only.
func loadBridgeFilter(ctx context.Context) error {
	if _, err := os.Lstat(bridgeMark); bridgeFilter() && errors.Is(err, fs.ErrNotExist) {
		return nil // it is somebody's, as it was set
	}
	if err := os.WriteFile(bridgeMark, nil, 0o600); err != nil {
		return fmt.Errorf("note that br_netfilter is not loaded: %w", err)
	}
	if _, err := run(ctx, "modprobe", "br_netfilter"); err != nil {
		return fmt.Errorf("let security groups filter: %w", errors.Join(err, os.Remove(bridgeMark)))
	}
	if err := filterNoOtherBridges(); err != nil {
		return fmt.Errorf("leave this machine's own bridges alone: %w", err)
	}
	return os.Remove(bridgeMark)
}

// filterNoOtherBridges has the kernel's module filter the bridges of nodes only, which
// have a network namespace of their own and so a switch of their own: what crosses a
// bridge of this machine (libvirt's, docker's) goes its way as before.
func filterNoOtherBridges() error {
	var errs []error
	for _, name := range []string{"iptables", "ip6tables", "arptables"} {
		errs = append(errs, os.WriteFile("/proc/sys/net/bridge/bridge-nf-call-"+name, []byte("0\n"), 0o600))
	}
	return errors.Join(errs...)
}
