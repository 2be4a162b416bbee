package inventory

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAGroupSaysHowManyOfItsMembersMayBeLost(t *testing.T) {
	group := func(rule Rule, weights ...int) *Group {
		g := &Group{Rule: rule}
		for _, w := range weights {
			g.Members = append(g.Members, Member{Weight: w})
		}
		return g
	}
	for _, c := range []struct {
		group *Group
		want  int
	}{
		{group(Rule{Kind: AllButOne}, 1, 1, 1), 2},
		{group(Rule{Kind: Majority}, 1, 1, 1), 1},
		{group(Rule{Kind: Majority}, 1, 1, 1, 1), 1},
		{group(Rule{Kind: Majority}, 1, 1, 1, 1, 1), 2},
		{group(Rule{Kind: Majority}, 3, 1, 1), 0}, // the heaviest is the majority
		{group(Rule{Kind: Majority}, 1, 1, 1, 0), 1},
		{group(Rule{Kind: MinUp, Count: 2}, 1, 1, 1), 1},
		{group(Rule{Kind: Tolerate, Count: 1}, 1, 1, 1), 1},
		{group(Rule{Kind: AllButOne}), 0},
	} {
		require.Equal(t, c.want, c.group.Tolerates(), "%s of %v", c.group.Rule, c.group.Members)
	}
}
