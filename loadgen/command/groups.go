package command

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// groups are the processes of a session's programs that have not all ended, each
// group by its first process.
type groups struct {
	mu      sync.Mutex
	living  map[int]bool
	waiting sync.WaitGroup
}

// ending is how a program ended; how may be read when done is closed.
type ending struct {
	done chan struct{}
	how  error
}

// start starts a program. What it has left in its group when it ends is killed.
func (g *groups) start(cmd *exec.Cmd) (*ending, error) {
	e := &ending{done: make(chan struct{})}
	started := make(chan error, 1)
	g.waiting.Go(func() {
		runtime.LockOSThread() // the kernel takes the end of this thread for that of Eris
		defer runtime.UnlockOSThread()
		g.mu.Lock()
		err := cmd.Start()
		if err == nil {
			g.living[cmd.Process.Pid] = true
		}
		g.mu.Unlock()
		started <- err
		if err != nil {
			return
		}
		e.how = cmd.Wait()
		g.mu.Lock()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // of which nobody may be left
		delete(g.living, cmd.Process.Pid)
		g.mu.Unlock()
		close(e.done)
	})
	return e, <-started
}

// end tells a group to end, and kills it after the grace.
func (g *groups) end(group int, grace time.Duration, e *ending) {
	g.signal(group, syscall.SIGTERM)
	g.waiting.Go(func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-e.done:
		case <-timer.C:
			g.signal(group, syscall.SIGKILL)
		}
	})
}

// signal is sent to a group whose first process has not been waited for, and to no
// other that has got its number since.
func (g *groups) signal(group int, s syscall.Signal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.living[group] {
		_ = syscall.Kill(-group, s) // it may just have ended
	}
}

// kill ends all of them at once.
func (g *groups) kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for group := range g.living {
		_ = syscall.Kill(-group, syscall.SIGKILL)
	}
}
