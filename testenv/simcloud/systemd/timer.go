package systemd

import (
	"strings"
	"time"
)

func timerOf(service string) string { return strings.TrimSuffix(service, ".service") + ".timer" }

// armTimer starts a timer, or starts it anew.
func (m *Manager) armTimer(u *Unit) {
	now := time.Now()
	u.next = time.Time{}
	if u.config.OnActive > 0 {
		u.earliest(now.Add(u.config.OnActive))
	}
	if u.config.OnBoot > 0 {
		u.earliest(m.booted.Add(u.config.OnBoot))
	}
	if service := m.units[u.config.Triggers]; u.config.OnUnitActive > 0 && service != nil && !service.activeAt.IsZero() {
		u.earliest(service.activeAt.Add(u.config.OnUnitActive))
	}
	m.set(u, "active", "waiting")
	m.schedule(u)
	m.wake()
}

func (u *Unit) earliest(at time.Time) {
	if u.next.IsZero() || at.Before(u.next) {
		u.next = at
	}
}

func (m *Manager) schedule(u *Unit) {
	if u.next.IsZero() {
		m.elapsed(u)
		return
	}
	m.log(u.Name, "armed", u.next.Sub(m.booted).String())
	m.after(time.Until(u.next), u, func() { m.fire(u) })
}

// fire starts the service of a timer whose time has come.
func (m *Manager) fire(u *Unit) {
	u.next, u.triggered = time.Time{}, time.Now()
	m.log(u.Name, "fired", u.config.Triggers)
	m.set(u, "active", "running")
	service := m.unit(u.config.Triggers)
	if err := m.start(service); err != nil {
		m.log(service.Name, "error", err.Error())
	}
	if service.proc == nil && u.Sub == "running" {
		m.elapsed(u)
	}
}

// elapsed is what follows when a timer's service has ended: the next round, or
// the timer's end.
func (m *Manager) elapsed(u *Unit) {
	if u.Sub == "waiting" && !u.next.IsZero() {
		return // it was armed anew meanwhile
	}
	service := m.units[u.config.Triggers]
	if u.config.OnUnitActive > 0 && service != nil && !service.activeAt.IsZero() {
		u.next = service.activeAt.Add(u.config.OnUnitActive)
		u.round++
		m.set(u, "active", "waiting")
		m.schedule(u)
		return
	}
	if u.config.RemainAfterElapse {
		m.set(u, "active", "elapsed")
		return
	}
	u.round++
	m.set(u, "inactive", "dead")
	m.collect(u)
}
