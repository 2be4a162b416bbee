package systemd

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// Stop stops a unit. With wait it returns when it is down.
func (m *Manager) Stop(ctx context.Context, name string, wait bool) error {
	m.mu.Lock()
	u := m.unit(name)
	if u.state == "not-found" && u.Active == "inactive" {
		m.mu.Unlock()
		return fmt.Errorf("Failed to stop %s: Unit %s not loaded.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	}
	m.log(u.Name, "asked", "stop")
	m.stop(u)
	m.mu.Unlock()
	if !wait {
		return nil
	}
	return m.wait(ctx, func() bool { return u.Active == "inactive" || u.Active == "failed" })
}

// stop begins the end of a unit.
func (m *Manager) stop(u *Unit) {
	u.queued = false
	switch {
	case u.Active == "inactive" || u.Active == "failed" || u.Active == "deactivating":
		return
	case u.isTimer():
		u.round++
		u.next = time.Time{}
		m.set(u, "inactive", "dead")
		m.collect(u)
	case u.proc == nil: // waiting for its restart, or active (exited)
		u.round++
		m.set(u, "inactive", "dead")
		m.collect(u)
	default:
		u.round++
		u.stopping = true
		m.set(u, "deactivating", "stop-sigterm")
		m.signal(u, syscall.SIGTERM)
		m.after(u.config.TimeoutStop, u, func() {
			if u.proc != nil {
				u.timedOut = true
				m.signal(u, syscall.SIGKILL)
			}
		})
	}
}

// Restart stops and starts a unit; with onlyUp nothing happens to a unit that
// is not up.
func (m *Manager) Restart(ctx context.Context, name string, onlyUp, wait bool) error {
	m.mu.Lock()
	u := m.unit(name)
	if onlyUp && !u.up() {
		m.mu.Unlock()
		return nil
	}
	m.log(u.Name, "asked", "restart")
	if u.isTimer() && u.up() {
		// In one step: a transient timer that is down is unloaded. A timer
		// that is armed too often is refused like any other unit.
		defer m.mu.Unlock()
		u.round++
		u.Active = "inactive"
		return m.start(u)
	}
	m.stop(u)
	err := m.start(m.unit(name)) // behind the stop, whether or not anybody waits for it
	m.mu.Unlock()
	if err != nil || !wait {
		return err
	}
	return m.started(ctx, u)
}

// Kill sends a signal to all processes of a unit.
func (m *Manager) Kill(name string, signal syscall.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.unit(name)
	if u.state == "not-found" {
		return fmt.Errorf("Failed to kill unit %s: Unit %s not loaded.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	}
	m.log(u.Name, "signal", signal.String())
	m.signal(u, signal)
	return nil
}

// KillPID sends a signal to one process; signal 0 only asks whether it is
// there.
func (m *Manager) KillPID(pid int, signal syscall.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.procs[pid]
	if p == nil {
		return syscall.ESRCH
	}
	if signal == 0 {
		return nil
	}
	m.log(p.Unit, "signal", fmt.Sprintf("%s to %d", signal, pid))
	m.deliver(m.units[p.Unit], p, signal)
	return nil
}

func (m *Manager) signal(u *Unit, signal syscall.Signal) {
	if u.proc != nil {
		m.deliver(u, u.proc, signal)
	}
}

// deliver does to a process what a signal does. u is nil for a process of no
// unit.
func (m *Manager) deliver(u *Unit, p *Process, signal syscall.Signal) {
	switch signal {
	case syscall.SIGSTOP, syscall.SIGCONT:
		m.account()
		p.stopped = signal == syscall.SIGSTOP
		m.wake()
		m.flush(u, p)
		return
	case syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCHLD:
		if !p.Ready.IsZero() {
			return // daemons reload or ignore
		}
	case syscall.SIGKILL:
	default:
		if m.held(p) {
			p.pending = signal
			return
		}
	}
	switch {
	case p.Ready.IsZero(): // a script: it ends itself when it is cancelled
		p.killed = signal
		p.cancel()
	case signal == syscall.SIGKILL || signal == syscall.SIGABRT || signal == syscall.SIGSEGV:
		m.exited(u, p, 0, signal)
	default:
		p.ending = true
		m.wake()
		m.after(m.opt.Daemons[u.Name].Stop, u, func() {
			if u.proc == p && !m.held(p) {
				m.exited(u, p, 0, 0)
			}
		})
	}
}

// flush delivers what came while a process was held.
func (m *Manager) flush(u *Unit, p *Process) {
	if p != nil && p.pending != 0 && !m.held(p) {
		signal := p.pending
		p.pending = 0
		m.deliver(u, p, signal)
	}
}

// exited does what systemd does when a main process has ended.
func (m *Manager) exited(u *Unit, p *Process, code int, signal syscall.Signal) {
	m.remove(p)
	if u.proc != p {
		return
	}
	m.account()
	u.use = usage{}
	u.proc, u.frozen, u.mainExit = nil, false, time.Now()
	u.exitCode, u.exitSignal = code, signal
	u.round++
	for _, guest := range m.guests(u) {
		guest.guest = nil
		m.log(guest.Unit, "signal", "killed with "+u.Name)
		m.deliver(m.units[guest.Unit], guest, syscall.SIGKILL)
	}
	m.closeCgroup(u)
	m.log(u.Name, "exited", fmt.Sprintf("pid %d code %d signal %d", p.PID, code, signal))
	if m.halted {
		return
	}
	clean := code == 0 && signal == 0 || signal == syscall.SIGTERM || signal == syscall.SIGINT || signal == syscall.SIGHUP || signal == syscall.SIGPIPE
	switch {
	case u.timedOut:
		u.Result, clean = "timeout", false
	case clean:
		u.Result = "success"
	case signal != 0:
		u.Result = "signal"
	default:
		u.Result = "exit-code"
	}
	if len(u.config.ExecStopPost) > 0 {
		m.set(u, "deactivating", "stop-post")
		m.stopPost(u, func() { m.leave(u, clean, signal) })
		return
	}
	m.leave(u, clean, signal)
}

// stopPost runs what a unit runs last, and then does what follows.
func (m *Manager) stopPost(u *Unit, then func()) {
	p := m.add(u.Name, u.config.ExecStopPost)
	ctx, cancel := context.WithCancel(context.WithValue(m.ctx, processKey{}, p))
	p.cancel = cancel
	s := Script{Args: u.config.ExecStopPost, Env: append([]string{"SERVICE_RESULT=" + u.Result}, u.config.Environment...)}
	m.scripts.Go(func() {
		defer cancel()
		m.opt.Run(ctx, s)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.remove(p)
		if !m.halted {
			then()
		}
	})
}

// leave is what becomes of a unit none of whose processes is left.
func (m *Manager) leave(u *Unit, clean bool, signal syscall.Signal) {
	switch {
	case u.stopping:
		u.stopping = false
		m.settle(u, clean)
	case m.restarts(u, clean, signal):
		m.set(u, "activating", "auto-restart")
		m.after(u.config.RestartSec, u, func() {
			u.restarts++
			if err := m.start(u); err != nil {
				m.log(u.Name, "error", err.Error())
			}
		})
	case clean && u.config.RemainAfterExit:
		m.set(u, "active", "exited")
	default:
		m.settle(u, clean)
	}
}

func (m *Manager) settle(u *Unit, clean bool) {
	if clean {
		m.set(u, "inactive", "dead")
	} else {
		m.set(u, "failed", "failed")
	}
	if u.queued {
		u.queued = false
		if err := m.start(u); err != nil {
			m.log(u.Name, "error", err.Error())
		}
		return
	}
	if timer := m.units[timerOf(u.Name)]; timer != nil && timer.up() {
		m.elapsed(timer)
	}
	m.collect(u)
}

func (m *Manager) restarts(u *Unit, clean bool, signal syscall.Signal) bool {
	switch u.config.Restart {
	case "always":
		return true
	case "on-failure":
		return !clean
	case "on-success":
		return clean
	case "on-abnormal":
		return !clean && (signal != 0 || u.timedOut)
	case "on-abort":
		return !clean && signal != 0
	}
	return false
}

// ResetFailed clears the failed state of one unit, or of all with "".
func (m *Manager) ResetFailed(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name != "" {
		u := m.units[canonical(name)]
		if u == nil {
			return fmt.Errorf("Failed to reset failed state of unit %s: Unit %s not loaded.", canonical(name), canonical(name)) //nolint:staticcheck,revive // systemctl's words
		}
		m.resetFailed(u)
		return nil
	}
	for _, u := range m.units {
		m.resetFailed(u)
	}
	return nil
}

func (m *Manager) resetFailed(u *Unit) {
	u.starts, u.restarts = nil, 0
	if u.Active == "failed" {
		u.Result = "success"
		m.set(u, "inactive", "dead")
		m.collect(u)
	}
}
