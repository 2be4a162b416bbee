package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/testenv/simcloud/cluster"
)

// watch updates a cluster every 100 ms for some seconds.
func watch(g *cluster.Galera, now *time.Time, seconds float64, states map[string]cluster.State) {
	for end := now.Add(time.Duration(seconds * float64(time.Second))); now.Before(end); *now = now.Add(100 * time.Millisecond) {
		g.Update(*now, states)
	}
}

func three(a, b, c cluster.State) map[string]cluster.State {
	return map[string]cluster.State{"a": a, "b": b, "c": c}
}

func TestGaleraLivesByTheMajorityOfWhoWasThere(t *testing.T) {
	const gone, left, silent, up = cluster.Absent, cluster.Left, cluster.Silent, cluster.Present
	for name, steps := range map[string][]struct {
		states  map[string]cluster.State
		seconds float64
		size    int
	}{
		"one is killed":                       {{three(up, up, gone), 1, 2}},
		"two are killed at once":              {{three(up, gone, gone), 1, 0}},
		"two are killed one by one":           {{three(up, up, gone), 1, 2}, {three(up, gone, gone), 1, 0}},
		"two leave in good order":             {{three(up, up, left), 1, 2}, {three(up, left, left), 1, 1}},
		"all but one are lost, one returns":   {{three(up, gone, gone), 1, 0}, {three(up, up, gone), 1, 2}},
		"one is lost and returns":             {{three(up, up, gone), 1, 2}, {three(up, up, up), 1, 3}},
		"a silent one is waited for":          {{three(up, up, silent), 4, 3}, {three(up, up, silent), 2, 2}},
		"a silent one that speaks up in time": {{three(up, up, silent), 4, 3}, {three(up, up, up), 1, 3}},
		"all are lost and return":             {{three(gone, gone, gone), 1, 0}, {three(up, up, up), 1, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			g, now := cluster.NewGalera([]string{"a", "b", "c"}), time.Unix(0, 0)
			for i, step := range steps {
				watch(g, &now, step.seconds, step.states)
				require.Equal(t, step.size, g.Size(), "step %d", i+1)
			}
		})
	}
}

func TestCommitsWaitWhileAMemberIsSuspected(t *testing.T) {
	g, now := cluster.NewGalera([]string{"a", "b", "c"}), time.Unix(0, 0)
	states := three(cluster.Present, cluster.Present, cluster.Silent)
	watch(g, &now, 1, states)
	require.True(t, g.Stalled())
	require.True(t, g.Primary("a"), "reads go on")
	watch(g, &now, 5, states)
	require.False(t, g.Stalled())
}

// Whatever is killed from a whole cluster at one moment, the rest serves if and
// only if it is more than half.
func TestMajorityOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 9).Draw(t, "size")
		names, states, up := []string{}, map[string]cluster.State{}, 0
		for i := range size {
			name := fmt.Sprint(i)
			names = append(names, name)
			if rapid.Bool().Draw(t, "up "+name) {
				states[name] = cluster.Present
				up++
			}
		}
		g, now := cluster.NewGalera(names), time.Unix(0, 0)
		watch(g, &now, 2, states)
		if (g.Size() > 0) != (2*up > size) {
			t.Fatalf("%d of %d are up, and the primary component has %d", up, size, g.Size())
		}
	})
}

func TestTheAddressMovesAfterAWhileAndStays(t *testing.T) {
	var a cluster.Address
	between := false
	at := func(seconds float64, first, second bool) (holder string) {
		holder, between = a.Update(time.Unix(0, int64(seconds*1e9)), []cluster.Candidate{{Name: "one", OK: first, Speaks: true}, {Name: "two", OK: second, Speaks: true}})
		return holder
	}
	require.Equal(t, "one", at(0, true, true))
	require.Equal(t, "one", at(1, false, true))
	require.Equal(t, "one", at(2, true, true), "it came back in time")
	require.Equal(t, "one", at(3, false, true))
	require.Equal(t, "one", at(4.4, false, true))
	require.False(t, between, "its balancer is gone, and it still has the address")
	require.Equal(t, "one", at(4.5, false, true))
	require.True(t, between, "two checks have failed: it lets go")
	require.Equal(t, "two", at(5, false, true))
	require.False(t, between)
	require.Equal(t, "two", at(7, true, true), "no preemption")
	require.Equal(t, "two", at(8, false, false))
	require.Equal(t, "two", at(20, false, false), "nobody else can have it")
	require.True(t, between)
	require.Equal(t, "one", at(21, true, false))
}

func TestAHolderThatSaysNothingIsGivenUpLater(t *testing.T) {
	for draw, want := range map[float64]float64{0: 3.5, 0.9: 4.4} { // it was last heard just now, or longer ago
		a := cluster.Address{Draw: func() float64 { return draw }}
		at := func(seconds float64, first cluster.Candidate) string {
			holder, between := a.Update(time.Unix(0, int64(seconds*1e9)), []cluster.Candidate{first, {Name: "two", OK: true, Speaks: true}})
			require.False(t, between, "who is without power lets go of nothing")
			return holder
		}
		require.Equal(t, "one", at(0, cluster.Candidate{Name: "one", OK: true, Speaks: true}))
		require.Equal(t, "one", at(1, cluster.Candidate{Name: "one"}))
		require.Equal(t, "one", at(want-0.01, cluster.Candidate{Name: "one"}))
		require.Equal(t, "two", at(want+0.01, cluster.Candidate{Name: "one"}))
	}
}

func TestWhoIsCutOffIsAMemberUntilTheOthersGiveItUp(t *testing.T) {
	g, now := cluster.NewGalera([]string{"a", "b", "c"}), time.Unix(0, 0)
	states := three(cluster.Present, cluster.Present, cluster.Apart)
	watch(g, &now, 4, states)
	require.True(t, g.Primary("c"), "it takes itself for one")
	require.True(t, g.Stalled())
	watch(g, &now, 2, states)
	require.False(t, g.Primary("c"))
	require.True(t, g.Primary("a"))
	watch(g, &now, 1, three(cluster.Present, cluster.Present, cluster.Present))
	require.True(t, g.Primary("c"))

	watch(g, &now, 6, three(cluster.Present, cluster.Apart, cluster.Apart))
	for _, name := range []string{"a", "b", "c"} {
		require.False(t, g.Primary(name), "no side has a majority")
	}
}
