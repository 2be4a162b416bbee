package collectors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// staleAfter is how many intervals a value lasts, and a node may be silent,
// beside the time that a slow sweep may take.
const staleAfter = 3

const (
	// patience is how much longer than a value lasts a stream may be silent
	// before it is given up: to connect, or for a sweep that hangs.
	patience = 10 * time.Second
	// longestWait bounds the pause before the next try to connect.
	longestWait = 5 * time.Second
)

// Watch is one collector at work on nodes.
type Watch struct {
	Name      string // the collector's name in the scenario
	Collector Collector
	Every     time.Duration
	Nodes     []*inventory.Node
	Services  func(node string) []*inventory.Service // those of a node that it looks at
}

// Lasts is how long a value of a node may be the newest one, and the node
// silent, before it is taken for a gap.
func (w Watch) Lasts(node string) time.Duration {
	lasts := staleAfter * w.Every
	if slow, ok := w.Collector.(Slow); ok {
		lasts += slow.Slowest(w.Services(node))
	}
	return lasts
}

// watching is a watch under way.
type watching struct {
	Watch
	loop   Remote
	source Source
	clock  record.Clock
	sink   Sink
}

// Run watches all nodes until ctx ends, one stream a node, and reconnects where
// a stream breaks or falls silent. It returns when all of its goroutines have
// ended. Failures go to the sink: a gap when a node's values stop, resumed when
// they come again. The sink is called from several goroutines. A collector that
// Check refuses is a gap of all nodes.
func (w Watch) Run(ctx context.Context, source Source, clock record.Clock, sink Sink) {
	loop, ok := w.Collector.(Remote)
	if !ok {
		for _, node := range w.Nodes {
			sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "gap", Error: Check(w.Collector).Error()})
		}
		return
	}
	on := &watching{Watch: w, loop: loop, source: source, clock: clock, sink: sink}
	var nodes sync.WaitGroup
	for _, node := range w.Nodes {
		nodes.Go(func() { on.node(ctx, node) })
	}
	nodes.Wait()
}

// sweeps is what is known of one node's collecting.
type sweeps struct {
	mu      sync.Mutex
	seen    bool          // a line came at least once
	silent  bool          // a gap was reported and has not ended
	longest time.Duration // the longest sweep
}

func (w *watching) node(ctx context.Context, node *inventory.Node) {
	script := w.loop.Script(node, w.Services(node.Name), w.Every)
	var s sweeps
	wait := w.Every
	for ctx.Err() == nil {
		lines, err := w.stream(ctx, node, script, &s)
		if ctx.Err() != nil {
			break
		}
		w.gap(node, &s, err)
		if lines > 0 {
			wait = w.Every
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, max(longestWait, w.Every))
	}
	w.sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "stopped", Took: s.longest})
}

// stream reads one connection until it ends or falls silent, and returns how
// many lines came.
func (w *watching) stream(ctx context.Context, node *inventory.Node, script string, s *sweeps) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	allowed := w.Lasts(node.Name)
	silence := fmt.Errorf("nothing came for %s", allowed)
	late := time.AfterFunc(allowed, func() { w.gap(node, s, silence) })
	defer late.Stop()
	stuck := time.AfterFunc(allowed+patience, func() { cancel(silence) })
	defer stuck.Stop()
	lines := 0
	err := w.source.Stream(ctx, node.Name, remote.Command{Script: script, Root: true}, func(line string) {
		late.Reset(allowed)
		stuck.Reset(allowed + patience)
		lines++
		w.line(ctx, node, line, s)
	})
	switch {
	case context.Cause(ctx) != nil:
		err = context.Cause(ctx)
	case err == nil:
		err = errors.New("the loop on the node ended")
	}
	return lines, err
}

// line publishes the readings of one line. They count from the start of their
// sweep, by its own word: what was read is at least not newer than that says.
func (w *watching) line(ctx context.Context, node *inventory.Node, line string, s *sweeps) {
	at := w.clock.Now()
	head, rest, _ := strings.Cut(line, " ")
	took, err := strconv.ParseInt(head, 10, 64)
	var readings []record.Reading
	if err != nil {
		err = fmt.Errorf("read line %q: it does not begin with the sweep's time", line)
	} else {
		readings, err = w.loop.Parse(node, rest)
	}
	if err != nil {
		w.gap(node, s, err)
		return
	}
	w.swept(node, s, time.Duration(took))
	at = max(at-min(max(time.Duration(took), 0), w.Lasts(node.Name)), 0) // its clock may have been set meanwhile
	for i := range readings {
		labels := map[string]string{"node": node.Name}
		maps.Copy(labels, readings[i].Labels)
		readings[i].Labels, readings[i].At = labels, at
	}
	w.sink.Publish(ctx, readings)
}

// swept reports that values come, first and after a gap.
func (w *watching) swept(node *inventory.Node, s *sweeps, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.longest = max(s.longest, took)
	switch {
	case !s.seen:
		w.sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "started", Took: took})
	case s.silent:
		w.sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "resumed", Took: took})
	}
	s.seen, s.silent = true, false
}

// gap reports that values stopped, once until they come again.
func (w *watching) gap(node *inventory.Node, s *sweeps, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent {
		return
	}
	s.silent = true
	w.sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "gap", Error: err.Error()})
}
