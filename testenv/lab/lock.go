package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// lock takes an exclusive lock on a file, waiting until ctx ends. waiting is
// called once if somebody else holds it. The kernel lets go of it when this
// process ends, however it ends.
func lock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return lockIn(ctx, path, waiting)
}

// lockIn is lock in a folder that is there: one that has just been taken away is not made
// again.
func lockIn(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	told := false
	err = poll(ctx, "the lock "+path, 100*time.Millisecond, func() error {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if errors.Is(err, unix.EWOULDBLOCK) && !told {
			told = true
			waiting()
		}
		return err
	})
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	// what is made under it is read by the users of nodes, whatever this user's
	// own mask is
	lockMask.take()
	return func() {
		lockMask.giveBack()
		_ = f.Close()
	}, nil
}

// lockMask is this process's mask for new files while any of its locks is held.
var lockMask mask //nolint:gochecknoglobals // a process has one mask

// mask counts who wants it, since a process has one for all of its goroutines.
type mask struct {
	mu     sync.Mutex
	held   int
	before int
}

func (m *mask) take() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held++; m.held == 1 {
		m.before = unix.Umask(0o022)
	}
}

func (m *mask) giveBack() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held--; m.held == 0 {
		unix.Umask(m.before)
	}
}
