package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Spread is a workload whose iterations are those of several accounts: each has
// a session of its own, with its own token and its own connections.
type Spread struct {
	Workload Workload
	Accounts []Account
	Random   bool // an iteration's account is drawn from the load's seed; otherwise they take turns
}

// openAtOnce is how many sessions are opened, closed or looked at at once.
const openAtOnce = 8

// Open opens a session for each account. When one cannot be opened, none is.
func (s *Spread) Open(ctx context.Context, env Env) (Session, error) {
	if len(s.Accounts) == 0 {
		return nil, errors.New("spread over accounts: there are none")
	}
	all := &spreading{sessions: make([]Session, len(s.Accounts)), seed: env.Seed, random: s.Random}
	env.Hope = NewHope(env.Hopeless)
	var failed atomic.Bool // then the others are left out
	err := all.each(func(n int) (err error) {
		if failed.Load() {
			return nil
		}
		own := env
		own.Account = &s.Accounts[n]
		own.Seed = StreamSeed(env.Seed, strconv.Itoa(n))
		if all.sessions[n], err = s.Workload.Open(ctx, own); err != nil {
			failed.Store(true)
			return fmt.Errorf("for account %d of %d: %w", n+1, len(s.Accounts), err)
		}
		return nil
	})
	if err == nil {
		return all, nil
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeMost)
	defer cancel()
	return nil, errors.Join(err, all.Close(closing))
}

// spreading is the sessions of all accounts.
type spreading struct {
	sessions []Session // nil where it could not be opened
	seed     int64
	random   bool
}

// of is the number of the account whose an iteration is.
func (s *spreading) of(iteration int64) int {
	if s.random {
		return rand.New(rand.NewPCG(uint64(s.seed), uint64(iteration))).IntN(len(s.sessions))
	}
	return int(iteration % int64(len(s.sessions)))
}

// Iterate is that of one account.
func (s *spreading) Iterate(ctx context.Context, iteration int64, rec Recorder) Outcome {
	return s.sessions[s.of(iteration)].Iterate(ctx, iteration, rec)
}

// Close closes all sessions.
func (s *spreading) Close(ctx context.Context) error {
	return s.each(func(n int) error {
		if s.sessions[n] == nil {
			return nil
		}
		return s.sessions[n].Close(ctx)
	})
}

// Keeps tells whether any account keeps something.
func (s *spreading) Keeps() bool {
	return slices.ContainsFunc(s.sessions, func(each Session) bool {
		keeper, is := each.(Keeper)
		return is && keeper.Keeps()
	})
}

// Check looks at what each account has kept, each for its share of the time that ctx
// has: what is lost is looked for until the end.
func (s *spreading) Check(ctx context.Context) (all Kept, keeps bool) {
	var mu sync.Mutex
	ends, ending := ctx.Deadline()
	share := time.Until(ends) / time.Duration((len(s.sessions)+openAtOnce-1)/openAtOnce)
	_ = s.each(func(n int) error {
		keeper, is := s.sessions[n].(Keeper)
		if !is {
			return nil
		}
		limited, cancel := ctx, context.CancelFunc(func() {})
		if ending {
			limited, cancel = context.WithTimeout(ctx, share)
		}
		defer cancel()
		kept, was := keeper.Check(limited)
		mu.Lock()
		defer mu.Unlock()
		keeps = keeps || was
		all.Work += kept.Work
		all.Lost = append(all.Lost, kept.Lost...)
		all.Unknown = append(all.Unknown, kept.Unknown...)
		all.LostMore += kept.LostMore
		all.UnknownMore += kept.UnknownMore
		return nil
	})
	return all, keeps
}

// each does something for all accounts, some at once, and joins what went wrong.
func (s *spreading) each(do func(n int) error) error {
	errs := make([]error, len(s.sessions))
	room := make(chan struct{}, openAtOnce)
	var working sync.WaitGroup
	for n := range s.sessions {
		room <- struct{}{}
		working.Go(func() {
			defer func() { <-room }()
			errs[n] = do(n)
		})
	}
	working.Wait()
	return errors.Join(errs...)
}
