package lab

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// diamond is four roles: b and c need a, d needs both.
func diamond() *Profile {
	return &Profile{order: []string{"a", "b", "c", "d"}, parts: map[string]*Role{
		"a": {}, "b": {After: []string{"a"}}, "c": {After: []string{"a"}}, "d": {After: []string{"b", "c"}},
	}}
}

// began runs a second's work for every role and tells when each was begun.
func began(t *testing.T, limit int) map[string]time.Duration {
	t.Helper()
	at := map[string]time.Duration{}
	var mu sync.Mutex
	start := time.Now()
	require.NoError(t, diamond().inOrder(t.Context(), limit, func(_ context.Context, part string, _ awaiter) error {
		mu.Lock()
		at[part] = time.Since(start)
		mu.Unlock()
		<-time.After(time.Second)
		return nil
	}))
	return at
}

func TestRolesThatDoNotNeedOneAnotherAreSetUpAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.Equal(t, map[string]time.Duration{"a": 0, "b": time.Second, "c": time.Second, "d": 2 * time.Second}, began(t, 4))
	})
}

func TestNoMoreRolesThanTheLimitAreSetUpAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := slices.Sorted(maps.Values(began(t, 1)))
		require.Equal(t, []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}, at)
	})
}

func TestARoleThatWaitsInItsMidstMakesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Profile{order: []string{"queue", "service"}, parts: map[string]*Role{"queue": {}, "service": {StartAfter: []string{"queue"}}}}
		var told []string
		require.NoError(t, p.inOrder(t.Context(), 1, func(ctx context.Context, part string, await awaiter) error {
			<-time.After(time.Second) // the service may have the only place first
			if err := await(ctx, p.parts[part].StartAfter); err != nil {
				return err
			}
			told = append(told, part)
			return nil
		}))
		require.Equal(t, []string{"queue", "service"}, told)
	})
}

func TestARoleThatFailsEndsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		err := diamond().inOrder(t.Context(), 4, func(ctx context.Context, part string, _ awaiter) error {
			switch part {
			case "b":
				return broken
			case "c":
				<-ctx.Done()
				return ctx.Err()
			case "d":
				t.Error("d is begun although b has failed")
			}
			return nil
		})
		require.ErrorIs(t, err, broken)
	})
}

func TestPhasesAreToldInTheOrderTheyBegan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newStopwatch()
		require.NoError(t, w.lap("outer", func() error {
			<-time.After(time.Second)
			return w.lap("inner", func() error { <-time.After(500 * time.Millisecond); return nil })
		}))
		var told []string
		w.tell(func(step, detail string) { told = append(told, step+" "+detail) })
		require.Equal(t, []string{
			"took    1.5 s  outer, from 0.0 s on", "took    0.5 s  inner, from 1.0 s on", "took    1.5 s  in all",
		}, told)
	})
}
