// Package cluster holds the behaviour of the parts of a cloud that agree with
// one another: the Galera database, and the address that moves between
// balancers. It is logic only: told who is there at a moment, it says what
// follows.
package cluster

import (
	"slices"
	"time"
)

// State is what the others see of a member.
type State int

// The states of a member.
const (
	Absent State = iota // its process is not there: others notice at once
	Left                // it left in good order: it no longer counts
	Silent              // frozen, or without power: others have to wait
	Apart               // it works, and hears nothing of the others: both have to wait
	Present
)

// How long the others wait for a member before they go on without it: Galera's
// evs.suspect_timeout for one that is silent; a process that is gone closes its
// connections.
const (
	suspectSilent = 5 * time.Second
	suspectAbsent = 500 * time.Millisecond
)

// Galera is one database cluster. It is not safe for concurrent use.
type Galera struct {
	names  []string
	view   map[string]bool // members of the last primary component
	lost   map[string]time.Time
	states map[string]State
	up     bool // there is a primary component
	stall  bool // a member is suspected: commits wait
}

// NewGalera returns a cluster whose members are all there.
func NewGalera(names []string) *Galera {
	g := &Galera{names: slices.Clone(names), view: map[string]bool{}, lost: map[string]time.Time{}, up: true, states: map[string]State{}}
	for _, name := range names {
		g.view[name] = true
		g.states[name] = Present
	}
	return g
}

// Update tells the cluster who is there now. A primary component goes on when
// the members that stay are more than half of those that were in it; members
// that left in good order were taken out before. After it is lost it comes
// back when more than half of the last one is there again.
func (g *Galera) Update(now time.Time, states map[string]State) {
	g.states = states
	g.stall = false
	remaining, waiting := 0, false
	for _, name := range g.names {
		if !g.view[name] {
			continue
		}
		switch states[name] {
		case Present:
			delete(g.lost, name)
			remaining++
		case Left:
			if g.up && len(g.view) > 1 {
				delete(g.view, name)
			}
		case Absent, Silent, Apart:
			waiting = g.suspect(now, name, states[name]) || waiting
		}
	}
	switch {
	case g.up && waiting:
		g.stall = true
		return
	case 2*remaining > len(g.view):
		g.up = true
	default:
		g.up = false
		return
	}
	g.view = map[string]bool{}
	for _, name := range g.names {
		if states[name] == Present {
			g.view[name] = true
		}
	}
}

// suspect tells whether the others still wait for a member.
func (g *Galera) suspect(now time.Time, name string, state State) bool {
	since, known := g.lost[name]
	if !known {
		g.lost[name] = now
		return true
	}
	limit := suspectAbsent
	if state != Absent {
		limit = suspectSilent
	}
	return now.Sub(since) < limit
}

// Primary tells whether a member is up and in the primary component, so that
// it answers queries. One that is cut off takes itself for a member until the
// others have given it up, which it finds out as soon as they do.
func (g *Galera) Primary(name string) bool {
	return g.up && g.view[name] && (g.states[name] == Present || g.states[name] == Apart)
}

// Stalled tells whether commits wait because a member is suspected.
func (g *Galera) Stalled() bool { return g.stall }

// Size is the number of members in the primary component, 0 without one.
func (g *Galera) Size() int {
	if !g.up {
		return 0
	}
	return len(g.view)
}
