package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// Logs looks into the logs of the cloud's nodes.
type Logs interface {
	// Begin notes how long they are before the run.
	Begin(ctx context.Context)
	// Mark notes how long a node's are now, in the time that it gives itself, and tells whether
	// it could; Keep notes that what was noted last is needed.
	Mark(ctx context.Context, node string) bool
	Keep(node string)
	// Search finds lines with requests' ids, and those around faults.
	Search(ctx context.Context, requests []record.Request, faults []record.Around) []*record.Logged
}

const (
	markEvery  = 10 * time.Second // while a fault waits for its moment
	markAfter  = 3 * time.Second  // an undo
	markedMost = 16               // nodes of a fault; those of one that may strike more are not marked before it
	logsMost   = 45 * time.Second // for all logs when the run has ended
	logsHasty  = 10 * time.Second // likewise, of a run that an operator has ended
)

// marking notes the lengths of logs beside the faults, none of which waits for it.
type marking struct {
	running sync.WaitGroup
	over    chan struct{} // closed when what was not noted yet need not be
}

// beforeLoads asks at once what the run is tried on and how long the logs are.
func (r *Run) beforeLoads(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { r.describeCloud(ctx) })
	both.Go(func() { r.beginLogs(ctx) })
	both.Wait()
}

// beginLogs notes how long the logs are before a load is sent.
func (r *Run) beginLogs(ctx context.Context) {
	if r.Logs == nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, describeMost)
	defer cancel()
	r.Logs.Begin(limited)
}

// markUntilFired notes again and again how long the logs of a fault's nodes are, until what
// is returned is called, which waits for nothing.
func (r *Run) markUntilFired(ctx context.Context, l *life) (fired func()) {
	nodes := nodesOf(l)
	if r.Logs == nil || len(nodes) > markedMost {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	for _, node := range nodes {
		r.marks.running.Go(func() {
			for ctx.Err() == nil {
				r.Logs.Mark(ctx, node)    // which goes on when the fault fires
				_ = pause(ctx, markEvery) // its end is the loop's
			}
		})
	}
	return func() {
		cancel()
		for _, node := range nodes {
			r.Logs.Keep(node)
		}
	}
}

// markUndone notes some time after an undo how long the logs are then.
func (r *Run) markUndone(ctx context.Context, l *life) {
	if r.Logs == nil {
		return
	}
	for _, node := range nodesOf(l) {
		r.marks.running.Go(func() {
			select {
			case <-time.After(markAfter):
				r.Logs.Mark(ctx, node)
				r.Logs.Keep(node)
			case <-r.marks.over: // what is read at the end is as long
			case <-ctx.Done():
			}
		})
	}
}

// nodesOf are those that a fault strikes, or may.
func nodesOf(l *life) []string {
	var nodes []string
	for _, ref := range l.refs() {
		if !slices.Contains(nodes, ref.Node) {
			nodes = append(nodes, ref.Node)
		}
	}
	return nodes
}

// searchLogs looks into the logs when all loads have ended and every fault is over, also of a
// run that was stopped.
func (r *Run) searchLogs(ctx context.Context) {
	if r.Logs == nil {
		return
	}
	close(r.marks.over)
	r.marks.running.Wait()
	most := logsMost
	if ctx.Err() != nil && reason(ctx).Cause == "interrupt" {
		most = logsHasty
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	for _, found := range r.Logs.Search(limited, r.Record.Requests(), r.struckAt()) {
		r.event(record.Event{Logged: found})
	}
}

// struckAt is when each fault was there, on each of its targets.
func (r *Run) struckAt() []record.Around {
	var all []record.Around
	for _, l := range r.order {
		if l.reached(scenarios.Injected) == 0 {
			continue
		}
		for _, ref := range l.refs() {
			all = append(all, record.Around{
				Fault: l.spec.Name, Target: record.Target{Node: ref.Node, Service: ref.Service}, From: l.booked(), To: l.reached(scenarios.Undone),
			})
		}
	}
	return all
}

// booked is when the fault's budget was taken, just before its inject.
func (l *life) booked() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.span.booked == nil {
		return l.events[scenarios.Injected]
	}
	return *l.span.booked
}
