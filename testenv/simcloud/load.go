package simcloud

import (
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

const (
	quiet     = 0.05 // of a processor that an idle node uses
	cpuShare  = 0.6  // of a request's time that is computing
	baseKiB   = 1200 << 10
	workKiB   = 64 << 10 // a request that is served or waits: far more than its share of a real one, so that a load that one machine can send makes memory short
	sinceLoad = time.Minute
)

// load counts how busy a node is.
type load struct {
	mu       sync.Mutex
	since    time.Time
	busy     time.Duration
	requests int
	mean     float64
}

func (l *load) enter() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
}

func (l *load) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests--
}

// spend books the computing of a request.
func (l *load) spend(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy += time.Duration(float64(d) * cpuShare)
}

// average moves the mean of a minute towards what runs now, as the kernel's
// load average does.
func (l *load) average(passed time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since.IsZero() {
		l.since = time.Now()
	}
	l.mean += (float64(l.requests) + quiet - l.mean) * float64(passed) / float64(sinceLoad)
}

func (l *load) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy, l.mean, l.since = 0, 0, time.Now()
}

func (l *load) report(memoryKiB uint64) node.Load {
	l.mu.Lock()
	defer l.mu.Unlock()
	idle := 0.0
	if !l.since.IsZero() {
		idle = quiet * time.Since(l.since).Seconds()
	}
	return node.Load{
		BusySeconds: l.busy.Seconds() + idle, Average: l.mean, MemoryKiB: baseKiB + memoryKiB + uint64(max(l.requests, 0))*workKiB,
	}
}
