package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// machine is the host that this program runs on.
type machine struct{}

func (machine) facts(folders ...string) (facts, error) {
	f := facts{root: os.Geteuid() == 0, missing: MissingPackages(), rooms: map[string]room{}, unreadable: map[string]string{}}
	f.apt = haveProgram("apt-get")
	_, err := os.Stat("/dev/loop-control")
	f.loop = err == nil
	f.bridged = bridgeFilter() || exec.Command(program("modprobe"), "--dry-run", "--quiet", "br_netfilter").Run() == nil //nolint:noctx // it reads a list and ends
	release, err := os.ReadFile("/etc/os-release")
	f.debian = err == nil && slices.Contains(strings.Split(string(release), "\n"), "ID=debian")
	memory, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return f, fmt.Errorf("read memory: %w", err)
	}
	f.totalMiB, f.availableMiB = parseMeminfo(string(memory))
	for _, folder := range folders {
		place, err := roomIn(folder)
		if err != nil {
			f.unreadable[folder] = err.Error()
			continue
		}
		f.rooms[folder] = place
	}
	all, err := hierarchies()
	if most := memoryLimit(all); most < f.totalMiB {
		f.totalMiB, f.availableMiB = most, min(most, f.availableMiB)
	}
	if err == nil { // without any, every controller is missing, and that is said
		f.controllers, f.crowded = controllersOf(all), slices.ContainsFunc(all, crowded)
	}
	return f, nil
}

// memoryLimit is what the topmost cgroups allow, in MiB: in a container that is the
// container's own limit, of which /proc/meminfo knows nothing. A machine itself has none.
func memoryLimit(all []mountPoint) int {
	most := math.MaxInt
	for _, h := range all {
		for _, name := range []string{"memory.max", "memory.limit_in_bytes"} { // of version 2, of version 1
			text, err := os.ReadFile(filepath.Join(h.path, name))
			if err != nil {
				continue
			}
			if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil { // or "max"
				most = min(most, int(limit>>20))
			}
		}
	}
	return most
}

// bridgeFilter tells whether packets that cross a bridge pass iptables.
func bridgeFilter() bool {
	_, err := os.Stat("/proc/sys/net/bridge/bridge-nf-call-iptables")
	return err == nil
}

// parseMeminfo reads proc_meminfo(5), in kB each.
func parseMeminfo(text string) (totalMiB, availableMiB int) {
	for line := range strings.Lines(text) {
		var kib int
		if n, _ := fmt.Sscanf(line, "MemTotal: %d", &kib); n == 1 {
			totalMiB = kib >> 10
		}
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d", &kib); n == 1 {
			availableMiB = kib >> 10
		}
	}
	return totalMiB, availableMiB
}

// roomIn is the room of the file system that a folder is or will be in.
func roomIn(folder string) (room, error) {
	at := folder
	for {
		var fs unix.Statfs_t
		var info unix.Stat_t
		err := unix.Statfs(at, &fs)
		if err == nil {
			err = unix.Stat(at, &info)
		}
		if err == nil {
			mount, err := mountOf(at)
			return room{device: info.Dev, freeMiB: int(fs.Bavail * uint64(fs.Bsize) >> 20), mount: mount, options: forbidding(fs.Flags)}, err
		}
		if !errors.Is(err, unix.ENOENT) || at == filepath.Dir(at) {
			return room{}, fmt.Errorf("read the room in %s: %w", folder, err)
		}
		at = filepath.Dir(at)
	}
}

// forbidding are the options of a mount that can be in a lab's way, by their
// names, from statfs(2).
func forbidding(flags int64) []string {
	var all []string
	for _, option := range []struct {
		flag int64
		name string
	}{{unix.ST_RDONLY, "ro"}, {unix.ST_NODEV, "nodev"}, {unix.ST_NOEXEC, "noexec"}} {
		if flags&option.flag != 0 {
			all = append(all, option.name)
		}
	}
	return all
}

// mountOf is where the mount is that a folder is on.
func mountOf(folder string) (string, error) {
	mounts, err := readMounts()
	if err != nil {
		return "", err
	}
	on := "/"
	for _, m := range mounts {
		if len(m.path) >= len(on) && (m.path == folder || strings.HasPrefix(folder, m.path+"/")) {
			on = m.path
		}
	}
	return on, nil
}

// controllersOf lists what the mounted hierarchies offer. Version 2 can freeze by
// itself; version 1 has a controller for it.
func controllersOf(all []mountPoint) []string {
	var offered []string
	for _, h := range all {
		if h.fstype != "cgroup2" {
			offered = append(offered, strings.Split(h.super, ",")...)
			continue
		}
		text, err := os.ReadFile(filepath.Join(h.path, "cgroup.controllers"))
		if err == nil {
			offered = append(offered, strings.Fields(string(text))...)
		}
		if canFreeze(h) {
			offered = append(offered, "freezer")
		}
	}
	slices.Sort(offered)
	return slices.Compact(offered)
}

// crowded tells whether processes are in a hierarchy's topmost cgroup where
// that hands no controller down for it: in a container, whose topmost cgroup is
// not the kernel's own. Only that one may have both.
func crowded(h mountPoint) bool {
	if _, err := os.Stat(filepath.Join(h.path, "cgroup.type")); h.fstype != "cgroup2" || err != nil {
		return false
	}
	processes, err := os.ReadFile(filepath.Join(h.path, "cgroup.procs"))
	if err != nil || len(processes) == 0 {
		return false
	}
	offered, err := os.ReadFile(filepath.Join(h.path, "cgroup.controllers"))
	return err == nil && slices.ContainsFunc(strings.Fields(string(offered)), isNeeded)
}

// usedMiB is what the files in a folder take on disk, holes not counted, and
// nothing that is mounted in it. What cannot be read counts nothing.
func usedMiB(folder string) int {
	var own unix.Stat_t
	if unix.Lstat(folder, &own) != nil {
		return 0
	}
	var blocks int64
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		var info unix.Stat_t
		if err != nil || unix.Lstat(path, &info) != nil {
			return nil //nolint:nilerr // gone or not ours to read
		}
		if info.Dev != own.Dev {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		blocks += info.Blocks
		return nil
	})
	return int(blocks * 512 >> 20)
}
