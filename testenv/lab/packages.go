package lab

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// hostPrograms are the programs that a lab needs on this machine and the
// packages that bring them.
func hostPrograms() map[string]string {
	return map[string]string{
		"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nft": "nftables",
		"ip": "iproute2", "mkfs.ext4": "e2fsprogs", "mount": "mount", "losetup": "mount",
		"nsenter": "util-linux", "unshare": "util-linux", "flock": "util-linux", "setsid": "util-linux",
		"ipmi_sim": "openipmi",
	}
}

// MissingPackages lists the packages that InstallPackages would install.
func MissingPackages() []string {
	missing := map[string]bool{}
	for name, pkg := range hostPrograms() {
		if !haveProgram(name) {
			missing[pkg] = true
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// InstallPackages installs what a lab needs on this machine with apt-get,
// waiting for apt's own lock. With nothing to install it asks for nothing.
func InstallPackages(ctx context.Context, progress func(step, detail string)) error {
	missing := MissingPackages()
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, " ")
	if !haveProgram("apt-get") {
		return fmt.Errorf("install %s: this machine has no apt-get; a lab needs Debian", list)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("install %s: not root; run `sudo apt-get install %s`: %w", list, list, os.ErrPermission)
	}
	if progress != nil {
		progress("packages", fmt.Sprintf("missing on this machine: %s; apt-get install %s, which is done now", list, list))
	}
	for _, args := range [][]string{{"update"}, append([]string{"install", "-y", "--no-install-recommends"}, missing...)} {
		// apt-get waits for dpkg's lock, and for that of its lists it does not
		err := aptGet(ctx, args...)
		for try := 1; err != nil && try < aptTries && ctx.Err() == nil; try++ {
			if progress != nil {
				progress("packages", fmt.Sprintf("apt-get %s failed, trying again: %v", args[0], err))
			}
			select {
			case <-time.After(aptPause):
			case <-ctx.Done():
			}
			err = aptGet(ctx, args...)
		}
		if err != nil {
			return fmt.Errorf("install %s: %w", list, err)
		}
	}
	return nil
}

const (
	aptTries = 4
	aptPause = 10 * time.Second // an update by the machine itself takes some of them
)

// aptGet is asked to end when ctx does, and is never killed: that would leave
// this machine's packages half configured.
func aptGet(ctx context.Context, args ...string) error {
	var complaint tail
	cmd := exec.CommandContext(ctx, program("apt-get"), append([]string{"-q", "-o", "DPkg::Lock::Timeout=600"}, args...)...)
	cmd.Stderr = &complaint
	cmd.Env = hostEnv()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run apt-get: %w%s", err, complaint.hint())
	}
	return nil
}

// needRoot refuses whoever cannot take a lab down.
func needRoot() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("work on a lab: needs root, for namespaces, mounts and cgroups; run it with sudo: %w", os.ErrPermission)
	}
	return nil
}
