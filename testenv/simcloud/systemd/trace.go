package systemd

import (
	"context"
	"syscall"
	"time"
)

// tracing is a process that traces others.
type tracing struct {
	by  *Process
	met func() // who is traced makes a system call; it does not wait
}

// Trace has the calling program trace others, as PTRACE_SEIZE does: they go on
// running. An error (EPERM, ESRCH) tells of the process with which it began, and
// nobody is traced then. Gone are closed when each has ended; what letGo does is done
// by the kernel when the program ends, however it ends.
func (m *Manager) Trace(ctx context.Context, pids []int, met func()) (gone []<-chan struct{}, letGo func(), failed int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	by, ok := ctx.Value(processKey{}).(*Process)
	if !ok {
		return nil, nil, 0, syscall.EPERM
	}
	t := &tracing{by: by, met: met}
	for _, pid := range pids {
		switch p := m.procs[pid]; {
		case p == nil:
			return nil, nil, pid, syscall.ESRCH
		case p.traced != nil || p == by || pid == 1:
			return nil, nil, pid, syscall.EPERM
		default:
			gone = append(gone, p.Gone)
		}
	}
	for _, pid := range pids {
		m.procs[pid].traced = t
		m.log(m.procs[pid].Unit, "traced", "")
	}
	return gone, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, p := range m.procs {
			if p.traced == t {
				p.traced = nil
				m.log(p.Unit, "let go", "")
			}
		}
	}, 0, nil
}

// Called tells that somebody has come to a unit's daemon, which makes system calls
// then, once it has started up.
func (m *Manager) Called(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.units[canonical(name)]
	if u == nil || u.proc == nil || u.proc.traced == nil || u.proc.Ready.IsZero() || time.Now().Before(u.proc.Ready) || m.held(u.proc) {
		return
	}
	u.proc.traced.met()
}
