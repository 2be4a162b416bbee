package outside

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slow is an order of which a change comes once, a while after it was undone.
type slow struct {
	start       time.Time
	comes, ends time.Duration // after the start; a change that has come ends it
	came        bool
	deaf        int // looks that get no answer
	looks, last int
}

func (s *slow) LingerFor() time.Duration {
	if s.came {
		return 0
	}
	return max(0, s.ends-time.Since(s.start))
}

func (s *slow) LookAgain(_ context.Context, last bool) (string, error) {
	if s.looks++; last {
		s.last++
	}
	if s.deaf > 0 {
		s.deaf--
		return "", errors.New("no answer")
	}
	if s.came || time.Since(s.start) < s.comes {
		return "", nil
	}
	s.came = true
	return "it came", nil
}

// lingering is an order as a fault has it.
type lingering struct {
	Order
	*slow
}

// A worker is at its own undo for as long as that takes, and gives no sign of life.
func TestAWorkerWithoutASignOfLifeStays(t *testing.T) {
	t.Parallel()
	f := Folder(t.TempDir())
	g := &guard{Folder: f, order: lingering{slow: &slow{start: time.Now(), ends: time.Hour}}}
	require.NoError(t, f.Stamp("injecting", "engine", ""))
	require.False(t, g.lingers(), "there is none")
	file, err := os.Create(f.File("worker"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	require.NoError(t, syscall.Flock(int(file.Fd()), syscall.LOCK_EX))
	require.ErrorContains(t, f.alive(Words{}), "sign of life")
	require.True(t, g.lingers())
}

// watch is what is told of it, and how long it is looked at.
func watch(t *testing.T, s *slow, stop <-chan struct{}) (told []string, took time.Duration) {
	t.Helper()
	s.start = time.Now()
	lookOn(t.Context(), s, stop, func(what string, wrong error) bool {
		if wrong != nil {
			what = wrong.Error()
		}
		if what != "" {
			told = append(told, what)
		}
		return true
	})
	return told, time.Since(s.start)
}

func TestWhatComesLateIsTakenBackAndNobodyLooksAfterThat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{comes: 3 * time.Minute, ends: 15 * time.Minute, deaf: 2}
		told, took := watch(t, s, nil)
		require.Equal(t, []string{"no answer", "no answer", "it came"}, told)
		require.Equal(t, 3*time.Minute+lingerEvery, took)
		require.Equal(t, 1, s.last)
	})
}

func TestWhatNeverComesIsLookedAtForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{comes: time.Hour, ends: 15*time.Minute + time.Second}
		told, took := watch(t, s, nil)
		require.Empty(t, told)
		require.Equal(t, 15*time.Minute+time.Second, took)
		require.Equal(t, 1, s.last, "with a last look")
	})
}

func TestAMachineThatGoesDownLooksNoMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		time.AfterFunc(time.Minute, func() { close(stop) })
		_, took := watch(t, &slow{comes: time.Hour, ends: time.Hour}, stop)
		require.Equal(t, time.Minute, took)
	})
}
