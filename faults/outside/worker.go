package outside

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	beatEvery = 100 * time.Millisecond
	// beatOld is when a worker that still lives no longer counts as watching.
	beatOld = 2 * time.Second
	// giveUp is how long after its bound a worker still tries.
	giveUp = time.Hour
)

// noWorker says that nobody watches.
func (w Words) noWorker() error {
	return fmt.Errorf("the process that would %s does not run", w.Undo)
}

// alive proves that the worker lives, by the lock that it holds for its life,
// and that it watches, by its beat.
func (f Folder) alive(words Words) error {
	lives, err := f.worked()
	if err != nil {
		return fmt.Errorf("%w: %w", words.noWorker(), err)
	}
	if !lives {
		return words.noWorker()
	}
	if silent := Uptime() - f.Span("worker"); silent > beatOld {
		return fmt.Errorf("%w: its last sign of life is %s old", words.noWorker(), silent.Round(time.Millisecond))
	}
	return nil
}

// worked tells that the worker lives, by its lock, whatever keeps it from watching.
func (f Folder) worked() (bool, error) {
	file, err := os.OpenFile(f.File("worker"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }() // gives the lock back
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil, nil
}

// Work is the worker of the fault in dir, of whichever family it is. It returns when
// the fault is over: when it is undone after the lease or the TTL has ended, or when
// whoever else ended it has proven that. When ctx ends, as it does when this machine
// shuts down, it is undone at once. Run it in a process and session of its own.
func Work(ctx context.Context, dir string, families []Family) error {
	told := ctx.Done()
	ctx = context.WithoutCancel(ctx)
	f := Folder(dir)
	family, err := familyOf(f, families)
	if err != nil {
		return err
	}
	g, err := open(f, family)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(g.File("worker"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("watch over a fault: %w", err)
	}
	defer func() { _ = file.Close() }() // gives the lock back
	for began := Uptime(); syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil; {
		// Who asks whether it is held holds it for a moment.
		if Uptime()-began > time.Second || Wait(ctx, 5*time.Millisecond) != nil {
			return errors.New("watch over a fault: another process does")
		}
	}
	following, over := context.WithCancel(ctx)
	var follower sync.WaitGroup
	if passing, is := g.order.(Passing); is && passing.Passing() {
		follower.Go(func() { passing.Follow(following, g.hold) }) // beside the beat, which nothing may keep waiting
	}
	defer func() {
		over()
		follower.Wait()
	}()
	bound := g.Span("ttl-until") + 3*g.Lease
	late := time.Duration(0) // for what was not seen to go
	stuck := false
	for {
		if g.Boot != bootID() {
			return nil
		}
		if g.State() == Gone {
			over()
			return linger(ctx, lateOf(f), family, told)
		}
		_, _ = file.WriteAt(fmt.Appendf(nil, "%020d\n", Uptime().Milliseconds()), 0) // who reads none does not inject
		by := g.due()
		select {
		case <-told:
			by = cmp.Or(by, "lease")
		default:
		}
		if by != "" {
			late = max(late, g.lateFor())
			g.end(ctx, by)
			if now := Uptime(); now > bound+late && g.State() != Gone {
				if !stuck {
					stuck = g.Stamp("stuck", by, "") == nil
				}
				if now > bound+late+giveUp {
					return fmt.Errorf("could not %s", g.words.Undo)
				}
			}
		}
		if err := Wait(ctx, beatEvery); err != nil {
			return err
		}
	}
}

// familyOf is the family of the fault in a folder.
func familyOf(f Folder, families []Family) (Family, error) {
	var t Task
	text, err := f.errand()
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return nil, f.fail("read the task of", err)
	}
	for _, family := range families {
		if family.Words().Family == t.Family {
			return family, nil
		}
	}
	return nil, f.fail("watch over", fmt.Errorf("nobody here knows the family %q", t.Family))
}

// due names the timer that has run out, if one has.
func (g *guard) due() string {
	now := Uptime()
	switch {
	case now >= g.Span("ttl-until"):
		return "ttl"
	case now >= g.Span("lease-until"):
		return "lease"
	}
	return ""
}

// bury leaves nothing of the fault but its stamps. Called under the lock.
func (g *guard) bury(by, history string) error {
	lingers := g.lingers()
	if err := g.Stamp("verified", by, ""); err != nil {
		return err
	}
	if lingers {
		return g.setAside(g.ID, history)
	}
	return g.archive(g.ID, history)
}

// archive keeps the stamps of a fault that is over and removes the rest.
func (f Folder) archive(id, history string) error {
	if err := f.history(id, history); err != nil {
		return err
	}
	// The state goes first: without it the rest is nobody's.
	return errors.Join(os.Remove(f.File("state")), os.RemoveAll(string(f)))
}

// history keeps the stamps.
func (f Folder) history(id, history string) error {
	err := os.MkdirAll(history, 0o700)
	var log []byte
	if err == nil {
		log, err = os.ReadFile(f.File("log"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(history, id), log, 0o600)
	}
	if err != nil {
		return f.fail("keep history of", err)
	}
	return nil
}

// historyOf is the folder of what is over, beside the living faults.
func historyOf(f Folder) string { return filepath.Join(filepath.Dir(string(f)), "history") }
