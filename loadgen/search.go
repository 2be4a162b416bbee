package loadgen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Search is how the maximum of a load is found: rates are offered for a while
// each, twice as many arrivals each time until the cloud does not bear them, and
// then between the last two until they are close. What was found is offered three
// times as long, since in a short time also too much is borne, and a tenth less as
// often as that is too much. A rate is borne when no arrival
// was dropped, enough of them succeeded, and their 99th percentile from when they
// were due is within its bound. What is left unset is that of DefaultSearch.
type Search struct {
	From    Rate          `yaml:"from" help:"the first rate, which must be borne"`
	Most    Rate          `yaml:"most" help:"the highest rate that is tried; one that bears it has no maximum that is known"`
	P99     time.Duration `yaml:"p99" help:"99th percentile of latency that is still borne"`
	Success Share         `yaml:"success" help:"successes in all arrivals that are still borne"`
	Each    time.Duration `yaml:"each" help:"how long each rate is offered"`
	Within  time.Duration `yaml:"within" help:"how long the search may take; without a result by then the run is refused"`
}

// DefaultSearch has every setting.
func DefaultSearch() Search {
	return Search{From: 10, Most: 10_000, P99: time.Second, Success: 0.99, Each: 5 * time.Second, Within: 3 * time.Minute}
}

// Filled is the search with its defaults; of none it is they.
func (s *Search) Filled() Search {
	d := DefaultSearch()
	if s == nil {
		return d
	}
	return Search{
		cmp.Or(s.From, d.From), cmp.Or(s.Most, d.Most), cmp.Or(s.P99, d.P99),
		cmp.Or(s.Success, d.Success), cmp.Or(s.Each, d.Each), cmp.Or(s.Within, d.Within),
	}
}

// String says in words what is done.
func (s Search) String() string {
	return fmt.Sprintf("%v is offered for %v and doubled up to %v, then in between, and the result for three times as long; borne is a p99 of %v with %v of successes and nothing dropped; no trial begins after %v",
		s.From, s.Each, s.Most, s.P99, s.Success, s.Within)
}

func (s *Search) validate(bad func(field, format string, args ...any)) {
	f := s.Filled()
	if !(f.From > 0 && f.From < f.Most && f.Most <= MaxRate) {
		bad("arrivals.max", "from must be more than 0 and less than most, which is at most %s", Rate(MaxRate))
	}
	if f.P99 < 0 || f.Each < 0 || f.Within < 3*f.Each {
		bad("arrivals.max", "within must be at least three times each, and nothing negative")
	}
}

// Maximum is the highest rate that was borne for long, with all that was tried.
type Maximum struct {
	Rate   Rate
	Trials []Trial
}

// ErrUnsettled is that a search did not find a maximum.
var ErrUnsettled = errors.New("its maximum is unknown")

// How near to one another the bounds of a maximum come, and how much longer than
// the others it is offered at last.
const (
	boundsClose = 1.1
	longer      = 3
)

// FindMaximum offers a load at growing rates until its maximum is known; nothing
// of it is recorded but what is returned, also with an error, which is
// ErrUnsettled where no maximum was found, and says why. Load.Start and End are
// not heeded.
func FindMaximum(ctx context.Context, load Load, clock record.Clock) (m Maximum, err error) {
	plan := load.Spec.Arrivals.Max.Filled()
	load.Spec.Arrivals = &Arrivals{Rate: plan.From, Process: load.Spec.Arrivals.Process}
	load.Start, load.End = 0, 0
	s := &searching{Search: plan, clock: clock, until: clock.Now() + plan.Within, tally: newTally(), most: load.Spec.Timeout + load.Spec.GiveUp, pool: load.Spec.Pool}
	if s.runner, err = Open(ctx, load, clock, s.tally); err != nil {
		return m, err
	}
	if _, _, err = s.runner.Change(Change{}); err != nil {
		return m, err
	}
	var running sync.WaitGroup
	var failed error
	running.Go(func() { _, failed = s.runner.Run(ctx) })
	defer func() {
		s.runner.Stop()
		running.Wait()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeMost)
		defer cancel()
		err = errors.Join(err, failed, s.runner.Close(closing))
		m.Trials = s.trials
	}()
	m.Rate, err = s.find(ctx)
	return m, err
}

// searching is a search that goes on.
type searching struct {
	Search
	clock  record.Clock
	until  time.Duration
	runner *Runner
	tally  *tally
	most   time.Duration // in which all that was offered has ended
	pool   int
	trials []Trial
}

func unsettled(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsettled, fmt.Sprintf(format, args...))
}

// find goes up until a rate is not borne, closes in, and goes down from there to
// one that is borne for long.
func (s *searching) find(ctx context.Context) (Rate, error) {
	low, err := s.climb(ctx)
	if err != nil {
		return 0, err
	}
	for rate := low; rate > low/2; rate *= 0.9 {
		if wrong, err := s.offer(ctx, rate, longer*s.Each); wrong == "" {
			return rate, err
		}
	}
	return 0, unsettled("%v was borne for %v, and not half of it for %v", low, s.Each, longer*s.Each)
}

// climb is the highest rate that is borne for a short time.
func (s *searching) climb(ctx context.Context) (Rate, error) {
	low, high := Rate(0), Rate(0)
	for rate := s.From; high == 0 || high > low*boundsClose; {
		wrong, err := s.offer(ctx, rate, s.Each)
		if wrong != "" && err == nil { // one moment decides nothing
			wrong, err = s.offer(ctx, rate, s.Each)
		}
		switch {
		case err != nil:
			return 0, err
		case wrong != "" && low == 0:
			return 0, unsettled("%v, the first rate, is not borne: %s", rate, wrong)
		case wrong != "":
			high = rate
		case rate >= s.Most:
			return 0, unsettled("%v is borne, and no more than that is tried", rate)
		default:
			low = rate
		}
		if rate = min(2*low, s.Most); high > 0 {
			rate = (low + high) / 2
		}
	}
	return low, nil
}

// offer offers a rate, waits for what became of all of it, and says what was
// wrong with it.
func (s *searching) offer(ctx context.Context, rate Rate, length time.Duration) (wrong string, err error) {
	if s.clock.Now()+length > s.until {
		return "", unsettled("it was not found within %v", s.Within)
	}
	before := s.runner.Live().Totals()
	s.runner.teller.flush()
	s.tally.reset()
	for _, to := range []Rate{rate, 0} {
		if _, _, err := s.runner.Change(Change{Rate: to}); err != nil {
			return "", err
		}
		if to == rate && !s.pause(ctx, length) {
			return "", context.Cause(ctx)
		}
	}
	for from := s.clock.Now(); ; {
		now := s.runner.Live().Totals()
		if now.InFlight() == 0 && now.Waiting() == 0 {
			break
		}
		if waited := s.clock.Now() - from; waited > s.most {
			return "", unsettled("%d of the arrivals at %v had not ended %v after the last", now.InFlight()+now.Waiting(), rate, waited)
		}
		if !s.pause(ctx, drainEvery) {
			return "", context.Cause(ctx)
		}
	}
	s.runner.teller.flush()
	trial := s.tally.trial(s.Search, rate, before, s.runner.Live().Totals())
	s.trials = append(s.trials, trial)
	if err := trial.own(s.pool); err != nil {
		return "", err
	}
	return trial.Wrong, nil
}

// drainEvery is how often it is asked whether all has ended.
const drainEvery = 20 * time.Millisecond

// pause waits; false when the search was stopped, or the load has ended.
func (s *searching) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
