package command

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// lockTable holds the file locks of one node, by inode.
type lockTable struct {
	mu     sync.Mutex
	byFile map[uint64]*fileLock
}

type fileLock struct {
	writer  bool
	readers int
	changed chan struct{} // closed when somebody lets go
}

func locks() map[string]shell.Command {
	table := &lockTable{byFile: map[uint64]*fileLock{}}
	return map[string]shell.Command{"flock": table.flock}
}

// take tries once. When the lock is held, it returns what to wait for.
func (t *lockTable) take(file uint64, shared bool) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.byFile[file]
	if l == nil {
		l = &fileLock{changed: make(chan struct{})}
		t.byFile[file] = l
	}
	switch {
	case l.writer, !shared && l.readers > 0:
		return l.changed
	case shared:
		l.readers++
	default:
		l.writer = true
	}
	return nil
}

func (t *lockTable) release(file uint64, shared bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.byFile[file]
	if shared {
		l.readers--
	} else {
		l.writer = false
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// flock runs a program while it holds a lock on a file. The form with the
// number of a file descriptor is refused: scripts use none above 2.
func (t *lockTable) flock(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "nxsew:E:ou", []string{
		"nonblock", "exclusive", "shared", "wait=", "timeout=", "conflict-exit-code=", "no-fork",
	}, true)
	if err != nil || len(o.values) < 2 {
		p.Errorf("flock: %v", errors.Join(err, missing(o, 2)))
		return 64
	}
	conflict := 1
	if text := o.value("E", "conflict-exit-code"); text != "" {
		if conflict, err = strconv.Atoi(text); err != nil {
			return usage(p, errors.New("invalid exit code: '"+text+"'"))
		}
	}
	file, err := t.file(p, o.values[0])
	if err != nil {
		p.Fail(err)
		return 66
	}
	shared := o.has("s", "shared")
	var expired <-chan time.Time
	if text := o.value("w", "wait", "timeout"); text != "" {
		limit, err := interval(text)
		if err != nil {
			return usage(p, err)
		}
		timer := time.NewTimer(limit)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		busy := t.take(file, shared)
		if busy == nil {
			break
		}
		if o.has("n", "nonblock") {
			return conflict
		}
		select {
		case <-busy:
		case <-expired:
			return conflict
		case <-ctx.Done():
			return shell.Killed
		}
	}
	defer t.release(file, shared)
	if o.values[1] == "-c" && len(o.values) == 3 {
		return p.Run(ctx, []string{"sh", "-c", o.values[2]})
	}
	return p.Run(ctx, o.values[1:])
}

// file is the inode of the lock file, which is made if it is missing.
func (t *lockTable) file(p *shell.Proc, name string) (uint64, error) {
	info, err := p.FS().Stat(p.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		if err := write(p, p.Path(name), nil, 0o644); err != nil {
			return 0, err
		}
		info, err = p.FS().Stat(p.Path(name))
	}
	if err != nil {
		return 0, err
	}
	return info.Sys().(*syscall.Stat_t).Ino, nil
}
