package systemd

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"time"
)

// Start starts a unit. With wait it returns when the start is through: at
// once for most services, at the end for a oneshot.
func (m *Manager) Start(ctx context.Context, name string, wait bool) error {
	m.mu.Lock()
	u := m.unit(name)
	m.log(u.Name, "asked", "start")
	err := m.start(u)
	m.mu.Unlock()
	if err != nil || !wait {
		return err
	}
	return m.started(ctx, u)
}

func (m *Manager) started(ctx context.Context, u *Unit) error {
	if err := m.wait(ctx, func() bool {
		return !u.queued && (u.Active != "activating" || u.Sub == "auto-restart")
	}); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if u.Active == "failed" || u.Sub == "auto-restart" {
		return fmt.Errorf("Job for %s failed because the control process exited with error code.", u.Name) //nolint:staticcheck,revive // systemctl's words
	}
	return nil
}

func (m *Manager) start(u *Unit) error {
	switch {
	case m.halted:
		return context.Canceled
	case u.state == "not-found":
		return fmt.Errorf("Failed to start %s: Unit %s not found.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	case u.state == "masked":
		return fmt.Errorf("Failed to start %s: Unit %s is masked.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	case u.state != "loaded":
		return fmt.Errorf("Failed to start %s: Unit %s has a bad unit file setting.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	case u.up(), u.Active == "activating" && u.Sub != "auto-restart":
		return nil
	case u.Active == "deactivating": // one job behind the other
		u.queued = true
		return nil
	}
	u.round++
	if u.condition = m.conditions(u); !u.condition {
		m.log(u.Name, "condition", strings.Join(u.config.Conditions, " "))
		m.set(u, "inactive", "dead")
		m.collect(u)
		return nil
	}
	if m.limited(u) {
		u.Result = "start-limit-hit"
		m.set(u, "failed", "failed")
		return fmt.Errorf("Job for %s failed: start request repeated too quickly.", u.Name) //nolint:staticcheck,revive // systemctl's words
	}
	u.Result, u.stopping, u.timedOut, u.frozen = "success", false, false, false
	m.invocations++
	u.invoked = fmt.Sprintf("%016x%016x", m.booted.UnixNano(), m.invocations)
	switch {
	case u.isTimer():
		m.armTimer(u)
	case strings.HasSuffix(u.Name, ".service"):
		m.spawn(u)
	default:
		m.set(u, "active", "active")
	}
	return nil
}

// conditions tests every ConditionPathExists=.
func (m *Manager) conditions(u *Unit) bool {
	for _, condition := range u.config.Conditions {
		file, not := strings.CutPrefix(condition, "!")
		if m.opt.FS.Exists(file) == not {
			return false
		}
	}
	return true
}

// limited counts a start and tells whether there were too many.
func (m *Manager) limited(u *Unit) bool {
	if u.config.StartLimitBurst <= 0 || u.config.StartLimit <= 0 {
		return false
	}
	recent := u.starts[:0]
	for _, at := range u.starts {
		if time.Since(at) < u.config.StartLimit {
			recent = append(recent, at)
		}
	}
	u.starts = append(recent, time.Now())
	return len(u.starts) > u.config.StartLimitBurst
}

// spawn starts the main process of a service.
func (m *Manager) spawn(u *Unit) {
	m.account()
	u.use = usage{}
	m.ownFiles(u)
	p := m.add(u.Name, u.config.ExecStart)
	u.proc, u.mainStart = p, p.Started
	m.openCgroup(u)
	daemon, simulated := m.opt.Daemons[u.Name]
	switch {
	case simulated && u.config.Type == "notify":
		p.Ready = p.Started.Add(daemon.Startup())
		m.set(u, "activating", "start")
		m.after(time.Until(p.Ready), u, func() {
			if u.proc == p {
				m.set(u, "active", "running")
			}
		})
	case simulated:
		p.Ready = p.Started.Add(daemon.Startup())
		m.set(u, "active", "running")
		m.after(time.Until(p.Ready), u, func() {
			m.log(u.Name, "serving", "")
			m.wake()
		})
	case u.config.Type == "oneshot":
		m.set(u, "activating", "start")
		m.script(u, p)
	default:
		m.set(u, "active", "running")
		m.script(u, p)
	}
	if limit := u.config.RuntimeMax; limit > 0 {
		m.after(limit, u, func() {
			u.timedOut = true
			m.signal(u, syscall.SIGTERM)
		})
	}
}

// script runs a unit's command line in the node's shell.
func (m *Manager) script(u *Unit, p *Process) {
	ctx, cancel := context.WithCancel(context.WithValue(m.ctx, processKey{}, p))
	p.cancel = cancel
	s := Script{
		Args: u.config.ExecStart, Env: u.config.Environment, FS: u.use.view,
		Stdin: u.piped.stdin, Stdout: u.piped.stdout, Stderr: u.piped.stderr,
	}
	m.scripts.Go(func() {
		defer cancel()
		code := m.opt.Run(ctx, s)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.exited(u, p, code, p.killed)
	})
}
