package outside

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// network is the network namespace of this program; empty where it cannot be told.
func network() string {
	name, _ := os.Readlink("/proc/self/ns/net")
	return name
}

// Folder is a fault's state on this machine's disk.
type Folder string

// Gone is the state of a fault of which nothing is left.
const Gone = "gone"

// File is the path of a file in it.
func (f Folder) File(name string) string { return filepath.Join(string(f), name) }

// Write replaces a file and returns when the disk has it.
func (f Folder) Write(name, text string) error {
	file, err := os.CreateTemp(string(f), name+".new-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = errors.Join(os.Rename(file.Name(), f.File(name)), syncFolder(string(f)))
	}
	if err != nil {
		_ = os.Remove(file.Name()) // nobody reads it
		return f.fail("keep "+name+" of", err)
	}
	return nil
}

// syncFolder returns when the disk knows a folder's entries.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// errand is the text of what is to be done.
func (f Folder) errand() ([]byte, error) { return os.ReadFile(f.File("task")) }

// fail says what could not be done of the fault.
func (f Folder) fail(what string, err error) error {
	return fmt.Errorf("%s the fault %s: %w", what, filepath.Base(string(f)), err)
}

// State is the fault's, [Gone] when the folder is.
func (f Folder) State() string {
	text, err := os.ReadFile(f.File("state"))
	if errors.Is(err, fs.ErrNotExist) {
		return Gone
	}
	if err != nil {
		return "unreadable"
	}
	return strings.TrimSpace(string(text))
}

// Moment is a point in time by both clocks of this machine.
type Moment struct {
	Wall time.Time
	Up   time.Duration // the uptime
}

// Now is this moment.
func Now() Moment { return Moment{time.Now(), Uptime()} }

// Stamp adds a line to the log, as the guard on a node does.
func (f Folder) Stamp(event, by, text string) error { return f.StampAt(Now(), event, by, text) }

// StampAt is Stamp with a moment of its own.
func (f Folder) StampAt(at Moment, event, by, text string) error {
	line := fmt.Sprintf("%d %d %s %s", at.Wall.UnixNano(), at.Up.Milliseconds(), event, by)
	if text != "" {
		line += " " + strings.Join(strings.Fields(text), " ")
	}
	file, err := os.OpenFile(f.File("log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return f.fail("stamp "+event+" of", err)
	}
	_, err = file.WriteString(line + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// enter writes the state first: the stamp is for readers.
func (f Folder) enter(state, by string) error {
	return f.enterAt(Now(), state, by, "")
}

func (f Folder) enterAt(at Moment, state, by, text string) error {
	return errors.Join(f.Write("state", state+"\n"), f.StampAt(at, state, by, text))
}

// Stamped is the uptime at which an event was stamped first.
func (f Folder) Stamped(event string) (up time.Duration, is bool) {
	text, err := os.ReadFile(f.File("log"))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[2] == event {
			ms, err := strconv.ParseInt(fields[1], 10, 64)
			return time.Duration(ms) * time.Millisecond, err == nil
		}
	}
	return 0, false
}

// Touched tells that an inject was let through.
func (f Folder) Touched() bool {
	text, err := os.ReadFile(f.File("log"))
	return err != nil || strings.Contains(string(text), " injecting ")
}

// Span reads a moment or a time span, kept in milliseconds.
func (f Folder) Span(name string) time.Duration {
	text, err := os.ReadFile(f.File(name))
	if err != nil {
		return 0
	}
	ms, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

// KeepSpan writes what Span reads.
func (f Folder) KeepSpan(name string, d time.Duration) error {
	return f.Write(name, strconv.FormatInt(d.Milliseconds(), 10)+"\n")
}

// Uptime counts on while the machine sleeps and does not move with its clock.
func Uptime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		panic(err) // every Linux has it
	}
	return time.Duration(now.Nano())
}

func bootID() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// ErrBusy is the error of [Folder.Locked] where somebody hangs in the lock.
var ErrBusy = errors.New("the lock was not free for 5 s")

// lockWithin bounds the wait for whoever acts on the fault now.
const lockWithin = 5 * time.Second

// Locked runs act with the fault to itself. The kernel gives the lock back when
// its holder dies. A folder that is gone is nobody's: act sees state gone.
func (f Folder) Locked(ctx context.Context, act func() error) error {
	file, err := os.OpenFile(f.File("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return act()
	}
	if err != nil {
		return f.fail("lock", err)
	}
	defer func() { _ = file.Close() }() // gives the lock back
	for began := Uptime(); ; {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return act()
		}
		if Uptime()-began > lockWithin {
			return ErrBusy
		}
		if err := Wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// Wait waits, or says why it was cut short.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
