package systemd

import (
	"context"
	"fmt"
	"path"
	"strings"
	"sync"
	"syscall"
)

// Spawn starts a process that no unit of the node's own starts, in a control group of
// its own, and tells when it has ended by which signal; 0 where the node went down. A
// group that is called a scope, or a part of one called container, is a unit of systemd,
// as an engine of containers asks for one; settings are its KEY=VALUE.
func (m *Manager) Spawn(group string, args, settings []string, ended func(syscall.Signal)) (pid int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.halted {
		return 0, context.Canceled
	}
	var u *Unit
	if home := strings.TrimSuffix(group, "/container"); strings.HasSuffix(home, ".scope") {
		if u, err = m.scope(home, settings); err != nil {
			return 0, err
		}
	}
	p := m.addIn(group, "", args)
	if u != nil {
		p.Unit, u.proc = u.Name, p
		m.openCgroup(u)
		m.set(u, "active", "running")
	}
	p.cancel = sync.OnceFunc(func() {
		go func() {
			m.mu.Lock()
			switch {
			case m.halted:
			case u == nil:
				m.remove(p)
			default:
				m.exited(u, p, 0, p.killed)
			}
			signal := p.killed
			m.mu.Unlock()
			ended(signal)
		}()
	})
	return p.PID, nil
}

// scope makes the unit of a control group.
func (m *Manager) scope(group string, settings []string) (*Unit, error) {
	name := path.Base(group)
	text := fmt.Sprintf("[Scope]\nSlice=%s\n%s\n", path.Base(path.Dir(group)), strings.Join(settings, "\n"))
	if err := m.write(name, text); err != nil {
		return nil, err
	}
	u := m.unit(name)
	u.loaded = m.load(name) // that of before may not have gone yet
	if u.state != "loaded" || u.proc != nil {
		return nil, fmt.Errorf("start transient unit: unit %s was already loaded", name)
	}
	return u, nil
}
