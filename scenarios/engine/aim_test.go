package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// aimed is a fault on keystone of all controllers that strikes those of whom
// an aim is true when it fires.
func aimed(t *testing.T, aim scenarios.Aim, count string) *scenarios.PlannedFault {
	t.Helper()
	f := strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1"), keystone("ctl-2"), keystone("ctl-3"))
	f.Aim, f.Spec.Target.Aim = aim.String(), aim
	var of scenarios.Count
	require.NoError(t, of.UnmarshalText([]byte(count)))
	f.Spec.Target.Count = document.Value[scenarios.Count]{V: of}
	return f
}

func TestAFaultIsAimedAtWhoLeadsWhenItFires(t *testing.T) {
	leads, follows := inventory.Leads, inventory.Follows
	leader, follower := scenarios.Aim{Leader: "mariadb"}, scenarios.Aim{Follower: "mariadb"}
	for name, c := range map[string]struct {
		aim     scenarios.Aim
		count   string
		said    map[string]string
		strikes int
		sick    []inventory.Ref
		struck  []inventory.Ref
		why     string
		refusal string
	}{
		"the leader": {
			aim: leader, count: "1", said: map[string]string{"ctl-1": follows, "ctl-2": leads, "ctl-3": follows},
			struck: []inventory.Ref{keystone("ctl-2")}, why: "keystone@ctl-2: mariadb leads on ctl-2",
		},
		"one that cannot tell is not struck": {
			aim: leader, count: "1", said: map[string]string{"ctl-1": follows, "ctl-2": leads},
			struck: []inventory.Ref{keystone("ctl-2")}, why: "keystone@ctl-2: mariadb leads on ctl-2; ctl-3 could not tell",
		},
		"a follower": {
			aim: follower, count: "1", said: map[string]string{"ctl-1": leads, "ctl-3": follows},
			struck: []inventory.Ref{keystone("ctl-3")}, why: "keystone@ctl-3: mariadb leads on ctl-1; ctl-2 could not tell",
		},
		"as many of the followers as are tolerated": {
			aim: follower, count: "max", said: map[string]string{"ctl-1": leads, "ctl-2": follows, "ctl-3": follows},
			sick: []inventory.Ref{{Node: "ctl-2", Service: "mariadb"}}, why: "mariadb leads on ctl-1",
		},
		"more followers than are tolerated": {
			aim: follower, count: "all", said: map[string]string{"ctl-1": leads, "ctl-2": follows, "ctl-3": follows},
			refusal: "budget does not admit it now",
		},
		"more than there are": {
			aim: leader, count: "2", said: map[string]string{"ctl-1": leads, "ctl-2": follows, "ctl-3": follows},
			refusal: "2 are asked for, and it applies to 1: mariadb leads on ctl-1",
		},
		"more than the plan was made for": {
			aim: leader, count: "all", strikes: 1, said: map[string]string{"ctl-1": leads, "ctl-2": leads, "ctl-3": follows},
			refusal: "the plan was made for 1 at most, and it applies to 2: mariadb leads on ctl-1, ctl-2",
		},
		"nobody leads": {
			aim: leader, count: "1", said: map[string]string{"ctl-1": follows, "ctl-2": follows},
			refusal: "it is for those where mariadb leads: mariadb leads on none of its targets; ctl-3 could not tell",
		},
		"nobody leads, so that all would follow": {
			aim: follower, count: "1", said: map[string]string{"ctl-1": follows, "ctl-2": follows, "ctl-3": follows},
			refusal: "mariadb leads on none",
		},
		"the leader is sick": {
			aim: leader, count: "1", said: map[string]string{"ctl-1": leads, "ctl-2": follows, "ctl-3": follows},
			sick: []inventory.Ref{keystone("ctl-1")}, refusal: "[keystone@ctl-1] is not healthy before the fault",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := aimed(t, c.aim, c.count)
				f.Strikes = c.strikes
				s := watched(t, f)
				s.lift()
				s.nodes.set(func() {
					s.nodes.leads = map[string]string{"ctl-1": leads} // as it was when the fault was armed
					for _, ref := range c.sick {
						s.nodes.sick[ref] = true
					}
				})
				time.Sleep(3 * time.Second)
				s.nodes.set(func() { s.nodes.leads = c.said })
				aim, err := s.admit(t.Context(), s.faults["lose"])
				if c.refusal != "" {
					require.ErrorContains(t, err, c.refusal)
					require.Empty(t, s.ledger.Held("lose"))
					return
				}
				require.NoError(t, err)
				require.Contains(t, aim.Why, c.why)
				require.Equal(t, aim.Only, s.ledger.Held("lose"), "and the budget of nobody else")
				if c.struck != nil {
					require.Equal(t, c.struck, aim.Only)
				}
				require.Len(t, aim.Only, 1)
				require.Equal(t, aim.Only, s.faults["lose"].refs())
			})
		})
	}
}

func TestAFaultIsAimedByASignal(t *testing.T) {
	for name, c := range map[string]struct {
		aim     scenarios.Aim
		count   string
		down    string
		values  map[string]float64
		struck  []inventory.Ref
		why     string
		refusal string
	}{
		"the most":  {aim: scenarios.Aim{Most: "load"}, count: "1", values: map[string]float64{"ctl-1": 2, "ctl-2": 7.25, "ctl-3": 1}, struck: []inventory.Ref{keystone("ctl-2")}, why: "load is 7.25 on keystone@ctl-2, 2 on keystone@ctl-1, 1 on keystone@ctl-3"},
		"the least": {aim: scenarios.Aim{Least: "load"}, count: "1", values: map[string]float64{"ctl-1": 2, "ctl-2": 7, "ctl-3": 1}, struck: []inventory.Ref{keystone("ctl-3")}},
		"as many as are tolerated, from the first on":   {aim: scenarios.Aim{Most: "load"}, count: "max", values: map[string]float64{"ctl-1": 2, "ctl-2": 7, "ctl-3": 1}, struck: []inventory.Ref{keystone("ctl-2")}},
		"as many as are tolerated, without who is down": {aim: scenarios.Aim{Most: "load"}, count: "max", down: "ctl-2", values: map[string]float64{"ctl-1": 2, "ctl-2": 7, "ctl-3": 1}, refusal: "budget admits none"},
		"one without a value":                           {aim: scenarios.Aim{Least: "load"}, count: "1", values: map[string]float64{"ctl-1": 2, "ctl-2": 7}, struck: []inventory.Ref{keystone("ctl-1")}},
		"none has a value":                              {aim: scenarios.Aim{Least: "load"}, count: "1", refusal: "it is for those where load is least, and none of them has a value now"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := watched(t, aimed(t, c.aim, c.count))
				s.plan.Spec.Collectors = []*scenarios.Collector{{Name: "load", Collector: loadCollector{}}}
				for node, value := range c.values {
					s.signals.Publish([]record.Reading{{Signal: "load", Labels: map[string]string{"node": node}, At: s.clock.Now(), Value: value}}, time.Minute)
				}
				if c.down != "" {
					s.lift()
					s.nodes.set(func() { s.nodes.sick[keystone(c.down)] = true })
					time.Sleep(3 * time.Second)
				}
				aim, err := s.admit(t.Context(), s.faults["lose"])
				if c.refusal != "" {
					require.ErrorContains(t, err, c.refusal)
					return
				}
				require.NoError(t, err)
				require.Equal(t, c.struck, aim.Only)
				require.Contains(t, aim.Why, c.why)
			})
		})
	}
}

// loadCollector publishes one value a node.
type loadCollector struct{ collectors.Service }

func (loadCollector) Signals() []collectors.SignalInfo {
	return []collectors.SignalInfo{{Name: "load", Unit: "1", Labels: []string{"node"}}}
}

// Only whom the fault is aimed at is struck and waited for; the others are
// disarmed at once.
func TestWhomAFaultIsNotAimedAtIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, aimed(t, scenarios.Aim{Leader: "mariadb"}, "1"))
		s.nodes.set(func() {
			s.nodes.leads = map[string]string{"ctl-1": inventory.Follows, "ctl-2": inventory.Leads, "ctl-3": inventory.Follows}
		})
		over := make(chan error, 1)
		l := s.faults["lose"]
		go func() { over <- s.drive(t.Context(), l) }()
		within(t, l.progress.injected, time.Minute)
		synctest.Wait()
		s.nodes.set(func() {
			for _, g := range s.nodes.guards {
				want := map[string]string{"ctl-1": "verified", "ctl-2": "held", "ctl-3": "verified"}[g.node]
				require.Equal(t, want, g.state, g.node)
			}
		})
		require.NoError(t, within(t, over, 5*time.Minute))
		struck := map[string]record.FaultState{}
		var aim string
		for _, e := range s.seen() {
			if e.Target != nil {
				struck[e.Target.Target.Node] = e.Target.State
			}
			if e.Fault != nil && e.Fault.Aim != "" {
				aim = e.Fault.Aim
			}
		}
		require.Equal(t, map[string]record.FaultState{"ctl-1": record.Skipped, "ctl-2": record.Undone, "ctl-3": record.Skipped}, struck)
		require.Equal(t, "keystone@ctl-2: mariadb leads on ctl-2", aim)
	})
}

// That a node takes long to say whether it leads makes nobody's old health good:
// who fell silent meanwhile counts as down.
func TestHealthIsAskedAfterWhoLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, aimed(t, scenarios.Aim{Leader: "mariadb"}, "1"))
		time.Sleep(3 * time.Second)
		s.nodes.set(func() {
			s.nodes.leads = map[string]string{"ctl-1": inventory.Leads, "ctl-2": inventory.Follows}
			s.nodes.silent["ctl-3"] = true
			s.nodes.asking = 6 * time.Second
		})
		require.ErrorContains(t, s.refusal(t, "lose"), "budget does not admit it now")
	})
}

// Of a service that has several leaders each is asked for by itself.
func TestAFaultIsAimedAtOneOfSeveralLeaders(t *testing.T) {
	for aim, want := range map[scenarios.Aim]string{
		{Leader: "mariadb/donor"}:  "keystone@ctl-3: mariadb leads as donor on ctl-3",
		{Leader: "mariadb/writer"}: "keystone@ctl-2: mariadb leads as writer on ctl-2",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := watched(t, aimed(t, aim, "1"))
			s.plan.Inventory.ServiceByName("mariadb").Leaders = []*inventory.Lead{
				{Name: "donor", Command: "gives", Timeout: time.Second}, {Name: "writer", Command: "writes", Timeout: time.Second},
			}
			s.nodes.set(func() {
				s.nodes.leads = map[string]string{
					"ctl-1 donor": inventory.Follows, "ctl-2 donor": inventory.Follows, "ctl-3 donor": inventory.Leads,
					"ctl-1 writer": inventory.Follows, "ctl-2 writer": inventory.Leads, "ctl-3 writer": inventory.Follows,
				}
			})
			got, err := s.admit(t.Context(), s.faults["lose"])
			require.NoError(t, err)
			require.Equal(t, want, got.Why)
		})
	}
}
