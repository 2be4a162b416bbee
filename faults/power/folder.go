package power

import (
	"context"
	"encoding/json"
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

	"github.com/openstack-eris/eris/inventory"
)

// task is what a guard has to do, as it stands in its folder.
type task struct {
	ID     string          `json:"id"`
	Run    string          `json:"run"`
	Owner  string          `json:"owner"`
	Cloud  string          `json:"cloud"`
	Node   string          `json:"node"`
	SSH    string          `json:"ssh"` // host:port, for whether the node can be reached
	Power  inventory.Power `json:"power"`
	Action string          `json:"action"`
	OffFor time.Duration   `json:"off_for,omitempty"`
	Lease  time.Duration   `json:"lease"`
	TTL    time.Duration   `json:"ttl"`
	Boot   string          `json:"boot"`    // boot id of this machine
	Net    string          `json:"network"` // namespace from which the controller is reached
}

// isAt says whether a task is about what this program switches at a place: in
// another network namespace the same place is another one, as in two labs. After a
// restart of this machine namespaces have other numbers, and the place alone
// counts; so it does where a namespace cannot be told, since a fault that nobody
// finds is worse than one that is found twice.
func (t *task) isAt(power *inventory.Power) bool {
	own := network()
	return t.Power.Identity() == power.Identity() && (t.Net == own || t.Net == "" || own == "" || t.Boot != bootID())
}

// absolute names the files of a node's power from wherever a worker is.
func absolute(given *inventory.Power) *inventory.Power {
	p := *given
	for _, file := range []*string{&p.PasswordFile, &p.CAFile, &p.CloudsFile} {
		if *file == "" {
			continue
		}
		if path, err := filepath.Abs(*file); err == nil { // else the folder that we are in is gone, and so is the file
			*file = path
		}
	}
	return &p
}

// network is the network namespace of this program; empty where it cannot be told.
func network() string {
	name, _ := os.Readlink("/proc/self/ns/net")
	return name
}

// folder is a fault's state on this machine's disk.
type folder string

const gone = "gone"

func (f folder) file(name string) string { return filepath.Join(string(f), name) }

// write replaces a file and returns when the disk has it.
func (f folder) write(name, text string) error {
	file, err := os.CreateTemp(string(f), name+".new-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = errors.Join(os.Rename(file.Name(), f.file(name)), syncFolder(string(f)))
	}
	if err != nil {
		_ = os.Remove(file.Name()) // nobody reads it
		return fmt.Errorf("keep %s of the power fault: %w", name, err)
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

func (f folder) task() (task, error) {
	var t task
	text, err := os.ReadFile(f.file("task"))
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return t, fmt.Errorf("read the task of a power fault: %w", err)
	}
	return t, nil
}

func (f folder) state() string {
	text, err := os.ReadFile(f.file("state"))
	if errors.Is(err, fs.ErrNotExist) {
		return gone
	}
	if err != nil {
		return "unreadable"
	}
	return strings.TrimSpace(string(text))
}

// moment is a point in time by both clocks of this machine.
type moment struct {
	wall time.Time
	up   time.Duration
}

func now() moment { return moment{time.Now(), uptime()} }

// stamp adds a line to the log, as the guard on a node does.
func (f folder) stamp(event, by, text string) error { return f.stampAt(now(), event, by, text) }

func (f folder) stampAt(at moment, event, by, text string) error {
	line := fmt.Sprintf("%d %d %s %s", at.wall.UnixNano(), at.up.Milliseconds(), event, by)
	if text != "" {
		line += " " + strings.Join(strings.Fields(text), " ")
	}
	file, err := os.OpenFile(f.file("log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("stamp %s of the power fault: %w", event, err)
	}
	_, err = file.WriteString(line + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// enter writes the state first: the stamp is for readers.
func (f folder) enter(state, by string) error {
	return f.enterAt(now(), state, by, "")
}

func (f folder) enterAt(at moment, state, by, text string) error {
	return errors.Join(f.write("state", state+"\n"), f.stampAt(at, state, by, text))
}

// stamped is the uptime at which an event was stamped first.
func (f folder) stamped(event string) (up time.Duration, is bool) {
	text, err := os.ReadFile(f.file("log"))
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

// touched tells that an inject was let through.
func (f folder) touched() bool {
	text, err := os.ReadFile(f.file("log"))
	return err != nil || strings.Contains(string(text), " injecting ")
}

// span reads a moment or a time span, kept in milliseconds.
func (f folder) span(name string) time.Duration {
	text, err := os.ReadFile(f.file(name))
	if err != nil {
		return 0
	}
	ms, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

func (f folder) keepSpan(name string, d time.Duration) error {
	return f.write(name, strconv.FormatInt(d.Milliseconds(), 10)+"\n")
}

// uptime counts on while the machine sleeps and does not move with its clock.
func uptime() time.Duration {
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

var errBusy = errors.New("the lock was not free for 5 s")

// lockWithin bounds the wait for whoever acts on the fault now.
const lockWithin = 5 * time.Second

// locked runs act with the fault to itself. The kernel gives the lock back when
// its holder dies. A folder that is gone is nobody's: act sees state gone.
func (f folder) locked(ctx context.Context, act func() error) error {
	file, err := os.OpenFile(f.file("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return act()
	}
	if err != nil {
		return fmt.Errorf("lock the power fault: %w", err)
	}
	defer func() { _ = file.Close() }() // gives the lock back
	for began := uptime(); ; {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return act()
		}
		if uptime()-began > lockWithin {
			return errBusy
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
