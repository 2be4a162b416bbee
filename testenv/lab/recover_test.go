package lab

import (
	"context"
	"errors"
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

func (l *lostCluster) cluster() *cluster {
	return &cluster{
		part: "db", members: []NodeSpec{{Name: "a"}, {Name: "b"}, {Name: "c"}}, ask: l.ask,
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
			require.NoError(t, l.cluster().bringBack(t.Context(), func(detail string) { told = append(told, detail) }))
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
		require.NoError(t, l.cluster().bringBack(t.Context(), func(detail string) { t.Error(detail) }))
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
		require.NoError(t, l.cluster().bringBack(t.Context(), func(detail string) { t.Error(detail) }))
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
		require.NoError(t, l.cluster().bringBack(t.Context(), func(string) {}))
		require.Zero(t, time.Since(began))
		require.Equal(t, []string{"found c", "join a", "join b"}, l.done)
	})
}

func TestNothingIsFoundedWhenARankIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, answer := range []func() (string, error){fails, answers(""), answers("7 or so")} {
			l := noneIntact("1", "2", "3")
			l.answers["b rank"] = answer
			err := l.cluster().bringBack(t.Context(), func(string) {})
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
			c := l.cluster()
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
		c, began := l.cluster(), time.Now()
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
