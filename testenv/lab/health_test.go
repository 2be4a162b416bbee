package lab

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// looked waits for a lab of which so many things are wrong at so many seconds.
func looked(t *testing.T, wrong func(after time.Duration) (int, error)) (took time.Duration, last Status, err error) {
	t.Helper()
	began := time.Now()
	last, err = untilHealthy(t.Context(), Options{Name: "slow", Progress: func(string, string) {}}, func(context.Context) (Status, error) {
		n, err := wrong(time.Since(began))
		s := Status{Healthy: n == 0}
		for i := range n {
			s.Wrong = append(s.Wrong, "part "+strconv.Itoa(i)+" is down")
		}
		return s, err
	})
	return time.Since(began), last, err
}

// Health is waited for as long as it comes nearer.
func TestHealthIsWaitedForWhileItComesNearer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, last, err := looked(t, func(after time.Duration) (int, error) { return max(3-int(after/(3*time.Minute)), 0), nil })
		require.NoError(t, err)
		require.True(t, last.Healthy)
		require.Equal(t, 9*time.Minute, took.Truncate(time.Minute))

		took, last, err = looked(t, func(time.Duration) (int, error) { return 2, nil })
		require.EqualError(t, err, "health of lab slow: for 4m0s there has not been less wrong: part 0 is down; part 1 is down")
		require.Equal(t, 4*time.Minute, took.Truncate(time.Minute))
		require.Len(t, last.Wrong, 2)

		took, _, err = looked(t, func(after time.Duration) (int, error) { return 2 - int(after/time.Minute)%2, nil })
		require.ErrorContains(t, err, "for 4m0s there has not been less wrong", "it comes and goes")
		require.Equal(t, 5*time.Minute, took.Truncate(time.Minute))

		took, last, err = looked(t, func(after time.Duration) (int, error) { return 10 - int(after/(130*time.Second)), nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "part 4 is down")
		require.Equal(t, healthMost, took)
		require.Len(t, last.Wrong, 5, "what was cut off says nothing")

		took, _, err = looked(t, func(time.Duration) (int, error) { return 0, errors.New("no route") })
		require.ErrorContains(t, err, "no route")
		require.Equal(t, 4*time.Minute, took.Truncate(time.Minute))
	})
}
