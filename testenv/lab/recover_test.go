package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// lostCluster is three nodes that answer as a test says, and what was done to
// them.
type lostCluster struct {
	mu      sync.Mutex
	answers map[string]func() (string, error) // "node script"
	done    []string
}

func (l *lostCluster) ask(_ context.Context, n NodeSpec, script string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if script == "found" || script == "join" {
		l.done = append(l.done, script+" "+n.Name)
	}
	if answer := l.answers[n.Name+" "+script]; answer != nil {
		return answer()
	}
	return "", nil
}

func (l *lostCluster) cluster(t *testing.T) *cluster {
	t.Helper()
	return &cluster{
		begun: filepath.Join(t.TempDir(), "begun"),
		part:  "db", members: []NodeSpec{{Name: "a"}, {Name: "b"}, {Name: "c"}}, ask: l.ask,
		hook: Recovery{Intact: "intact", Hope: "hope", Patience: 10 * time.Second, Rank: "rank", Found: "found", Join: "join"},
	}
}

func answers(text string) func() (string, error) { return func() (string, error) { return text, nil } }

func fails() (string, error) { return "", errors.New("exit status 1") }

// noneIntact are nodes none of which belongs to a working cluster.
func noneIntact(ranks ...string) *lostCluster {
	l := &lostCluster{answers: map[string]func() (string, error){}}
	for i, name := range []string{"a", "b", "c"} {
		l.answers[name+" intact"], l.answers[name+" rank"] = fails, answers(ranks[i])
	}
	return l
}

func TestTheNodeWithTheLatestStateFoundsTheCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			ranks []string
			done  []string
		}{
			{[]string{"4", "90", "12"}, []string{"found b", "join a", "join c"}},
			{[]string{"4", "4", "4"}, []string{"found a", "join b", "join c"}},
			{[]string{"-1", "-1", "0"}, []string{"found c", "join a", "join b"}},
		} {
			l := noneIntact(c.ranks...)
			var told []string
			require.NoError(t, l.cluster(t).bringBack(t.Context(), func(detail string) { told = append(told, detail) }))
			require.Equal(t, c.done, l.done)
			require.Contains(t, told[0], "did not find one another within 10s")
		}
	})
}

func TestAClusterThatFindsItselfIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := noneIntact("1", "2", "3")
		began := time.Now()
		l.answers["c intact"] = func() (string, error) {
			if time.Since(began) > 5*time.Second {
				return "", nil
			}
			return fails()
		}
		require.NoError(t, l.cluster(t).bringBack(t.Context(), func(detail string) { t.Error(detail) }))
		require.Empty(t, l.done)
	})
}

// While one member is slow to say that it is not well, another has found the cluster.
func TestAClusterThatHasJustFoundItselfIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := noneIntact("1", "2", "3")
		began := time.Now()
		l.answers["c intact"] = func() (string, error) {
			if time.Since(began) >= 10*time.Second {
				return "", nil
			}
			return fails()
		}
		require.NoError(t, l.cluster(t).bringBack(t.Context(), func(detail string) { t.Error(detail) }))
		require.Empty(t, l.done)
	})
}

func TestAClusterWithoutHopeIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := noneIntact("1", "2", "3")
		for _, name := range []string{"a", "b", "c"} {
			l.answers[name+" hope"] = fails
		}
		began := time.Now()
		require.NoError(t, l.cluster(t).bringBack(t.Context(), func(string) {}))
		require.Zero(t, time.Since(began))
		require.Equal(t, []string{"found c", "join a", "join b"}, l.done)
	})
}

func TestNothingIsFoundedWhenARankIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, answer := range []func() (string, error){fails, answers(""), answers("7 or so")} {
			l := noneIntact("1", "2", "3")
			l.answers["b rank"] = answer
			err := l.cluster(t).bringBack(t.Context(), func(string) {})
			require.ErrorContains(t, err, "recover db on b: rank")
			require.Empty(t, l.done, "the node that did not answer may be the one with the latest")
		}
	})
}

// A working cluster may be too busy to say so, and would lose all of its nodes to a
// start from anew.
func TestNothingIsStoppedWhileANodeDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, hope := range []func() (string, error){answers(""), fails} {
			l := noneIntact("1", "2", "3")
			for _, name := range []string{"a", "b", "c"} {
				l.answers[name+" hope"] = hope
			}
			c := l.cluster(t)
			c.ask = func(ctx context.Context, n NodeSpec, script string) (string, error) {
				if n.Name == "b" && script == "intact" {
					<-ctx.Done()
					return "", ctx.Err()
				}
				return l.ask(ctx, n, script)
			}
			err := c.bringBack(t.Context(), func(string) {})
			require.EqualError(t, err, "recover db: b did not answer whether it belongs to a working cluster, and so nothing is stopped and started anew; try again when it answers, or take its power away")
			require.Empty(t, l.done)
		}
	})
}

// One that answers in the end is asked again as long as there is patience.
func TestANodeThatWasBusyIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := noneIntact("1", "2", "3")
		c, began := l.cluster(t), time.Now()
		c.ask = func(ctx context.Context, n NodeSpec, script string) (string, error) {
			if n.Name == "b" && script == "intact" {
				if time.Since(began) > 4*time.Second {
					return "", nil
				}
				<-ctx.Done()
				return "", ctx.Err()
			}
			return l.ask(ctx, n, script)
		}
		require.NoError(t, c.bringBack(t.Context(), func(string) {}))
		require.Empty(t, l.done)
	})
}

// Whoever recovers may be killed between founding the cluster and having the others join:
// these were stopped by it, and nobody else starts them.
func TestARecoveryThatWasCutOffIsBroughtToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			cutAt string
			done  []string // by the next
		}{
			{"found c", []string{"join a", "join b"}},
			{"join a", []string{"join b"}},
			{"join b", nil},
		} {
			l := noneIntact("1", "2", "3")
			cut, end := context.WithCancel(t.Context())
			of := l.cluster(t)
			ask := of.ask
			of.ask = func(ctx context.Context, n NodeSpec, script string) (string, error) {
				answer, err := ask(ctx, n, script)
				if script == "found" || script == "join" {
					l.answers[n.Name+" intact"] = answers("")
				}
				if script+" "+n.Name == c.cutAt {
					end()
					return "", cut.Err()
				}
				return answer, err
			}
			require.ErrorIs(t, of.bringBack(cut, func(string) {}), context.Canceled)
			l.done = nil
			require.NoError(t, of.bringBack(t.Context(), func(string) {}))
			require.Equal(t, c.done, l.done, c.cutAt)

			// It has come to its end: who is stopped from now on was stopped by somebody else.
			l.answers["b intact"], l.done = fails, nil
			require.NoError(t, of.bringBack(t.Context(), func(string) {}))
			require.Empty(t, l.done, c.cutAt)
		}
	})
}

// A member that does not say whether it belongs to the cluster may be about to join.
func TestARecoveryThatWasCutOffIsNotEndedWhileAMemberIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := noneIntact("1", "2", "3")
		l.answers["a intact"] = answers("")
		c := l.cluster(t)
		require.NoError(t, os.WriteFile(c.begun, nil, 0o600))
		c.ask = func(ctx context.Context, n NodeSpec, script string) (string, error) {
			if n.Name == "b" && script == "intact" {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return l.ask(ctx, n, script)
		}
		require.EqualError(t, c.bringBack(t.Context(), func(string) {}), "recover db: b did not answer whether it belongs to the cluster; try again when it does")
		require.Empty(t, l.done)
		require.FileExists(t, c.begun)
	})
}
