package redundancy_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// cluster is one service with one group on n nodes.
func cluster(n int, rule inventory.RuleKind) *inventory.Cloud {
	c := &inventory.Cloud{}
	s := &inventory.Service{Name: "db"}
	g := &inventory.Group{Name: "db", Rule: inventory.Rule{Kind: rule}, Why: "told so"}
	for i := range n {
		name := fmt.Sprintf("ctl-%d", i+1)
		c.Nodes = append(c.Nodes, &inventory.Node{Name: name})
		s.Nodes = append(s.Nodes, name)
		g.Members = append(g.Members, inventory.Member{Ref: inventory.Ref{Node: name, Service: "db"}, Weight: 1})
	}
	c.Services, c.Groups = []*inventory.Service{s}, []*inventory.Group{g}
	return c
}

func five(rule inventory.RuleKind) *inventory.Cloud { return cluster(5, rule) }

func db(nodes ...int) []inventory.Ref {
	var refs []inventory.Ref
	for _, n := range nodes {
		refs = append(refs, inventory.Ref{Node: fmt.Sprintf("ctl-%d", n), Service: "db"})
	}
	return refs
}

func stream() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestThreeOfThreeAreRefusedInOneSentence(t *testing.T) {
	ledger := redundancy.New(cluster(3, inventory.AllButOne))
	_, err := ledger.Choose(3, db(1, 2, 3), stream())
	require.EqualError(t, err, "choose 3 of 3 candidates, 2 possible: the group db (n-1, 3 members) tolerates the loss of 2 and would lose 3: db@ctl-1, db@ctl-2, db@ctl-3")
	var refusal *redundancy.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "db", refusal.Group)
	require.Len(t, refusal.Members, 3)
}

func TestAMajorityOfFiveGivesTwo(t *testing.T) {
	cloud := five(inventory.Majority)
	ledger := redundancy.New(cloud)
	require.Equal(t, 2, ledger.Max(db(1, 2, 3, 4, 5)))
	require.Equal(t, 2, redundancy.Tolerates(cloud.Groups[0]))
	two, err := ledger.Choose(redundancy.Most, db(1, 2, 3, 4, 5), stream())
	require.NoError(t, err)
	require.Len(t, two, 2)
	_, err = ledger.Choose(3, db(1, 2, 3, 4, 5), stream())
	require.ErrorAs(t, err, new(*redundancy.Refusal))

	require.NoError(t, ledger.Reserve("kill", two))
	require.Equal(t, two, ledger.Held("kill"))
	require.Zero(t, ledger.Max(db(1, 2, 3, 4, 5)))
	_, err = ledger.Choose(redundancy.Most, db(1, 2, 3, 4, 5), stream())
	require.ErrorAs(t, err, new(*redundancy.Refusal))
	ledger.Release("kill")
	require.Equal(t, 2, ledger.Max(db(1, 2, 3, 4, 5)))
}

func TestARealOutageCounts(t *testing.T) {
	ledger := redundancy.New(cluster(3, inventory.Majority))
	ledger.SetDown(db(3))
	err := ledger.Reserve("kill", db(1))
	require.EqualError(t, err, "the group db (majority, 3 members) tolerates the loss of 1 and would lose 2: db@ctl-1; already down: db@ctl-3 (not healthy)")
	require.Empty(t, ledger.Held("kill"))
	ledger.SetDown(nil)
	require.NoError(t, ledger.Reserve("kill", db(1)))
	ledger.SetDown(db(1))
	require.NoError(t, ledger.Check(db(1)), "our own loss, seen by the health check, is one loss")
	err = ledger.Check(db(2))
	require.ErrorContains(t, err, "already down: db@ctl-1 (kill)")
	_, err = ledger.Choose(1, db(1), stream())
	require.EqualError(t, err, "choose 1 of 1 candidate, 0 possible: db@ctl-1 is down already (kill)")
}

func TestANodeCountsInEveryGroupItHosts(t *testing.T) {
	cloud := cluster(3, inventory.AllButOne)
	cloud.Services = append(cloud.Services, &inventory.Service{Name: "odd", Nodes: []string{"ctl-2"}})
	cloud.Groups = append(cloud.Groups, &inventory.Group{
		Name: "odd", Rule: inventory.Rule{Kind: inventory.Tolerate}, Members: []inventory.Member{{Ref: inventory.Ref{Node: "ctl-2", Service: "odd"}, Weight: 1}},
	})
	cloud.Nodes = append(cloud.Nodes, &inventory.Node{Name: "bare"})
	ledger := redundancy.New(cloud)
	require.NoError(t, ledger.Check([]inventory.Ref{{Node: "ctl-1"}}))
	require.ErrorContains(t, ledger.Check([]inventory.Ref{{Node: "ctl-2"}}),
		"the group odd (tolerance: 0, 1 member) tolerates the loss of 0 and would lose 1: odd@ctl-2")
	require.ErrorContains(t, ledger.Check([]inventory.Ref{{Node: "bare"}}), "the group bare (tolerance: 0, 1 member)")
	require.Equal(t, 2, ledger.Max([]inventory.Ref{{Node: "ctl-1"}, {Node: "ctl-2"}, {Node: "ctl-3"}, {Node: "bare"}}))
}

func TestWeightsDecideAMajority(t *testing.T) {
	cloud := cluster(3, inventory.Majority)
	cloud.Groups[0].Members[0].Weight = 3
	ledger := redundancy.New(cloud)
	require.NoError(t, ledger.Check(db(2, 3)))
	require.ErrorContains(t, ledger.Check(db(1)), "; weight 2 of 5 would be left, and more than half has to be")
	chosen, err := ledger.Choose(redundancy.Most, db(1, 2, 3), stream())
	require.NoError(t, err)
	require.Equal(t, db(2, 3), chosen)
}

func TestNeverIsNever(t *testing.T) {
	cloud := cluster(3, inventory.AllButOne)
	cloud.Nodes[1].Never = true
	ledger := redundancy.New(cloud)
	var forbidden *redundancy.Forbidden
	require.ErrorAs(t, ledger.Reserve("kill", db(2)), &forbidden)
	require.EqualError(t, forbidden, "db@ctl-2 is never a target: the inventory says chaos: never of node ctl-2")
	require.Equal(t, 2, ledger.Max(db(1, 2, 3)))
	cloud.Nodes[1].Never, cloud.Services[0].Never = false, true
	require.ErrorAs(t, ledger.Reserve("kill", []inventory.Ref{{Node: "ctl-3"}}), &forbidden)
	require.Equal(t, "service db", forbidden.By)
}

func TestWhatIsNotInTheInventoryIsAnError(t *testing.T) {
	ledger := redundancy.New(cluster(3, inventory.AllButOne))
	for _, ref := range []inventory.Ref{{Node: "ctl-9"}, {Node: "ctl-1", Service: "dbx"}} {
		err := ledger.Reserve("kill", []inventory.Ref{ref})
		require.ErrorContains(t, err, "in the inventory")
		require.NotErrorAs(t, err, new(*redundancy.Refusal))
	}
	_, err := ledger.Choose(0, db(1), stream())
	require.Error(t, err)
	_, err = ledger.Choose(4, db(1, 2, 3), stream())
	require.EqualError(t, err, "choose 4 of 3 candidates: there are not so many")
}

// TestLargeCloudsAreSearchedAtOnce: a hundred nodes that are alike are no
// hundred choices.
func TestLargeCloudsAreSearchedAtOnce(t *testing.T) {
	cloud := cluster(101, inventory.Majority)
	ledger := redundancy.New(cloud)
	require.Equal(t, 50, ledger.Max(everyRef(cloud)[101:]))
	nodes, err := ledger.Choose(redundancy.Most, everyRef(cloud)[:101], stream())
	require.NoError(t, err)
	require.Len(t, nodes, 50)
}
