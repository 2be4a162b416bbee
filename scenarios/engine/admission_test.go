package engine

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

func TestAdmission(t *testing.T) {
	node1 := []inventory.Ref{{Node: "ctl-1"}}
	mariadb := inventory.Ref{Node: "ctl-1", Service: "mariadb"}
	for name, c := range map[string]struct {
		targets []inventory.Ref
		sick    []inventory.Ref
		silent  []string
		lifted  []string
		refusal string // empty when it is admitted
		unseen  bool   // nobody looks at who is sick
	}{
		"all is well":                   {targets: []inventory.Ref{keystone("ctl-1")}},
		"a whole node":                  {targets: node1},
		"the target is sick":            {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{keystone("ctl-1")}, refusal: "[keystone@ctl-1] is not healthy before the fault"},
		"a service of the node is sick": {targets: node1, sick: []inventory.Ref{mariadb}, refusal: "[ctl-1] is not healthy before the fault"},
		"the target is silent":          {targets: []inventory.Ref{keystone("ctl-1")}, silent: []string{"ctl-1"}, refusal: "is not healthy before the fault"},
		"a sick target, net lifted":     {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{keystone("ctl-1")}, lifted: []string{scenarios.BeyondRedundancy}, refusal: "is not healthy before the fault"},
		"another member is down":        {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{keystone("ctl-2")}, refusal: "budget does not admit it now"},
		"another member is unknown":     {targets: []inventory.Ref{keystone("ctl-1")}, silent: []string{"ctl-2"}, refusal: "budget does not admit it now"},
		"a real outage broke the group": {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{keystone("ctl-2"), keystone("ctl-3")}, refusal: "budget does not admit it now"},
		"beyond redundancy, net lifted": {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{keystone("ctl-2")}, lifted: []string{scenarios.BeyondRedundancy}},
		"who is in no group of it":      {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{{Node: "store-1", Service: "glance"}}},
		"who has no probe":              {targets: []inventory.Ref{keystone("ctl-1")}, sick: []inventory.Ref{{Node: "ctl-2", Service: "mariadb"}}, unseen: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := strike("lose", scenarios.Start{}, time.Minute, c.targets...)
				f.Lifted = c.lifted
				s := watched(t, f)
				s.nodes.set(func() {
					for _, ref := range c.sick {
						s.nodes.sick[ref] = true
					}
					for _, node := range c.silent {
						s.nodes.silent[node] = true
					}
				})
				time.Sleep(3 * othersEvery)
				err := s.refusal(t, "lose")
				if well := len(c.sick)+len(c.silent) == 0 || c.unseen; !well {
					require.ErrorContains(t, err, "no fault of this run explains it", "whoever is down, and whatever the budget says")
					require.Empty(t, s.ledger.Held("lose"))
					s.lift()
					err = s.refusal(t, "lose")
				}
				if c.refusal == "" {
					require.NoError(t, err)
					require.Equal(t, c.targets, s.ledger.Held("lose"))
					return
				}
				require.ErrorContains(t, err, c.refusal)
				require.Empty(t, s.ledger.Held("lose"))
			})
		})
	}
}

// As many as redundancy tolerates is what it tolerates when the fault fires.
func TestMaxIsWhatTheBudgetAdmitsWhenItFires(t *testing.T) {
	three := []inventory.Ref{keystone("ctl-1"), keystone("ctl-2"), keystone("ctl-3")}
	for name, c := range map[string]struct {
		targets []inventory.Ref
		sick    []inventory.Ref
		want    int // how many are struck; 0 for a refusal
		spared  bool
		refusal string // beside the budget
	}{
		"all is well, and the plan is what is admitted": {targets: three[:1], want: 1},
		"more were planned than the budget admits":      {targets: three, want: 1, spared: true},
		"another member is down":                        {targets: three[:1], sick: three[1:2]},
		"a target is down":                              {targets: three[:2], sick: three[:1]},
		"a target is down of a group that is whole":     {targets: []inventory.Ref{three[0], {Node: "ctl-2", Service: "mariadb"}}, sick: three[:1], want: 1, spared: true},
		"a service of a whole node is down":             {targets: []inventory.Ref{{Node: "ctl-1"}, {Node: "store-1"}}, sick: []inventory.Ref{glance()}, want: 1, spared: true},
		"all of them are down":                          {targets: three[:2], sick: three[:2], refusal: "none of those whom it could strike is healthy"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := strike("lose", scenarios.Start{}, time.Minute, c.targets...)
				var most scenarios.Count
				require.NoError(t, most.UnmarshalText([]byte("max")))
				f.Spec.Target.Count = document.Value[scenarios.Count]{V: most}
				s := watched(t, f)
				s.lift()
				s.nodes.set(func() {
					for _, ref := range c.sick {
						s.nodes.sick[ref] = true
					}
				})
				time.Sleep(5 * time.Second)
				aim, err := s.admit(t.Context(), s.faults["lose"])
				if c.want == 0 {
					require.ErrorContains(t, err, cmp.Or(c.refusal, "budget does not admit it now"))
					require.Empty(t, s.ledger.Held("lose"))
					return
				}
				require.NoError(t, err)
				held := s.ledger.Held("lose")
				require.Len(t, held, c.want)
				for _, ref := range c.sick {
					require.NotContains(t, held, ref)
					require.NotContains(t, held, inventory.Ref{Node: ref.Node})
				}
				if !c.spared {
					require.Empty(t, aim)
					return
				}
				require.Equal(t, held, aim.Only)
				require.NotContains(t, aim.Why, "nil")
				require.Contains(t, aim.Why, "as many as the redundancy budget admits now, 1 of the")
			})
		})
	}
}

// What a fault costs must be well before it too: its silence would be excused by a
// fault that did not bring it about.
func TestWhatAFaultCostsIsHealthyBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := aside("dark")
		f.Costs = []inventory.Ref{{Node: "ctl-1"}}
		s := watched(t, f)
		s.lift()
		time.Sleep(5 * time.Second)
		require.NoError(t, s.refusal(t, "dark"))
		s.ledger.Release("dark")
		s.nodes.set(func() { s.nodes.sick[keystone("ctl-1")] = true })
		time.Sleep(5 * time.Second)
		require.ErrorContains(t, s.refusal(t, "dark"), "[ctl-1] is not healthy before the fault")
	})
}

// Who has not been heard of lately is asked before a fault is refused, and
// nobody else is.
func TestOldHealthIsAskedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		s.lift() // it asks on its own
		release, err := s.prepare(t.Context(), func(error) {})
		require.NoError(t, err)
		defer release()
		unwatch, err := s.watch(t.Context())
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, unwatch()) // from here on nobody tells by himself
		time.Sleep(freshness)
		s.nodes.set(func() { s.nodes.sick[keystone("ctl-3")] = true })
		require.NoError(t, s.refusal(t, "lose"))
		require.Empty(t, s.nodes.asked, "what was heard of is fresh enough, right or wrong")
		s.ledger.Release("lose")
		time.Sleep(time.Nanosecond)
		require.ErrorContains(t, s.refusal(t, "lose"), "budget does not admit it now")
		slices.SortFunc(s.nodes.asked, inventory.Ref.Compare)
		require.Equal(t, []inventory.Ref{keystone("ctl-1"), keystone("ctl-2"), keystone("ctl-3"), keystone("ctl-3")}, s.nodes.asked,
			"the group's members only, and who is not well once more")
		s.nodes.set(func() { s.nodes.sick, s.nodes.late = nil, map[inventory.Ref]bool{keystone("ctl-2"): true} })
		time.Sleep(3 * time.Second)
		require.NoError(t, s.refusal(t, "lose"), "who was only slow is well when it is asked once more")
	})
}

// What was fresh when the others were asked is not too old for the time that
// this took.
func TestAskingTheOthersMakesNobodyOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		s.lift() // it asks on its own
		release, err := s.prepare(t.Context(), func(error) {})
		require.NoError(t, err)
		defer release()
		unwatch, err := s.watch(t.Context())
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, unwatch()) // from here on nobody tells by himself
		time.Sleep(freshness)
		for _, node := range []string{"ctl-1", "ctl-2"} {
			s.ask(t.Context(), node, s.plan.Inventory.ServicesOn(node))
		}
		time.Sleep(freshness - time.Millisecond)
		s.nodes.set(func() { s.nodes.asked, s.nodes.slow = nil, 3*time.Second })
		require.NoError(t, s.refusal(t, "lose"))
		require.Equal(t, []inventory.Ref{keystone("ctl-3")}, s.nodes.asked)
	})
}

// A fault's budget is free for others when its targets have been healthy for
// the settle window, and not before.
func TestTheBudgetIsGivenBackAfterSettling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, strike("first", scenarios.Start{At: 2 * time.Second}, 10*time.Second, keystone("ctl-1")),
			strike("second", scenarios.Start{}, time.Minute, keystone("ctl-2")))
		over := make(chan error, 1)
		go func() { over <- s.drive(t.Context(), s.faults["first"]) }()
		time.Sleep(9 * time.Second)
		require.Error(t, s.refusal(t, "second"), "the first is held")
		time.Sleep(3 * time.Second) // held until 12 s, healthy when it is next asked
		within(t, s.faults["first"].progress.undone, time.Minute)
		s.nodes.set(func() { s.nodes.sick[keystone("ctl-1")] = true })
		time.Sleep(5 * time.Second)
		require.ErrorContains(t, s.refusal(t, "second"), "budget does not admit it now")
		s.nodes.set(func() { s.nodes.sick = map[inventory.Ref]bool{} })
		time.Sleep(3900 * time.Millisecond)
		require.Equal(t, []inventory.Ref{keystone("ctl-1")}, s.ledger.Held("first"), "healthy, but not for four seconds")
		require.ErrorContains(t, s.refusal(t, "second"), "budget does not admit it now")
		require.NoError(t, within(t, over, time.Minute))
		require.Empty(t, s.ledger.Held("first"))
		require.NoError(t, s.refusal(t, "second"))
		require.InDelta(t, 21.5, s.faults["first"].reached(scenarios.Recovered).Seconds(), 0.7)
	})
}

// What could not be put back stays lost: the health that the node tells of
// counts for nothing against it.
func TestTheBudgetOfAStuckFaultIsNeverGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, strike("stuck", scenarios.Start{}, 5*time.Second, keystone("ctl-1")),
			strike("second", scenarios.Start{}, time.Minute, keystone("ctl-2")))
		s.nodes.set(func() { s.nodes.broken = true })
		l := s.faults["stuck"]
		require.NoError(t, s.drive(t.Context(), l))
		require.Equal(t, record.Stuck, l.injection.State())
		time.Sleep(time.Hour)
		require.Equal(t, []inventory.Ref{keystone("ctl-1")}, s.ledger.Held("stuck"))
		require.ErrorContains(t, s.refusal(t, "second"), "budget does not admit it now")
		require.False(t, l.progress.wait(t.Context(), scenarios.Undone))
		require.True(t, l.progress.wait(t.Context(), scenarios.Injected))
		within(t, l.progress.quiet, time.Minute)
	})
}

// A refused fault holds nothing and touches nothing.
func TestARefusedFaultHoldsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, strike("lose", scenarios.Start{}, 5*time.Second, keystone("ctl-1")))
		s.nodes.set(func() { s.nodes.sick[keystone("ctl-2")] = true })
		time.Sleep(2 * time.Second)
		require.NoError(t, s.drive(t.Context(), s.faults["lose"]))
		require.Empty(t, s.ledger.Held("lose"))
		require.NotContains(t, s.states("lose"), record.Injecting)
		require.Contains(t, s.states("lose"), record.Refused)
		for _, g := range s.nodes.guards {
			require.NotContains(t, strings.Join(g.log, ""), "injecting")
			require.Equal(t, "verified", g.state, "it is disarmed")
		}
	})
}
