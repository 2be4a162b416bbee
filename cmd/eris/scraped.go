package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/cmd/eris/scrape"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/reports/metrics"
)

// metricsFlags say where Prometheus may ask, and for how long.
type metricsFlags struct {
	address string
	stay    time.Duration
}

// longestStay bounds how long a run that is over can be asked for.
const longestStay = time.Hour

func (f *metricsFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.address, "metrics", "", "ADDRESS:PORT at which Prometheus may ask for the run's metrics while it goes on (/metrics); everybody who reaches it may")
	cmd.Flags().DurationVar(&f.stay, "metrics-stay", 0, "how long it may ask after the end, for what the run came to, up to 1h (with --metrics)")
}

// check refuses what cannot be meant.
func (f *metricsFlags) check() error {
	switch {
	case f.stay < 0 || f.stay > longestStay:
		return refuse(fmt.Errorf("--metrics-stay %s: from 0s to %s", f.stay, longestStay), "nothing was touched")
	case f.stay > 0 && f.address == "":
		return refuse(errors.New("--metrics-stay: there is nobody who could be asked"), "nothing was touched; --metrics ADDRESS:PORT says where")
	}
	return nil
}

// listen has who is asked; nil where nobody asks.
func (f *metricsFlags) listen(ctx context.Context) (*scraped, error) {
	if f.address == "" {
		return nil, nil //nolint:nilnil // a nil one does nothing
	}
	s := &scraped{stay: f.stay}
	var err error
	if s.Endpoint, err = scrape.Listen(ctx, f.address, metrics.Running(s.snapshot), metrics.Ended(s.result.Load)); err != nil {
		return nil, refuse(fmt.Errorf("--metrics %s: %w", f.address, err), "nothing was touched; an address of this machine and a free port, as 127.0.0.1:9464")
	}
	return s, nil
}

// scraped is the run whose metrics Prometheus is answered, one repetition after the
// other, with what the last of them that is over came to. Of a nil one nobody asks.
type scraped struct {
	stay   time.Duration
	now    atomic.Pointer[feed]
	result atomic.Pointer[kpi.Result]
	judge  []*kpi.Result // of all repetitions
	*scrape.Endpoint
}

// of has the next scrapes be of another run.
func (s *scraped) of(run *feed) {
	if s != nil {
		s.now.Store(run)
	}
}

// judged has the next scrapes say what a run came to.
func (s *scraped) judged(result *kpi.Result) {
	if s != nil {
		s.result.Store(result)
		s.judge = append(s.judge, result)
	}
}

// settled has them say in the end what repetitions come to together: the gravest of them, with
// the exit code of the command. One that could not be judged is told by that alone.
func (s *scraped) settled(exit int) {
	if s == nil || len(s.judge) == 0 {
		return
	}
	worst := *slices.MaxFunc(s.judge, func(a, b *kpi.Result) int { return cmp.Compare(gravity(a.Exit), gravity(b.Exit)) })
	if worst.Exit = exit; worst.Verdict == kpi.Pass && exit != exitPass {
		worst.Verdict = kpi.Unknown
	}
	s.result.Store(&worst)
}

// close ends it, after a while in which it may still be asked; a run that was stopped
// does not wait.
func (s *scraped) close(ctx context.Context, w io.Writer) error {
	if s == nil {
		return nil
	}
	s.linger(ctx, w)
	return s.Close(ctx)
}

// linger is that while. Of a run that did not come to be judged nobody asks.
func (s *scraped) linger(ctx context.Context, w io.Writer) {
	if s.result.Load() == nil || s.stay == 0 {
		return
	}
	defer busy(w, "the metrics stay for "+s.stay.String())()
	timer := time.NewTimer(s.stay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (s *scraped) snapshot() (live.Snapshot, bool) {
	run := s.now.Load()
	if run == nil {
		return live.Snapshot{}, false
	}
	return run.snapshot(), true
}
