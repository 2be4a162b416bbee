package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
func moreWatchers(o Options) {
	if raised, err := hostWatchers().raise(); err != nil {
		o.Progress("lab", "its nodes may not boot: "+err.Error())
	} else if raised {
		o.Progress("lab", fmt.Sprintf("the limit of inotify instances is %d while there are labs", watchersWanted))
	}
}

// raise lifts the limit where it is lower, and keeps what it was.
func (w watchers) raise() (raised bool, err error) {
	now, err := w.read(w.limit)
	if err != nil || now >= watchersWanted {
		return false, err
	}
	note, err := os.OpenFile(w.before, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case err == nil:
		_, err = fmt.Fprintln(note, now)
		err = errors.Join(err, note.Close())
	case errors.Is(err, fs.ErrExist): // it was raised before, and somebody lowered it
		err = nil
	}
	if err == nil {
		err = os.WriteFile(w.limit, []byte(strconv.Itoa(watchersWanted)), 0o600)
	}
	if err != nil {
		return false, fmt.Errorf("raise the limit of inotify instances: %w", err)
	}
	return true, nil
}

// giveBack puts the limit back when the last lab is gone, unless somebody else
// has changed it meanwhile.
func (w watchers) giveBack() error {
	before, err := w.read(w.before)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	left, _ := filepath.Glob(filepath.Join(w.claims, "*"))
	if err != nil || len(left) > 0 {
		return err
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
