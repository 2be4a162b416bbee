package engine

import (
	"context"
	"errors"
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
	markFirst  = time.Second      // before faults are armed
	markEvery  = 10 * time.Second // while a fault waits for its moment
	markAfter  = 3 * time.Second  // an undo
	markTries  = 3                // then, where nothing comes of it
	markAgain  = 3 * time.Second  // between them
	markedMost = 16               // nodes of a fault; those of one that may strike more are not marked before it
	logsMost   = 45 * time.Second // for all logs when the run has ended
	logsHasty  = 10 * time.Second // likewise, of a run that an operator has ended
)

// marking notes the lengths of logs beside the faults, none of which waits for it.
type marking struct {
	running sync.WaitGroup
	over    chan struct{} // closed when what was not noted yet need not be
	wanted  bool          // loads were sent, or were to be

	mu      sync.Mutex
	waiting map[string]map[*life]bool // by node the faults that wait for their moment
	ends    map[string]context.CancelFunc
}

// beforeLoads asks at once what the run is tried on and how long the logs are, and then, when
// nodes have nothing else to do, for their clocks.
func (r *Run) beforeLoads(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { r.describeCloud(ctx) })
	both.Go(func() { r.beginLogs(ctx) })
	both.Wait()
	r.measureClocks(ctx)
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

// markUntilFired notes again and again how long the logs of the faults' nodes are, of each
// until all of its faults have fired.
func (r *Run) markUntilFired(ctx context.Context) {
	if r.Logs == nil {
		return
	}
	m := &r.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting, m.ends = map[string]map[*life]bool{}, map[string]context.CancelFunc{}
	for _, l := range r.order {
		nodes := nodesOf(l)
		if len(nodes) > markedMost {
			continue
		}
		for _, node := range nodes {
			if m.waiting[node] == nil {
				m.waiting[node] = map[*life]bool{}
				m.ends[node] = r.keepMarking(ctx, node)
			}
			m.waiting[node][l] = true
		}
	}
}

// keepMarking notes how long the logs of a node are until that is to end.
func (r *Run) keepMarking(ctx context.Context, node string) context.CancelFunc {
	ctx, cancel := context.WithCancel(ctx)
	r.marks.running.Go(func() {
		for ctx.Err() == nil {
			r.Logs.Mark(ctx, node)    // which goes on when the fault fires
			_ = pause(ctx, markEvery) // its end is the loop's
		}
	})
	return cancel
}

// fired tells that a fault waits for its moment no more. It waits for nothing.
func (r *Run) fired(l *life) {
	m := &r.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	for node, waiting := range m.waiting {
		if !waiting[l] {
			continue
		}
		r.Logs.Keep(node)
		if delete(waiting, l); len(waiting) == 0 {
			m.ends[node]()
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
			wait := markAfter
			for range markTries {
				select {
				case <-time.After(wait):
				case <-r.marks.over: // what is read at the end is as long
					return
				}
				if r.Logs.Mark(ctx, node) {
					r.Logs.Keep(node)
					return
				}
				wait = markAgain
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

// errCut is why a search ends before its time.
var errCut = errors.New("the search was interrupted")

// searchLogs looks into the logs when the run is over and everything of it is closed, also of
// one that was stopped. What is found has the time of the run's end. An interrupt that comes
// meanwhile ends it, and that is told.
func (r *Run) searchLogs(ctx context.Context, end time.Duration) {
	close(r.marks.over)
	if r.Logs == nil || !r.marks.wanted || r.failure != nil || r.Record.Err() != nil {
		return
	}
	most := logsMost
	if ctx.Err() != nil && reason(ctx).Cause == "interrupt" {
		most = logsHasty
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	limited, cut := context.WithCancelCause(limited)
	defer cut(nil)
	if ctx.Err() == nil {
		defer context.AfterFunc(ctx, func() { cut(errCut) })()
	}
	noted := make(chan struct{})
	go func() {
		r.marks.running.Wait()
		close(noted)
	}()
	select {
	case <-noted:
	case <-limited.Done():
	}
	for _, found := range r.Logs.Search(limited, r.Record.Requests(), r.struckAt()) {
		r.event(record.Event{At: end, Logged: found})
	}
	if errors.Is(context.Cause(limited), errCut) {
		r.event(record.Event{At: end, Logged: &record.Logged{Silent: []string{errCut.Error() + ": whatever it had not found by then is not shown"}}})
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
