package systemd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const cgroupRoot = "/sys/fs/cgroup"

// openCgroup lays the files of a unit's control group.
func (m *Manager) openCgroup(u *Unit) {
	dir := cgroupRoot + u.cgroup()
	files := map[string]struct {
		gen  func() []byte
		sink func([]byte) error
	}{
		"cgroup.procs":           {gen: func() []byte { return m.members(u) }, sink: func(b []byte) error { return m.join(u, b) }},
		"cgroup.subtree_control": {gen: func() []byte { return nil }},
		"cgroup.freeze":          {gen: func() []byte { return m.flag(u, "%d\n") }, sink: func(b []byte) error { return m.writeFreeze(u, b) }},
		"cgroup.events":          {gen: func() []byte { return m.flag(u, "populated 1\nfrozen %d\n") }},
		"cgroup.kill":            {gen: func() []byte { return nil }, sink: func([]byte) error { return m.Kill(u.Name, syscall.SIGKILL) }},
		"memory.current":         {gen: func() []byte { return m.memoryCurrent(u) }},
		"memory.stat":            {gen: func() []byte { return []byte("inactive_file 0\nactive_file 0\n") }},
		"memory.high":            {gen: func() []byte { return m.setting(u, func(c Config) string { return most(c.MemoryHigh) }) }},
		"memory.oom.group":       {gen: func() []byte { return m.setting(u, Config.together) }},
		"pids.current":           {gen: func() []byte { return []byte("1\n") }},
		"cpu.stat":               {gen: func() []byte { return m.cpuStat(u) }},
		"cpu.max":                {gen: func() []byte { return m.setting(u, Config.cpuMax) }},
		"cpu.weight":             {gen: func() []byte { return m.setting(u, Config.cpuWeight) }},
		"memory.max":             {gen: func() []byte { return m.setting(u, func(c Config) string { return most(c.MemoryMax) }) }},
		"pids.max":               {gen: func() []byte { return m.setting(u, func(c Config) string { return most(c.TasksMax) }) }},
		"io.max":                 {gen: func() []byte { return m.setting(u, m.ioMax) }},
	}
	for name, f := range files {
		if err := m.opt.FS.Generate(dir+"/"+name, f.gen, f.sink); err != nil {
			m.log(u.Name, "error", err.Error())
		}
	}
}

func (m *Manager) closeCgroup(u *Unit) {
	if err := m.opt.FS.RemoveAll(cgroupRoot + u.cgroup()); err != nil {
		m.log(u.Name, "error", err.Error())
	}
}

func (m *Manager) members(u *Unit) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	var pids []byte
	if u.proc != nil && u.proc.guest == nil {
		pids = fmt.Appendln(nil, u.proc.PID)
	}
	for _, p := range m.guests(u) {
		pids = fmt.Appendln(pids, p.PID)
	}
	return pids
}

// join moves a process of another unit into a unit's control group, as writing its
// number to cgroup.procs does: it counts there, and ends with it, though its own
// unit goes on knowing it as its main process.
func (m *Manager) join(u *Unit, data []byte) error {
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return syscall.EINVAL
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.procs[pid]
	if p == nil {
		return syscall.ESRCH
	}
	if p.guest = u; p.Unit == u.Name {
		p.guest = nil
	}
	m.log(u.Name, "joined", strconv.Itoa(pid))
	return nil
}

// guests are the processes of other units in a unit's control group, by number. The
// caller holds the lock.
func (m *Manager) guests(u *Unit) []*Process {
	var all []*Process
	for _, p := range m.procs {
		if p.guest == u {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *Process) int { return a.PID - b.PID })
	return all
}

func (m *Manager) flag(u *Unit, format string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	if u.frozen {
		n = 1
	}
	return fmt.Appendf(nil, format, n)
}

func (m *Manager) cpuStat(u *Unit) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.account()
	used := u.use.used.Microseconds()
	return fmt.Appendf(nil, "usage_usec %d\nuser_usec %d\nsystem_usec %d\nnr_periods %d\nnr_throttled %d\nthrottled_usec %d\n",
		used, used*3/4, used/4, u.use.throttled, u.use.throttled, u.use.throttled*int(quotaPeriod/time.Microsecond)/2)
}

// setting is a file that says what the unit's files and drop-ins say.
func (m *Manager) setting(u *Unit, text func(Config) string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if line := text(u.config); line != "" {
		return []byte(line + "\n")
	}
	return nil
}

func (m *Manager) memoryCurrent(u *Unit) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Appendf(nil, "%d\n", m.memory(u))
}

// memory is what a unit's control group has. The caller holds the lock. What is given to a process stays where
// the process was when it was given; here nothing is given before it is moved.
func (m *Manager) memory(u *Unit) uint64 {
	sum := uint64(0)
	if daemon, simulated := m.opt.Daemons[u.Name]; simulated {
		sum = daemon.Memory
	} else if u.proc == nil || u.proc.guest == nil {
		sum = smallScript + uint64(m.kept(u))
	}
	for _, p := range m.guests(u) {
		sum += smallScript
		if home := m.units[p.Unit]; home != nil {
			sum += uint64(m.kept(home))
		}
	}
	return sum
}

func (m *Manager) writeFreeze(u *Unit, data []byte) error {
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || n < 0 || n > 1 {
		return syscall.EINVAL
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.freeze(u, n == 1)
	return nil
}

func (m *Manager) freeze(u *Unit, frozen bool) {
	if u.proc == nil || u.frozen == frozen {
		return
	}
	m.account()
	u.frozen = frozen
	m.log(u.Name, "frozen", strconv.FormatBool(frozen))
	m.wake()
	m.flush(u, u.proc)
}

// Freeze freezes or thaws the processes of a unit.
func (m *Manager) Freeze(name string, frozen bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.unit(name)
	if u.proc == nil {
		return errors.New("Failed to freeze unit: Unit is not active.") //nolint:staticcheck,revive // systemctl's words
	}
	m.freeze(u, frozen)
	return nil
}
