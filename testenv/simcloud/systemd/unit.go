package systemd

import (
	"strings"
	"syscall"
	"time"
)

// Unit is one loaded unit. Its fields belong to the manager's lock.
type Unit struct {
	Name   string
	Active string // inactive, activating, active, deactivating, failed
	Sub    string
	Result string // success, exit-code, signal, timeout, start-limit-hit
	loaded

	proc      *Process
	round     int // counts starts and stops, so that a late timer knows that it is late
	restarts  int
	starts    []time.Time // within the start limit
	condition bool
	frozen    bool
	stopping  bool
	queued    bool   // a start that waits for the end of its stop
	invoked   string // id of the time that it runs, or ran, "" for never
	timedOut  bool

	exitCode   int
	exitSignal syscall.Signal
	mainStart  time.Time
	mainExit   time.Time
	activeAt   time.Time
	leftAt     time.Time // active
	inactiveAt time.Time
	changedAt  time.Time

	next      time.Time // of a timer; zero: none
	triggered time.Time
	piped     streams // of a transient unit that somebody reads
	use       usage
}

func (u *Unit) isTimer() bool { return strings.HasSuffix(u.Name, ".timer") }

func (u *Unit) isTransient() bool { return strings.HasPrefix(u.fragment, transientDir) }

// cgroup is the unit's control group, below the root of the hierarchy.
func (u *Unit) cgroup() string { return "/" + u.config.Slice + "/" + u.Name }

// up tells whether the unit counts as active.
func (u *Unit) up() bool { return u.Active == "active" || u.Active == "reloading" }

// set changes the state and wakes those who wait for a change.
func (m *Manager) set(u *Unit, active, sub string) {
	now := time.Now()
	if u.Active == active && u.Sub == sub {
		return
	}
	switch {
	case active == "active" && !u.up():
		u.activeAt = now
	case active == "inactive" || active == "failed":
		u.inactiveAt = now
	}
	if u.up() && active != "active" && active != "reloading" {
		u.leftAt = now
	}
	u.changedAt = now
	u.Active, u.Sub = active, sub
	m.log(u.Name, "state", active+"/"+sub)
	m.wake()
}

// collect unloads a unit that nobody needs any more, as systemd does with
// transient ones and with those whose file has gone.
func (m *Manager) collect(u *Unit) {
	done := u.Active == "inactive" || u.Active == "failed" && u.config.Collect
	if !u.isTransient() && u.state != "not-found" || !done || u.proc != nil || m.units[u.Name] != u {
		return
	}
	if timer := m.units[strings.TrimSuffix(u.Name, ".service")+".timer"]; timer != nil && timer != u && timer.up() {
		return
	}
	delete(m.units, u.Name)
	if u.isTransient() {
		if err := m.opt.FS.Remove(u.fragment); err != nil {
			m.log(u.Name, "error", err.Error())
		}
	}
	m.log(u.Name, "unloaded", "")
	if u.isTimer() {
		if service := m.units[u.config.Triggers]; service != nil {
			m.collect(service)
		}
	}
}
