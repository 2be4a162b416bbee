package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// freezer is where the kernel stops and goes on with all processes of a lab:
// the cgroup that all of its nodes are in, in version 2 where this machine has
// that beside version 1, since a process that is frozen there can be killed.
type freezer struct {
	file         string // written to
	frozen, free string // what is written
	told         string // read to see whether it is done
	is           string // a line of it when everything stands still
}

// freezerOf finds the lab's freezer; ok is false when the lab has no cgroups that
// can be frozen.
func freezerOf(group string) (f freezer, ok bool, err error) {
	all, err := hierarchies()
	if err != nil {
		return f, false, err
	}
	f, ok = freezerIn(all, group)
	return f, ok, nil
}

func freezerIn(all []mountPoint, group string) (f freezer, ok bool) {
	for _, h := range all {
		dir := filepath.Join(h.path, group)
		f = freezer{filepath.Join(dir, "cgroup.freeze"), "1", "0", filepath.Join(dir, "cgroup.events"), "frozen 1"}
		if _, err := os.Stat(f.file); err == nil {
			return f, true
		}
	}
	for _, h := range all {
		dir := filepath.Join(h.path, group)
		f = freezer{filepath.Join(dir, "freezer.state"), "FROZEN", "THAWED", filepath.Join(dir, "freezer.state"), "FROZEN"}
		if _, err := os.Stat(f.file); err == nil {
			return f, true
		}
	}
	return freezer{}, false
}

// noFreezer says why there is none: the lab has no cgroups, or what would freeze
// them is neither in version 2 nor in version 1.
func noFreezer(all []mountPoint, group string) error {
	for _, h := range all {
		if _, err := os.Stat(filepath.Join(h.path, group)); err == nil {
			return fmt.Errorf("no freezer holds %s: %s", group, freezerMissing)
		}
	}
	return errors.New("none of its nodes runs")
}

// freezerMissing is what a machine lacks that can freeze no processes, and what helps.
const freezerMissing = "neither version 2 of cgroups with cgroup.freeze (Linux 5.2) nor the controller freezer of version 1 is mounted under /sys/fs/cgroup, and without one no lab can be paused or its snapshot taken: " +
	"mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified beside version 1, start the kernel without cgroup_disable=freezer, or a newer one; a container with --privileged"

// canFreeze tells whether the cgroups of a hierarchy of version 2 can be frozen. The
// topmost one never can, and those below it tell; where there are none, every kernel
// since 5.2 can.
func canFreeze(h mountPoint) bool {
	below, _ := filepath.Glob(filepath.Join(h.path, "*", "cgroup.procs"))
	for _, dir := range append(below, filepath.Join(h.path, "cgroup.procs")) {
		if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "cgroup.freeze")); err == nil {
			return true
		}
	}
	return len(below) == 0
}

// freeze stops every process of every node and returns when all stand still.
func freeze(ctx context.Context, p paths) error {
	all, err := hierarchies()
	if err != nil {
		return fmt.Errorf("pause the nodes: %w", err)
	}
	f, ok := freezerIn(all, p.group)
	if !ok {
		return fmt.Errorf("pause the nodes: %w", noFreezer(all, p.group))
	}
	if err := os.WriteFile(f.file, []byte(f.frozen), 0o644); err != nil {
		return fmt.Errorf("pause the nodes: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err = poll(ctx, "every process to stand still", 20*time.Millisecond, func() error {
		still, err := f.still()
		if err == nil && !still {
			err = errors.New("some still run")
		}
		return err
	})
	if err != nil { // half of a cloud that stands still is worse than none
		return errors.Join(err, thaw(p))
	}
	return nil
}

func (f freezer) still() (bool, error) {
	text, err := os.ReadFile(f.told)
	if err != nil {
		return false, fmt.Errorf("read freezer: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == f.is {
			return true, nil
		}
	}
	return false, nil
}

// thaw lets everything of a lab go on: its file systems first, since a process
// that waits for one cannot be ended. A lab that is not paused stays as it is.
func thaw(p paths) error {
	errs := []error{thawDisks(p)}
	f, ok, err := freezerOf(p.group)
	if ok {
		err = os.WriteFile(f.file, []byte(f.free), 0o644)
	}
	return errors.Join(append(errs, err)...)
}

// thawNested lets go on what nodes have frozen themselves, as a container that is
// paused: in version 1 of cgroups it ends only then.
func thawNested(group string) error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	var errs []error
	for _, h := range all {
		errs = append(errs, filepath.WalkDir(filepath.Join(h.path, group), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && filepath.Base(path) == "freezer.state" {
				err = os.WriteFile(path, []byte("THAWED"), 0o644)
			}
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) {
				return nil // the cgroup has just gone
			}
			return err
		}))
	}
	return errors.Join(errs...)
}

// paused tells whether the lab was told to stand still.
func paused(p paths) (bool, error) {
	f, ok, err := freezerOf(p.group)
	if err != nil || !ok {
		return false, err
	}
	text, err := os.ReadFile(f.file)
	if err != nil {
		return false, fmt.Errorf("read freezer: %w", err)
	}
	state := strings.TrimSpace(string(text))
	return state == f.frozen || state == "FREEZING", nil
}

// Pause stops every process of every node of a lab that is up, in moments, and
// leaves all of it in memory. A lab that is paused already stays so.
func Pause(ctx context.Context, o Options) error {
	return withLab(ctx, o, func(o Options, _ stamp) error {
		o.Progress("pause", "stopping every process of lab "+o.Name)
		return freeze(ctx, o.paths())
	})
}

// Resume goes on with a lab that was paused. Its clocks jump, so that clusters
// may need a moment to find themselves again; one that was paused for long may not,
// and Up brings it back.
func Resume(ctx context.Context, o Options) error {
	return withLab(ctx, o, func(o Options, _ stamp) error {
		o.Progress("resume", "going on with lab "+o.Name)
		return thaw(o.paths())
	})
}

// withLab does something with a complete lab under its lock.
func withLab(ctx context.Context, o Options, do func(Options, stamp) error) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	if _, err := readStamp(o.paths()); err != nil { // no lock is made for a lab that is not there
		return err
	}
	unlock, err := lock(ctx, o.paths().lock, func() { o.Progress("lab", "another eris works on it; waiting") })
	if err != nil {
		return err
	}
	defer unlock()
	s, err := readStamp(o.paths())
	if err != nil {
		return err
	}
	return do(o, s)
}
