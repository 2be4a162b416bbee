package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/openstack-eris/eris/cmd/eris/scrape"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/reports/metrics"
)

// scraped is the run whose metrics Prometheus is answered, one repetition after the
// other. Of a nil one nobody asks.
type scraped struct {
	now atomic.Pointer[feed]
	*scrape.Endpoint
}

func listen(ctx context.Context, address string) (*scraped, error) {
	s := &scraped{}
	var err error
	if s.Endpoint, err = scrape.Listen(ctx, address, metrics.Running(s.snapshot)); err != nil {
		return nil, fmt.Errorf("--metrics %s: %w", address, err)
	}
	return s, nil
}

// of has the next scrapes be of another run.
func (s *scraped) of(run *feed) {
	if s != nil {
		s.now.Store(run)
	}
}

func (s *scraped) snapshot() (live.Snapshot, bool) {
	run := s.now.Load()
	if run == nil {
		return live.Snapshot{}, false
	}
	return run.snapshot(), true
}
