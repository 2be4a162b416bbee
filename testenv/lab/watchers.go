package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchersWanted is how many inotify instances root should be able to have: the
// systemd of a node has six, those of all labs and this machine's own count
// together, and the kernel's usual limit of 128 ends at twenty nodes. A node that
// comes too late does not boot, with a word on its console at best.
const watchersWanted = 1024

// watchers is the kernel's limit of inotify instances, which labs raise while
// there are any.
type watchers struct {
	limit  string // file of the limit
	before string // file that keeps what it was
	claims string // folder of the names that labs have
}

func hostWatchers() watchers {
	return watchers{limit: "/proc/sys/fs/inotify/max_user_instances", before: "/run/eris-lab-inotify", claims: claims}
}

// moreWatchers raises the limit on this machine and tells of it. Where that
// cannot be done a lab may still find room.
func moreWatchers(ctx context.Context, o Options) {
	if raised, err := hostWatchers().raise(ctx); err != nil {
		o.Progress("lab", "its nodes may not boot: "+err.Error())
	} else if raised {
		o.Progress("lab", fmt.Sprintf("the limit of inotify instances is %d while there are labs", watchersWanted))
	}
}

// alone runs f while no other lab's eris does, and not where there never was a lab.
func (w watchers) alone(ctx context.Context, f func() error) error {
	if _, err := os.Stat(w.claims); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return alone(ctx, w.claims, f)
}

// raise lifts the limit where it is lower, and keeps what it was.
func (w watchers) raise(ctx context.Context) (raised bool, err error) {
	err = w.alone(ctx, func() error {
		now, err := w.read(w.limit)
		if err != nil || now >= watchersWanted {
			return err
		}
		if _, err = w.read(w.before); err != nil { // else it was raised before, and somebody lowered it
			err = os.WriteFile(w.before, []byte(strconv.Itoa(now)), 0o600)
		}
		if err == nil {
			err = os.WriteFile(w.limit, []byte(strconv.Itoa(watchersWanted)), 0o600)
		}
		if err != nil {
			return fmt.Errorf("raise the limit of inotify instances: %w", err)
		}
		raised = true
		return nil
	})
	return raised, err
}

// giveBack puts the limit back when the last lab is gone, unless somebody else
// has changed it meanwhile.
func (w watchers) giveBack(ctx context.Context) error { return w.alone(ctx, w.putBack) }

func (w watchers) putBack() error {
	before, err := w.read(w.before)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if left, _ := filepath.Glob(filepath.Join(w.claims, "*")); len(left) > 0 {
		return nil
	}
	if err != nil { // a note that was cut off: what it was nobody knows
		return errors.Join(err, os.Remove(w.before))
	}
	if now, readErr := w.read(w.limit); readErr != nil || now == watchersWanted {
		err = errors.Join(readErr, os.WriteFile(w.limit, []byte(strconv.Itoa(before)), 0o600))
	}
	if err := errors.Join(err, os.Remove(w.before)); err != nil {
		return fmt.Errorf("put the limit of inotify instances back: %w", err)
	}
	return nil
}

func (watchers) read(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, fmt.Errorf("read limit: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read limit of %s: %w", file, err)
	}
	return n, nil
}
