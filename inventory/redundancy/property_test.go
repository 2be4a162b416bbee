package redundancy_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// TestAdmitsExactlyWhatIsAllowed drives ledger and oracle through the same
// random life of several owners and real outages. Nothing that breaks a rule is
// admitted, and nothing that is allowed is refused.
func TestAdmitsExactlyWhatIsAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cloud := clouds(t)
		ledger, truth := redundancy.New(cloud), &oracle{cloud: cloud, lost: map[string][]inventory.Ref{}}
		owners := []string{"a", "b", "c"}
		t.Repeat(map[string]func(*rapid.T){
			"reserve": func(t *rapid.T) {
				owner, refs := rapid.SampledFrom(owners).Draw(t, "owner"), some(t, cloud, "refs", 1, 4)
				want := truth.allows(refs)
				err := ledger.Reserve(owner, refs)
				if want != (err == nil) {
					t.Fatalf("reserve %v: allowed %v, and the ledger says: %v", refs, want, err)
				}
				if want {
					truth.lost[owner] = append(truth.lost[owner], refs...)
				} else if _, refused := errors.AsType[*redundancy.Refusal](err); !refused {
					t.Fatalf("refused with %T", err)
				}
			},
			"release": func(t *rapid.T) {
				owner := rapid.SampledFrom(owners).Draw(t, "owner")
				ledger.Release(owner)
				delete(truth.lost, owner)
			},
			"outage": func(t *rapid.T) {
				truth.lost[""] = some(t, cloud, "down", 0, 2)
				ledger.SetDown(truth.lost[""])
			},
		})
	})
}

// TestMaxAndChooseAreExact compares the search with every subset there is.
func TestMaxAndChooseAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cloud := clouds(t)
		ledger, truth := redundancy.New(cloud), &oracle{cloud: cloud, lost: map[string][]inventory.Ref{}}
		if held := some(t, cloud, "held", 0, 2); len(held) > 0 && ledger.Reserve("a", held) == nil {
			truth.lost["a"] = held
		}
		truth.lost[""] = some(t, cloud, "down", 0, 1)
		ledger.SetDown(truth.lost[""])
		candidates := some(t, cloud, "candidates", 1, 9)
		slices.SortFunc(candidates, inventory.Ref.Compare)
		candidates = slices.Compact(candidates)

		most := largest(truth, candidates)
		if got := ledger.Max(candidates); got != most {
			t.Fatalf("max of %v is %d, the ledger says %d", candidates, most, got)
		}
		n := rapid.IntRange(1, 4).Draw(t, "n")
		for _, ask := range []int{n, redundancy.Most} {
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
			chosen, err := ledger.Choose(ask, candidates, random)
			want := ask
			if ask == redundancy.Most {
				want = max(most, 1)
			}
			if (err == nil) != (want <= most) {
				t.Fatalf("choose %d of %v, most is %d: %v, %v", ask, candidates, most, chosen, err)
			}
			if err == nil && (len(chosen) != want || !truth.allows(chosen)) {
				t.Fatalf("chose %v", chosen)
			}
		}
	})
}

// largest tries every subset of the candidates that are not down already.
func largest(truth *oracle, candidates []inventory.Ref) int {
	var open []inventory.Ref
	for _, ref := range candidates {
		for _, g := range truth.cloud.Groups {
			if slices.ContainsFunc(g.Members, func(m inventory.Member) bool {
				return memberLost(m, []inventory.Ref{ref}) && !memberLost(m, truth.lost["a"], truth.lost[""])
			}) {
				open = append(open, ref)
				break
			}
		}
	}
	best := 0
	for bits := range 1 << len(open) {
		var subset []inventory.Ref
		for i, ref := range open {
			if bits>>i&1 == 1 {
				subset = append(subset, ref)
			}
		}
		if len(subset) > best && !overlap(subset) && truth.allows(subset) {
			best = len(subset)
		}
	}
	return best
}

// overlap tells whether a node and a service on it are both there.
func overlap(refs []inventory.Ref) bool {
	for _, a := range refs {
		for _, b := range refs {
			if a.Node == b.Node && a.Service == "" && b.Service != "" {
				return true
			}
		}
	}
	return false
}

// TestConcurrentPlansNeverBreakARule lets owners reserve at the same time.
// Whatever the order was: together they keep every rule they touch, and what
// was refused would still break one, because nothing was given back.
func TestConcurrentPlansNeverBreakARule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cloud := clouds(t)
		ledger := redundancy.New(cloud)
		plans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []inventory.Ref { return some(t, cloud, "refs", 1, 3) }), 2, 8).Draw(t, "plans")
		admitted := make([]bool, len(plans))
		var all sync.WaitGroup
		for i, refs := range plans {
			all.Go(func() { admitted[i] = ledger.Reserve(fmt.Sprint(i), refs) == nil })
		}
		all.Wait()
		truth := &oracle{cloud: cloud, lost: map[string][]inventory.Ref{}}
		for i, refs := range plans {
			if admitted[i] {
				truth.lost[fmt.Sprint(i)] = refs
			}
		}
		for i, refs := range plans {
			if truth.allows(refs) != admitted[i] {
				t.Fatalf("plan %v: admitted %v, allowed %v", refs, admitted[i], !admitted[i])
			}
		}
	})
}

// TestChoosesTheSameFromTheSameSeed and something else from another.
func TestChoosesTheSameFromTheSameSeed(t *testing.T) {
	cloud := five(inventory.Majority)
	seen := map[string]bool{}
	for seed := range uint64(20) {
		first, err := redundancy.New(cloud).Choose(redundancy.Most, everyRef(cloud)[5:], rand.New(rand.NewPCG(seed, 1)))
		require.NoError(t, err)
		again, err := redundancy.New(cloud).Choose(redundancy.Most, everyRef(cloud)[5:], rand.New(rand.NewPCG(seed, 1)))
		require.NoError(t, err)
		require.Equal(t, first, again)
		seen[fmt.Sprint(first)] = true
	}
	require.Greater(t, len(seen), 3)
}
