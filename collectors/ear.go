package collectors

import (
	"fmt"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// ear is what a watch hears of one who is watched, and its word on that: that values
// come, that they stopped, that they come again.
type ear struct {
	Watch
	at    string            // the node; empty where none is watched
	lasts time.Duration     // of silence that is no gap
	units map[string]string // by signal

	late *time.Timer

	mu      sync.Mutex
	seen    bool          // values came at least once
	silent  bool          // a gap was reported and has not ended
	ended   bool          // nothing more is told
	longest time.Duration // the longest sweep
	account record.CollectAccount
}

// unitsOf are the units of what a collector publishes, by signal.
func unitsOf(c Collector) map[string]string {
	units := map[string]string{}
	for _, info := range c.Signals() {
		units[info.Name] = info.Unit
	}
	return units
}

// begin counts the time in which nothing comes, until end.
func (e *ear) begin() { e.late = time.AfterFunc(e.lasts, func() { e.gap(e.silence()) }) }

// heard begins that time anew.
func (e *ear) heard() { e.late.Reset(e.lasts) }

// end is the last that the sink hears.
func (e *ear) end() {
	e.late.Stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true       // also for who waits to tell a gap
	account := e.account // which goes no further
	e.tell(record.CollectEvent{State: "stopped", Took: e.longest, Account: &account})
}

// longestError bounds what a gap says of its reason, in bytes.
const longestError = 500

func (e *ear) silence() error { return fmt.Errorf("nothing came for %s", e.lasts) }

// swept reports that values come, first and after a gap.
func (e *ear) swept(took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.longest = max(e.longest, took)
	e.account.Sweeps++
	e.account.Spent += took
	switch {
	case !e.seen:
		e.tell(record.CollectEvent{State: "started", Took: took})
	case e.silent:
		e.tell(record.CollectEvent{State: "resumed", Took: took})
	}
	e.seen, e.silent = true, false
}

// gap reports that values stopped, once until they come again.
func (e *ear) gap(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		return
	}
	e.account.Failed++
	if e.silent {
		return
	}
	e.silent = true
	e.tell(record.CollectEvent{State: "gap", Error: record.OneLine(err.Error(), longestError)})
}

// tell is called with mu held.
func (e *ear) tell(event record.CollectEvent) {
	event.Collector, event.Node = e.Name, e.at
	e.Sink.Collected(event)
}
