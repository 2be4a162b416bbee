package power

import (
	"cmp"
	"context"
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

var errNoWorker = errors.New("the process that would give the power back does not run")

// alive proves that the worker lives, by the lock that it holds for its life,
// and that it watches, by its beat.
func (f folder) alive() error {
	file, err := os.OpenFile(f.file("worker"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoWorker, err)
	}
	defer func() { _ = file.Close() }() // gives the lock back
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return errNoWorker
	}
	if silent := uptime() - f.span("worker"); silent > beatOld {
		return fmt.Errorf("%w: its last sign of life is %s old", errNoWorker, silent.Round(time.Millisecond))
	}
	return nil
}

// Work is the worker of the fault in dir. It returns when the fault is over:
// when its power is back after the lease or the TTL has ended, or when whoever
// else ended it has proven that. When ctx ends, as it does when this machine
// shuts down, the power is given back at once. Run it in a process and session
// of its own.
func Work(ctx context.Context, dir string) error {
	told := ctx.Done()
	ctx = context.WithoutCancel(ctx)
	g, err := open(folder(dir))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(g.file("worker"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("watch over a power fault: %w", err)
	}
	defer func() { _ = file.Close() }() // gives the lock back
	for began := uptime(); syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil; {
		// Who asks whether it is held holds it for a moment.
		if uptime()-began > time.Second || wait(ctx, 5*time.Millisecond) != nil {
			return errors.New("watch over a power fault: another process does")
		}
	}
	following, over := context.WithCancel(ctx)
	var follower sync.WaitGroup
	if g.passing() {
		follower.Go(func() { g.follow(following) }) // beside the beat, which nothing may keep waiting
	}
	defer func() {
		over()
		follower.Wait()
	}()
	bound := g.span("ttl-until") + 3*g.Lease
	late := time.Duration(0) // for what was not seen to go
	stuck := false
	for {
		if g.state() == gone || g.Boot != bootID() {
			return nil
		}
		_, _ = file.WriteAt(fmt.Appendf(nil, "%020d\n", uptime().Milliseconds()), 0) // who reads none does not inject
		by := g.due()
		select {
		case <-told:
			by = cmp.Or(by, "lease")
		default:
		}
		if by != "" {
			if g.late() {
				late = lateWithin
			}
			g.end(ctx, by)
			if now := uptime(); now > bound+late && g.state() != gone {
				if !stuck {
					stuck = g.stamp("stuck", by, "") == nil
				}
				if now > bound+late+giveUp {
					return errors.New("the power could not be given back")
				}
			}
		}
		if err := wait(ctx, beatEvery); err != nil {
			return err
		}
	}
}

// due names the timer that has run out, if one has.
func (g *guard) due() string {
	now := uptime()
	switch {
	case now >= g.span("ttl-until"):
		return "ttl"
	case now >= g.span("lease-until"):
		return "lease"
	}
	return ""
}

// end undoes and looks whether that was enough. Whoever keeps the lock may
// hang: then the power is given back without it, as often as it takes until
// the lock is free and nothing can come after.
func (g *guard) end(ctx context.Context, by string) {
	err := g.locked(ctx, func() error {
		if g.state() != "undone" {
			if err := g.undo(ctx, by); err != nil {
				return err
			}
		}
		return g.verify(ctx, &answer{}, by, historyOf(g.folder))
	})
	if errors.Is(err, errBusy) && g.touched() {
		_, _ = g.powerOn(ctx) // asked again in a moment
	}
}

// bury leaves nothing of the fault but its stamps. Called under the lock.
func (g *guard) bury(by, history string) error {
	if err := g.stamp("verified", by, ""); err != nil {
		return err
	}
	return g.archive(g.ID, history)
}

// archive keeps the stamps of a fault that is over and removes the rest.
func (f folder) archive(id, history string) error {
	if err := os.MkdirAll(history, 0o700); err != nil {
		return fmt.Errorf("keep history of the power fault: %w", err)
	}
	log, err := os.ReadFile(f.file("log"))
	if err == nil {
		err = os.WriteFile(filepath.Join(history, id), log, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep history of the power fault: %w", err)
	}
	// The state goes first: without it the rest is nobody's.
	return errors.Join(os.Remove(f.file("state")), os.RemoveAll(string(f)))
}

// historyOf is the folder of what is over, beside the living faults.
func historyOf(f folder) string { return filepath.Join(filepath.Dir(string(f)), "history") }
