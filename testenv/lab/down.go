package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openstack-eris/eris/faults/outside"
)

// Down takes a lab away: processes, mounts, loop devices, cgroups, network
// and folder. It works on a lab in any state, also one whose making was cut
// off, and on one that is not there. The cached image stays. ErrTaken when the
// lab of that name is one with another state folder, ErrForeign when what is
// there is no lab; nothing has been done then.
func Down(ctx context.Context, o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if err := o.paths().taken(); err != nil { // before a lock is made for it
		return fmt.Errorf("take lab %s down: %w", o.Name, err)
	}
	if err := needRoot(); err != nil {
		return err
	}
	if err := o.paths().ours(); err != nil {
		return fmt.Errorf("take lab %s down: %w", o.Name, err)
	}
	if nothing(o.paths()) {
		return nil
	}
	unlock, err := lock(ctx, o.paths().lock, func() { o.Progress("lab", "another eris works on it; waiting") })
	if err != nil {
		return err
	}
	defer unlock()
	if err := o.paths().takeName(); err != nil { // or one that is made meanwhile would be taken away
		return fmt.Errorf("take lab %s down: %w", o.Name, err)
	}
	if err := takeAway(ctx, o); err != nil {
		return err
	}
	half, _ := filepath.Glob(filepath.Join(o.CacheDir, "snapshots", o.Name, "*.making"))
	for _, path := range half { // of a snapshot that was cut off
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("take lab %s down: %w", o.Name, err)
		}
	}
	return errors.Join(o.paths().giveNameBack(), hostWatchers().giveBack(ctx))
}

// nothing tells that there never was such a lab here, nor is one being made: no
// folder, no lock beside it, and nobody has its name.
func nothing(p paths) bool {
	for _, path := range []string{p.dir, p.lock, p.claim, p.netnsFile()} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// takeAway does the work of Down under the lab's lock.
func takeAway(ctx context.Context, o Options) error {
	err := clearAway(ctx, o)
	if err == nil {
		err = removeFolder(o.paths())
	}
	if err != nil {
		return fmt.Errorf("take lab %s down: %w", o.Name, err)
	}
	return nil
}

// clearAway takes all of a lab away but its folder with the stamp, which says what it
// was to be if nothing comes in its place. Every part is tried, whatever became of the one
// before, since each frees what it can.
func clearAway(ctx context.Context, o Options) error {
	p := o.paths()
	if err := p.ours(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	o.Progress("down", "ending what is left of lab "+o.Name)
	marked := unfinished(p) // on a full disk it cannot be noted
	errs := []error{thawDisks(p), killLab(ctx, p)}
	unmounted := freeDisks(ctx, p)
	errs = append(errs, unmounted, freeCgroups(ctx, p.group))
	// Its BMCs are gone, and with them what these wait for.
	faults, err := outside.Abandon(ctx, p.netnsFile())
	if len(faults) > 0 {
		o.Progress("down", fmt.Sprintf("faults %v, kept from outside, end without an undo: what they struck is gone", faults))
	}
	errs = append(errs, err)
	if users := namespaceUsers(p); len(users) > 0 {
		o.Progress("down", fmt.Sprintf("processes %v still use the lab's network; it ends with them", users))
	}
	errs = append(errs, removeNetwork(ctx, p), removeTraces(o))
	if unmounted != nil { // never delete through a mount
		errs = append(errs, marked)
	} else if err := emptyFolder(p); err != nil {
		errs = append(errs, marked, err)
	} else if marked != nil { // there is room for it now
		errs = append(errs, unfinished(p))
	}
	return errors.Join(errs...)
}

// freeDisks unmounts the nodes' disks, which have half a minute to be let go of.
// The other parts of taking a lab away do not wait longer for that.
func freeDisks(ctx context.Context, p paths) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := poll(ctx, "its disks to be free", 100*time.Millisecond, func() error { return unmountLab(ctx, p) })
	if err == nil {
		return nil
	}
	own := markedProcesses(p)
	strangers := func(pids []int) []int {
		return slices.DeleteFunc(pids, func(pid int) bool { return slices.Contains(own, pid) })
	}
	if users := strangers(folderUsers(p.dir)); len(users) > 0 {
		err = fmt.Errorf("processes %v are in its folders, and are not the lab's: %w", users, err)
	}
	if keepers := strangers(mountKeepers(p.dir)); len(keepers) > 0 {
		err = fmt.Errorf("processes %v, and others in their mount namespaces, have a mount of it of their own, and are not the lab's: %w", keepers, err)
	}
	return err
}

// freeCgroups removes the lab's cgroups, which have a while to be empty: where a process
// cannot be ended, what comes next still has its time.
func freeCgroups(ctx context.Context, group string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return removeCgroups(ctx, group)
}

// removeTraces removes the folders that systemd-nspawn makes for a machine
// and leaves when it is killed.
func removeTraces(o Options) error {
	left, _ := filepath.Glob("/run/systemd/nspawn/*/" + o.Name + "-*")
	var errs []error
	for _, path := range left {
		if _, err := os.Stat(filepath.Join(o.paths().dir, "nodes", filepath.Base(path)[len(o.Name)+1:])); err != nil {
			continue
		}
		// systemd 256 and later mount it, and start no machine where one is left
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) {
			errs = append(errs, fmt.Errorf("unmount %s: %w", path, err))
			continue
		}
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}
