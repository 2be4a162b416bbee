package systemd

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is one running program of a node.
type Process struct {
	PID     int
	Unit    string // that it belongs to; "" for a login session
	Args    []string
	Started time.Time
	Ready   time.Time     // when a daemon serves; zero for a script
	Gone    chan struct{} // closed when it has ended

	once    sync.Once
	cancel  context.CancelFunc // of a script
	stopped bool               // SIGSTOP
	ending  bool               // was told to end, and is about to
	pending syscall.Signal     // that came while it was frozen or stopped
	killed  syscall.Signal     // that ended it

	guest  *Unit    // in whose control group it is, where that is not its own
	traced *tracing // by another process, nil if by nobody

	got, wrote int64 // bytes from disks and to them
	files      int   // that it may open
}

func (p *Process) end() {
	p.once.Do(func() {
		if p.cancel != nil {
			p.cancel()
		}
		close(p.Gone)
	})
}

type processKey struct{}

// add puts a process into the table and its files under /proc.
func (m *Manager) add(unit string, args []string) *Process {
	return m.addIn("/user.slice", unit, args)
}

// addIn is add with the control group of a process that is of no unit.
func (m *Manager) addIn(group, unit string, args []string) *Process {
	m.lastPID++
	p := &Process{PID: m.lastPID, Unit: unit, Args: args, Started: time.Now(), Gone: make(chan struct{}), files: usualFiles}
	m.procs[p.PID] = p
	dir := "/proc/" + strconv.Itoa(p.PID)
	if unit != "" {
		group = m.units[unit].cgroup()
	}
	for name, gen := range map[string]func() []byte{
		"stat":    func() []byte { return m.stat(p) },
		"cmdline": func() []byte { return []byte(strings.Join(p.Args, "\x00") + "\x00") },
		"comm":    func() []byte { return []byte(p.comm() + "\n") },
		"cgroup":  func() []byte { return m.groupOf(p, group) },
		"io":      func() []byte { return m.processIO(p) },
		"status":  func() []byte { return m.processStatus(p) },
		"limits":  func() []byte { return m.limits(p) },

		"oom_score_adj": func() []byte { return m.oomScore(p) },
	} {
		if err := m.opt.FS.Generate(path.Join(dir, name), gen, nil); err != nil {
			m.log(unit, "error", err.Error())
		}
	}
	if err := errors.Join(m.opt.FS.MkdirAll(dir+"/ns", 0o555), m.opt.FS.Symlink("net:[4026531840]", dir+"/ns/net")); err != nil {
		m.log(unit, "error", err.Error())
	}
	for number := range openFiles {
		if err := m.opt.FS.Generate(path.Join(dir, "fd", strconv.Itoa(number)), func() []byte { return nil }, nil); err != nil {
			m.log(unit, "error", err.Error())
		}
	}
	return p
}

func (m *Manager) groupOf(p *Process, own string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.guest != nil {
		own = p.guest.cgroup()
	}
	return []byte("0::" + own + "\n")
}

// A unit is active when its process is forked; what its unit sets for that process is
// there when it is executed.
const untilExecuted = 20 * time.Millisecond

// oomScore is by how much a process is chosen before others when memory is short.
func (m *Manager) oomScore(p *Process) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	score := "0"
	if u := m.units[p.Unit]; u != nil && time.Since(p.Started) >= untilExecuted && u.config.Other["OOMScoreAdjust"] != "" {
		score = u.config.Other["OOMScoreAdjust"]
	}
	return []byte(score + "\n")
}

// How many files a process has open, and how many it may open if nobody says
// otherwise, and allow itself.
const (
	openFiles  = 9
	usualFiles = 1024
	mostFiles  = 524288
)

func (m *Manager) limits(p *Process) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Appendf(nil, "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            %-20d %-20d files     \n", p.files, mostFiles)
}

// Limit says how many files a process may open, and tells whether there is such a
// process that may.
func (m *Manager) Limit(pid, files int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.procs[pid]
	switch {
	case p == nil:
		return syscall.ESRCH
	case files < 0 || files > mostFiles:
		return syscall.EINVAL
	}
	p.files = files
	m.log(p.Unit, "open files", strconv.Itoa(files))
	return nil
}

func (m *Manager) remove(p *Process) {
	delete(m.procs, p.PID)
	if err := m.opt.FS.RemoveAll("/proc/" + strconv.Itoa(p.PID)); err != nil {
		m.log(p.Unit, "error", err.Error())
	}
	p.end()
	m.wake()
}

func (p *Process) comm() string {
	name := path.Base(p.Args[0])
	return name[:min(len(name), 15)]
}

// ticks is a time since boot in the kernel's unit, 1/100 s.
func (m *Manager) ticks(at time.Time) int64 { return int64(at.Sub(m.booted) / (10 * time.Millisecond)) }

func (m *Manager) stat(p *Process) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	state := "S"
	if p.stopped {
		state = "T"
	}
	return fmt.Appendf(nil, "%d (%s) %s 1 %d %d 0 -1 4194560 900 0 0 0 12 4 0 0 20 0 1 0 %d 108003328 10240 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		p.PID, p.comm(), state, p.PID, p.PID, m.ticks(p.Started))
}

func (m *Manager) processIO(p *Process) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Appendf(nil, "rchar: %[1]d\nwchar: %[2]d\nsyscr: 0\nsyscw: 0\nread_bytes: %[1]d\nwrite_bytes: %[2]d\ncancelled_write_bytes: 0\n", p.got, p.wrote)
}

// processStatus has what is asked for here of a process: how often it has given up a
// processor to wait, with all that it has started.
func (m *Manager) processStatus(p *Process) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.account()
	swaps := 0
	if u := m.units[p.Unit]; u != nil && u.proc == p {
		swaps = int(u.use.swaps)
	}
	tracer := 0
	if p.traced != nil {
		tracer = p.traced.by.PID
	}
	user := m.opt.Daemons[p.Unit].User
	return fmt.Appendf(nil, "Name:\t%s\nPid:\t%d\nTracerPid:\t%d\nUid:\t%[4]d\t%[4]d\t%[4]d\t%[4]d\nvoluntary_ctxt_switches:\t%[5]d\nnonvoluntary_ctxt_switches:\t0\n", p.comm(), p.PID, tracer, user, swaps)
}

// Session runs a script that no unit started, as a process that ends with the
// node.
func (m *Manager) Session(ctx context.Context, args []string, run func(context.Context) int) int {
	m.mu.Lock()
	if m.halted {
		m.mu.Unlock()
		return 255
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(m.ctx, cancel)
	p := m.add("", args)
	p.cancel = cancel
	m.scripts.Add(1)
	m.mu.Unlock()
	defer m.scripts.Done()
	defer stop()
	defer cancel()

	code := run(context.WithValue(ctx, processKey{}, p))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(p)
	if p.killed != 0 {
		return 128 + int(p.killed)
	}
	return code
}

// Gate holds a script back while its process is stopped or its unit frozen.
func (m *Manager) Gate(ctx context.Context) {
	p, ok := ctx.Value(processKey{}).(*Process)
	if !ok {
		return
	}
	if err := m.wait(ctx, func() bool { return !m.held(p) }); err != nil {
		return // the script ends at its next command
	}
}

// held tells whether a process may not run at the moment.
func (m *Manager) held(p *Process) bool {
	if p.stopped {
		return true
	}
	u := m.units[p.Unit]
	return u != nil && u.frozen && u.proc == p
}

// Holds tells whether the process that a program runs in may not run at the moment.
func (m *Manager) Holds(ctx context.Context) bool {
	p, ok := ctx.Value(processKey{}).(*Process)
	m.mu.Lock()
	defer m.mu.Unlock()
	return ok && m.held(p)
}

// User is the user as whom a unit's processes run: root, but for some daemons.
func (m *Manager) User(unit string) int { return m.opt.Daemons[unit].User }

// Info describes a running process.
type Info struct {
	Unit    string
	Args    []string
	Started time.Time
}

// Processes returns what runs, by process id.
func (m *Manager) Processes() map[int]Info {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[int]Info, len(m.procs))
	for pid, p := range m.procs {
		all[pid] = Info{Unit: p.Unit, Args: p.Args, Started: p.Started}
	}
	return all
}

// Process tells whether there is a process of that number, and whether it may not
// run at the moment.
func (m *Manager) Process(pid int) (held, there bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.procs[pid]
	if p == nil || m.halted {
		return false, false
	}
	return m.held(p), true
}

// Status is what a daemon is able to do now.
type Status struct {
	PID     int
	Running bool // its process is there
	Clean   bool // it is not, and left in good order
	Serving bool // and it has started up, so that its port accepts
	Held    bool // and is frozen, stopped or deaf: it accepts and does not answer
	Gone    <-chan struct{}
}

// Daemon tells the status of a unit's main process.
func (m *Manager) Daemon(name string) Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.units[canonical(name)]
	if u == nil || m.halted {
		return Status{}
	}
	if u.proc == nil {
		return Status{Clean: !u.mainExit.IsZero() && u.exitSignal == 0 && u.exitCode == 0}
	}
	p := u.proc
	return Status{
		PID: p.PID, Running: true, Serving: !p.Ready.IsZero() && !time.Now().Before(p.Ready), Held: m.held(p) || p.ending && m.opt.Daemons[u.Name].Deaf, Gone: p.Gone,
	}
}
