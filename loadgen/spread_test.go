package loadgen_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// office is a workload that notes who did what.
type office struct {
	mu     sync.Mutex
	done   map[string][]int64 // iterations, by the user
	seeds  map[int64]bool
	closed []string
	deaf   string // a user who is not let in
	lose   bool   // what is kept is looked for until the end of the time
}

type desk struct {
	*office
	user string
}

func (o *office) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if env.Account.User == o.deaf {
		return nil, errors.New("nobody is let in")
	}
	o.seeds[env.Seed] = true
	return &desk{o, env.Account.User}, nil
}

func (d *desk) Iterate(_ context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[d.user] = append(d.done[d.user], n)
	return loadgen.Outcome{Class: record.OK}
}

func (d *desk) Close(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = append(d.closed, d.user)
	return fmt.Errorf("%s has left something", d.user)
}

func (d *desk) Check(ctx context.Context) (loadgen.Kept, bool) {
	if ctx.Err() != nil {
		return loadgen.Kept{Unknown: []string{d.user}}, true
	}
	if d.lose {
		<-ctx.Done()
	}
	return loadgen.Kept{Work: 2, Lost: []string{d.user}}, d.user != "user-0"
}

func (d *desk) Keeps() bool { return d.user != "user-0" }

func newOffice(n int) (*office, []loadgen.Account) {
	accounts := make([]loadgen.Account, n)
	for i := range accounts {
		accounts[i].User = fmt.Sprint("user-", i)
	}
	return &office{done: map[string][]int64{}, seeds: map[int64]bool{}}, accounts
}

func TestIterationsAreSpreadInTurn(t *testing.T) {
	o, accounts := newOffice(3)
	s, err := (&loadgen.Spread{Workload: o, Accounts: accounts}).Open(t.Context(), loadgen.Env{Seed: 7})
	require.NoError(t, err)
	for n := range int64(7) {
		require.Equal(t, record.OK, s.Iterate(t.Context(), n, nil).Class)
	}
	require.Equal(t, map[string][]int64{"user-0": {0, 3, 6}, "user-1": {1, 4}, "user-2": {2, 5}}, o.done)
	require.Len(t, o.seeds, 3, "each draws for himself")
	require.True(t, s.(loadgen.Keeper).Keeps())
	kept, was := s.(loadgen.Keeper).Check(t.Context())
	require.True(t, was)
	require.Equal(t, 6, kept.Work)
	require.Len(t, kept.Lost, 3)
	err = s.Close(t.Context())
	require.ErrorContains(t, err, "user-0 has left something")
	require.ErrorContains(t, err, "user-2 has left something")
	require.Len(t, o.closed, 3)
}

// Who looks for what is lost until the end leaves the others their time.
func TestEachAccountHasItsShareOfALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, accounts := newOffice(30)
		o.lose = true
		s, err := (&loadgen.Spread{Workload: o, Accounts: accounts}).Open(t.Context(), loadgen.Env{})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		began := time.Now()
		kept, _ := s.(loadgen.Keeper).Check(ctx)
		require.Len(t, kept.Lost, 30)
		require.Empty(t, kept.Unknown)
		require.Equal(t, 40*time.Second, time.Since(began))
	})
}

// What is drawn is as likely for each, and the same for the same seed, whatever
// the order.
func TestIterationsAreSpreadAtRandom(t *testing.T) {
	spread := func(seed int64, iterations []int64) map[string][]int64 {
		o, accounts := newOffice(4)
		s, err := (&loadgen.Spread{Workload: o, Accounts: accounts, Random: true}).Open(t.Context(), loadgen.Env{Seed: seed})
		require.NoError(t, err)
		for _, n := range iterations {
			s.Iterate(t.Context(), n, nil)
		}
		for _, done := range o.done {
			slices.Sort(done)
		}
		return o.done
	}
	all := make([]int64, 4000)
	for n := range all {
		all[n] = int64(n)
	}
	first := spread(7, all)
	for user, done := range first {
		require.InDelta(t, 1000, len(done), 150, user)
	}
	slices.Reverse(all)
	require.Equal(t, first, spread(7, all))
	require.NotEqual(t, first, spread(8, all))
}

// Where one is not let in, nobody is left inside.
func TestOneAccountThatIsNotLetIn(t *testing.T) {
	o, accounts := newOffice(30)
	o.deaf = "user-20"
	_, err := (&loadgen.Spread{Workload: o, Accounts: accounts}).Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "for account 21 of 30: nobody is let in")
	require.NotEmpty(t, o.closed)
	require.Len(t, o.closed, len(o.seeds))
	_, err = (&loadgen.Spread{Workload: o}).Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "there are none")
}
