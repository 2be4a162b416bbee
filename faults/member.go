package faults

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// member is a fault on one of its targets.
type member struct {
	target  Target
	scripts Scripts
	clock   *nodeClock
	seen    sight // of the one loop that holds it

	mu         sync.Mutex
	state      record.FaultState
	reason     string
	effect     string
	boot       string        // boot id at preflight
	before     []string      // fingerprint at preflight
	outside    []string      // and what its keeper found outside of the node when it was armed
	dispatched bool          // an inject was handed over: from here on it counts as injected
	laid       bool          // arming was handed over: something may be on the node
	told       bool          // other nodes were told that it is struck
	deadline   time.Duration // by the run's clock: when even the node has given up undoing
	stamps     []Stamp
	standby    remote.Standing // an inject that waits on the node for its word; nil where none does
}

func (m *member) set(state record.FaultState, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.reason = state, reason
}

// takeStandby is what stands by, for whoever takes it first; nil for all others.
func (m *member) takeStandby() remote.Standing {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.standby
	m.standby = nil
	return s
}

// dismiss lets go of what stands by.
func (m *member) dismiss() {
	if s := m.takeStandby(); s != nil {
		s.Close()
	}
}

func (m *member) is(state record.FaultState) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state == state
}

func (m *member) status() TargetStatus {
	m.mu.Lock()
	defer m.mu.Unlock()
	return TargetStatus{Target: m.target, State: m.state, Reason: m.reason, Effect: m.effect, By: m.by()}
}

// by is who ended the fault first, by the node's stamps. Called with mu held.
func (m *member) by() string {
	for _, s := range m.stamps {
		if s.Event == "ended" || s.Event == "undoing" || s.Event == "undone" {
			return s.By
		}
	}
	return ""
}

// stamped returns the node's stamp of an event, if it has been told.
func (m *member) stamped(event string) (Stamp, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.stamps {
		if s.Event == event {
			return s, true
		}
	}
	return Stamp{}, false
}

// news keeps the stamps that were not known and returns them. A node tells its
// whole log each time; a loss of its power may have taken the last lines of it, and
// what it has stamped since stands in their place.
func (m *member) news(all []Stamp) (fresh []Stamp) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range all {
		if !slices.Contains(m.stamps, s) {
			fresh = append(fresh, s)
		}
	}
	m.stamps = slices.Concat(m.stamps, fresh)
	return fresh
}

// touched tells whether the node has let the inject through, by its stamps. It is
// unsure where its power was lost before its disk had that: then nobody knows.
func (m *member) touched() (touched, unsure bool) {
	_, touched = m.stamped("injecting")
	_, unsure = m.stamped("unsure")
	return touched, unsure && !touched
}

// begun tells whether the inject may have been let through: the node says that it was,
// or it was handed over.
func (m *member) begun() bool {
	touched, _ := m.touched()
	m.mu.Lock()
	defer m.mu.Unlock()
	return touched || m.dispatched
}

// fingerprint is what has to be as before: what was read on the node, and what its
// keeper found.
func (m *member) fingerprint() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(slices.Concat(m.before, m.outside), "\n")
}

// kept tells that the fault is kept from outside of its node, which cannot.
func (m *member) kept() bool { return m.scripts.Outside != "" && !m.woken() }

// woken tells that the node keeps the fault itself, and has to be switched on.
func (m *member) woken() bool { return m.scripts.Outside == Wake }

// away tells that the fault takes its node away, for a while at least.
func (m *member) away() bool {
	return m.scripts.Outside != "" && !m.scripts.Stays || m.scripts.Reboots
}

func (m *member) event(name string) record.TargetEvent {
	m.mu.Lock()
	defer m.mu.Unlock()
	return record.TargetEvent{
		Name: name, ID: m.target.ID, Target: m.target.record(),
		State: m.state, Reason: m.reason, Effect: m.effect, By: m.by(),
	}
}

// why puts a result that is no answer into words.
func why(result remote.Result) string {
	if result.Err != nil {
		return result.Err.Error()
	}
	text := strings.TrimSpace(string(result.Stderr))
	if text == "" {
		text = strings.TrimSpace(string(result.Stdout))
	}
	if first, _, more := strings.Cut(text, "\n"); more {
		text = first
	}
	if text == "" {
		text = "the node gave no answer"
	}
	return text
}
