package outside

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// A worker tries to undo its fault until an hour after its bound. Where the
// network is taken away that its order goes through, as with a lab, nobody will
// ever answer: whoever takes it away ends the workers in it. A worker is known by
// its mark, and whose it is by the network that the kernel has it in: the same
// address in another one is another lab's, or a real machine's.

// mark is the environment variable that a worker bears, and oldMark the one of an Eris
// that kept faults of the power only: its workers outlive an upgrade by their lease.
const (
	mark    = "ERIS_KEPT_FAULT"
	oldMark = "ERIS_POWER_FAULT"
)

// Mark is what a worker of the fault in a folder has in its environment, as
// KEY=VALUE.
func Mark(folder string) string { return mark + "=" + folder }

// endWithin bounds the end of a process that is killed.
const endWithin = 5 * time.Second

// Abandon ends the workers in a network namespace, given by its path, and leaves
// nothing of their faults but their stamps. Nothing is given back: call it when
// what is struck in it is gone. It returns the ids of the faults; none when
// there is no such namespace.
func Abandon(ctx context.Context, namespace string) (ids []string, err error) {
	network, err := os.Stat(namespace)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("abandon kept faults: %w", err)
	}
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("abandon kept faults: %w", err)
	}
	for _, process := range processes {
		pid, wrong := strconv.Atoi(process.Name())
		if wrong != nil {
			continue // no process
		}
		f, net, wrong := endWorker(ctx, pid, network)
		if f != "" {
			ids = append(ids, filepath.Base(string(f)))
			wrong = errors.Join(wrong, f.abandon(ctx, net))
		}
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("abandon kept faults: process %d: %w", pid, wrong))
		}
	}
	return ids, err
}

// workerIn tells whether a process is a worker in that network: of the fault in
// f, in the namespace that the kernel calls net.
func workerIn(pid int, network os.FileInfo) (f Folder, net string) {
	proc := fmt.Sprintf("/proc/%d/", pid)
	have, err := os.Stat(proc + "ns/net")
	if err != nil || !os.SameFile(have, network) { // ended, or another's
		return "", ""
	}
	environ, err := os.ReadFile(proc + "environ")
	if err != nil {
		return "", ""
	}
	for entry := range bytes.SplitSeq(environ, []byte{0}) {
		if name, value, _ := bytes.Cut(entry, []byte("=")); string(name) == mark || string(name) == oldMark {
			f = Folder(value)
		}
	}
	if net, err = os.Readlink(proc + "ns/net"); err != nil {
		return "", ""
	}
	return f, net
}

// endWorker kills a process that is a worker in that network, and waits for its
// end. f is empty when it is none.
func endWorker(ctx context.Context, pid int, network os.FileInfo) (f Folder, net string, err error) {
	if f, _ = workerIn(pid, network); f == "" {
		return "", "", nil
	}
	handle, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("hold on to it: %w", err)
	}
	defer func() { _ = unix.Close(handle) }() // nothing was written
	// The number may have become another's before it was held; from here on not.
	if f, net = workerIn(pid, network); f == "" {
		return "", "", nil
	}
	if err := unix.PidfdSendSignal(handle, unix.SIGKILL, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return "", "", fmt.Errorf("end it: %w", err)
	}
	for began := Uptime(); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, 0) // readable when it has ended
		if n > 0 {
			return f, net, nil
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return "", "", fmt.Errorf("wait for its end: %w", err)
		}
		if Uptime()-began > endWithin {
			return "", "", fmt.Errorf("it has not ended %s after it was killed", endWithin)
		}
		if err := Wait(ctx, 10*time.Millisecond); err != nil {
			return "", "", err
		}
	}
}

// abandon leaves nothing of a fault whose worker was ended. One that somebody
// acts on at this moment is left to whoever that is.
func (f Folder) abandon(ctx context.Context, net string) error {
	var t Task
	text, err := f.errand()
	if errors.Is(err, fs.ErrNotExist) {
		return os.RemoveAll(string(lateOf(f))) // it was over
	}
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return f.fail("read the task of", err)
	}
	if t.ID != filepath.Base(string(f)) || t.Net != net || t.Boot != bootID() {
		return fmt.Errorf("the fault in %s is not of this network", f)
	}
	err = f.Locked(ctx, func() error {
		if f.State() == Gone {
			return nil
		}
		return errors.Join(f.Stamp("abandoned", "down", "its network was taken away"), f.archive(t.ID, historyOf(f)))
	})
	if errors.Is(err, ErrBusy) {
		return nil
	}
	return err
}
