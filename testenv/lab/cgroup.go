package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// neededControllers are those without which a node has no limits or a lab
// cannot be paused.
func neededControllers() []string { return []string{"cpu", "memory", "pids", "freezer"} }

func isNeeded(controller string) bool { return slices.Contains(neededControllers(), controller) }

// hierarchies are the places where this machine has cgroups mounted: one of
// version 2, or one for each controller of version 1, or both.
func hierarchies() ([]mountPoint, error) {
	mounts, err := readMounts()
	if err != nil {
		return nil, err
	}
	var found []mountPoint
	for _, m := range mounts {
		if (m.fstype == "cgroup" || m.fstype == "cgroup2") && strings.HasPrefix(m.path, "/sys/fs/cgroup") {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		return nil, errors.New("find cgroups: none is mounted under /sys/fs/cgroup")
	}
	return found, nil
}

// makeCgroups gives a node its own cgroup in every hierarchy and returns
// their folders. Without its own, systemd in the node would make its cgroups
// among this machine's.
func makeCgroups(group, node string) ([]string, error) {
	all, err := hierarchies()
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, h := range all {
		parent := filepath.Join(h.path, group)
		dir := filepath.Join(parent, node)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("make cgroup: %w", err)
		}
		for _, pair := range [][2]string{{h.path, parent}, {parent, dir}} {
			if err := readyCgroup(h, pair[0], pair[1]); err != nil {
				return nil, err
			}
		}
		dirs = append(dirs, dir)
	}
	return dirs, nil
}

// readyCgroup makes a new cgroup usable: cpuset of version 1 starts empty and
// accepts no process, version 2 hands controllers down one level at a time.
func readyCgroup(h mountPoint, parent, dir string) error {
	if h.fstype == "cgroup2" {
		return handDown(parent)
	}
	if !slices.Contains(strings.Split(h.super, ","), "cpuset") {
		return nil
	}
	for _, name := range []string{"cpuset.cpus", "cpuset.mems"} {
		value, err := os.ReadFile(filepath.Join(parent, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), value, 0o644)
		}
		if err != nil {
			return fmt.Errorf("fill cpuset: %w", err)
		}
	}
	return os.WriteFile(filepath.Join(dir, "cgroup.clone_children"), []byte("1"), 0o644)
}

// handDown gives what is in a cgroup of version 2 the controllers that it has
// itself. Without one of those that limits need, a node would run and ignore
// its limits without a word; it does without any other.
func handDown(parent string) error {
	offered, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers"))
	if err != nil {
		return fmt.Errorf("read controllers: %w", err)
	}
	for controller := range strings.FieldsSeq(string(offered)) {
		err := os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
		if err != nil && isNeeded(controller) {
			return fmt.Errorf("hand the cgroup controller %s down: %w", controller, err)
		}
	}
	return nil
}

// cgroupProcesses lists the processes in a cgroup of that path below any
// hierarchy, its children included.
func cgroupProcesses(sub string) ([]int, error) {
	all, err := hierarchies()
	if err != nil {
		return nil, err
	}
	pids := map[int]bool{}
	for _, h := range all {
		err := filepath.WalkDir(filepath.Join(h.path, sub), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "cgroup.procs" {
				return skipVanished(err)
			}
			text, err := os.ReadFile(path)
			for field := range strings.FieldsSeq(string(text)) {
				if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
					pids[pid] = true
				}
			}
			return skipVanished(err)
		})
		if err != nil {
			return nil, fmt.Errorf("list cgroup: %w", err)
		}
	}
	return slices.Sorted(maps.Keys(pids)), nil
}

// skipVanished forgives that a cgroup went away while it was looked at.
func skipVanished(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.EOPNOTSUPP) {
		return nil
	}
	return err
}

// removeCgroups removes a group from every hierarchy, deepest first. The
// kernel needs a moment after the last process has gone.
func removeCgroups(ctx context.Context, sub string) error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	return poll(ctx, "the end of cgroup "+sub, 50*time.Millisecond, func() error {
		var left []error
		for _, h := range all {
			var dirs []string
			_ = filepath.WalkDir(filepath.Join(h.path, sub), func(path string, d fs.DirEntry, err error) error {
				if err == nil && d.IsDir() {
					dirs = append(dirs, path)
				}
				return nil // a folder that is gone is what is wanted
			})
			for _, dir := range slices.Backward(dirs) {
				if err := os.Remove(dir); err != nil && !os.IsNotExist(err) {
					left = append(left, err)
				}
			}
		}
		return errors.Join(left...)
	})
}
