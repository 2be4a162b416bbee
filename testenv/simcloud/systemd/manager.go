// Package systemd is the service manager of a simulated node, in the behaviour
// that fault scripts lean on: units with drop-ins and conditions, Restart= with
// its start limit, transient services and timers, control groups that freeze,
// and signals. Daemons are only described; scripts run in the node's shell.
//
// Time is the time package's, so that a testing/synctest bubble controls it.
package systemd

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// Daemon describes a long-running program that is simulated, not run.
type Daemon struct {
	Startup func() time.Duration // from its start until it serves
	Stop    time.Duration        // from SIGTERM to its exit
	Deaf    bool                 // in that time it accepts and answers nobody, as a server of WSGI whose workers have ended
	Memory  uint64               // bytes
	User    int                  // as whom it runs; 0 is root
}

// streams are where a script's input comes from and its output goes.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// Script is a command line that a unit runs.
type Script struct {
	Args           []string
	Env            []string
	FS             *memfs.FS // the files that it sees
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Options is what a manager is made of.
type Options struct {
	FS      *memfs.FS
	Run     func(ctx context.Context, s Script) int // runs what is no daemon; 203 for what cannot be run
	Daemons map[string]Daemon                       // by unit name
	Log     func(unit, event, detail string)
}

// Manager is the systemd of one boot of a node.
type Manager struct {
	opt     Options
	booted  time.Time
	ctx     context.Context // the life of one boot, ended by Halt
	halt    context.CancelFunc
	scripts sync.WaitGroup

	mu      sync.Mutex
	halted  bool
	units   map[string]*Unit
	procs   map[int]*Process
	lastPID int
	changed chan struct{}
	names   int // of units that systemd-run named itself

	invocations int // of units so far

	accounted time.Time     // up to when the use of the processors is known
	burnt     time.Duration // by programs that compute without a pause
	forked    float64       // processes that were started and ended in no time
	disk      time.Time     // when what was asked of the disk is done
}

// New boots a manager with no unit started. ctx bounds its life.
func New(ctx context.Context, opt Options) *Manager {
	if opt.Log == nil {
		opt.Log = func(string, string, string) {}
	}
	m := &Manager{
		opt: opt, booted: time.Now(), units: map[string]*Unit{}, procs: map[int]*Process{}, lastPID: 300,
		changed: make(chan struct{}),
	}
	m.accounted = m.booted
	m.ctx, m.halt = context.WithCancel(ctx)
	return m
}

// Boot starts what is enabled: every unit that a .wants directory of the usual
// targets links to.
func (m *Manager) Boot() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, target := range targets() {
		for _, base := range []string{"/lib/systemd/system", "/etc/systemd/system"} {
			entries, err := m.opt.FS.ReadDir(base + "/" + target + ".wants")
			if err != nil {
				continue // nothing is wanted there
			}
			for _, entry := range entries {
				if err := m.start(m.unit(entry.Name())); err != nil {
					m.log(entry.Name(), "error", err.Error())
				}
			}
		}
	}
}

// Halt ends everything at once, as a power cut does, and waits until no script
// of this boot runs any more.
func (m *Manager) Halt() {
	m.mu.Lock()
	m.halted = true
	m.halt()
	for _, p := range m.procs {
		p.end()
	}
	m.wake()
	m.mu.Unlock()
	m.scripts.Wait()
}

// Booted is when this boot began.
func (m *Manager) Booted() time.Time { return m.booted }

// Changed returns a channel that is closed at the next change of any unit or
// process.
func (m *Manager) Changed() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed
}

func (m *Manager) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}

func (m *Manager) log(unit, event, detail string) { m.opt.Log(unit, event, detail) }

// after runs a function under the lock when the time has come, unless the
// unit was started or stopped since, or the node went down.
func (m *Manager) after(d time.Duration, u *Unit, do func()) {
	round := u.round
	time.AfterFunc(d, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if !m.halted && u.round == round {
			do()
		}
	})
}

// wait waits, without the lock, until the condition holds under it.
func (m *Manager) wait(ctx context.Context, until func() bool) error {
	for {
		m.mu.Lock()
		done, changed, halted := until(), m.changed, m.halted
		m.mu.Unlock()
		switch {
		case done:
			return nil
		case halted:
			return context.Canceled
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
