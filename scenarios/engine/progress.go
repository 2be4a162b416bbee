package engine

import (
	"context"
	"sync"

	"github.com/openstack-eris/eris/scenarios"
)

// progress is how far a fault has come, for those that wait for it. Each
// channel is closed when its point is reached; quiet when the fault is no more
// and will not be, whatever became of it, and over when its budget has been
// given back as well.
type progress struct {
	once                                     sync.Mutex
	injected, undone, quiet, recovered, over chan struct{}
}

func newProgress() *progress {
	return &progress{
		injected: make(chan struct{}), undone: make(chan struct{}), quiet: make(chan struct{}),
		recovered: make(chan struct{}), over: make(chan struct{}),
	}
}

// reach marks a point once.
func (p *progress) reach(point chan struct{}) {
	p.once.Lock()
	defer p.once.Unlock()
	select {
	case <-point:
	default:
		close(point)
	}
}

func (p *progress) point(event scenarios.Event) chan struct{} {
	switch event {
	case scenarios.Injected:
		return p.injected
	case scenarios.Undone:
		return p.undone
	case scenarios.Recovered:
		return p.recovered
	}
	return p.over
}

// wait returns true when the point was reached, and false when the fault ended
// without reaching it or ctx ended.
func (p *progress) wait(ctx context.Context, event scenarios.Event) bool {
	point := p.point(event)
	select {
	case <-point:
		return true
	case <-ctx.Done():
		return false
	case <-p.over:
	}
	select {
	case <-point:
		return true
	default:
		return false
	}
}
