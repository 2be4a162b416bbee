package kpi_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// What collectors read behind the load counts where it was read while arrivals went wrong,
// and where it is no effect of the fault on its own targets.
func TestACauseByWhatCollectorsRead(t *testing.T) {
	nan := math.NaN()
	wholeNode := []record.Target{{Node: "ctl-2"}}
	down := record.Event{Type: "outage", Outage: &record.OutageEvent{Target: record.Target{Node: "ctl-1", Service: "glance-api"}, State: record.OutageOver, From: 36 * time.Second, To: 40 * time.Second}}
	known := down
	known.Outage = &record.OutageEvent{Target: down.Outage.Target, State: record.OutageOver, From: down.Outage.From, To: down.Outage.To, Beside: []string{"lose"}}
	for name, c := range map[string]struct {
		scene
		rules []string
	}{
		"backend is down":                       {scene{signals: []reading{{"haproxy.backend_up", label("backend", "keystone", "ctl-1"), during(36, 40, 0, 1)}}}, []string{"backend-down"}},
		"backend was down all the time":         {scene{signals: []reading{{"haproxy.backend_up", label("backend", "unused", "ctl-1"), during(0, 120, 0, 0)}}}, nil},
		"backend is down at another time":       {scene{signals: []reading{{"haproxy.backend_up", label("backend", "keystone", "ctl-1"), during(80, 90, 0, 1)}}}, nil},
		"backend is down to who is cut off":     {scene{targets: wholeNode, signals: []reading{{"haproxy.backend_up", label("backend", "keystone", "ctl-2"), during(36, 40, 0, 1)}}}, nil},
		"check is late":                         {scene{signals: []reading{{"haproxy.servers_down", label("backend", "keystone_public", "ctl-1"), during(39, 55, 1, 0)}}}, []string{"check-noticed-late"}},
		"check is quick":                        {scene{signals: []reading{{"haproxy.servers_down", label("backend", "keystone_public", "ctl-1"), during(31, 55, 1, 0)}}}, nil},
		"check is quick, and many fail by then": {scene{trouble: fails(30, 44), signals: []reading{{"haproxy.servers_down", label("backend", "keystone_public", "ctl-1"), during(31, 55, 1, 0)}}}, []string{"took-over-late"}},
		"address goes and comes back":           {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(36, 40, 0, 1)}}}, nil},
		"two nodes have the address":            {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(0, 120, 1, 0)}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(36, 44, 1, 0)}}}, []string{"address-away"}},
		"check of another backend":              {scene{signals: []reading{{"haproxy.servers_down", label("backend", "glance", "ctl-1"), during(39, 55, 1, 0)}}}, nil},
		"check, not read before":                {scene{signals: []reading{{"haproxy.servers_down", label("backend", "keystone", "ctl-1"), during(0, 39, nan, 1)}}}, nil},
		"address moves":                         {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(0, 36, 1, 0)}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(39, 120, 1, 0)}}}, []string{"address-away"}},
		"address stays":                         {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(0, 120, 1, 0)}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(0, 120, 0, 0)}}}, nil},
		"address was read late, where it is":    {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(36, 40, nan, 1)}}}, nil},
		"address moves long after":              {scene{signals: []reading{{"keepalived.holds", label("address", "vip", "ctl-1"), during(0, 80, 1, 0)}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(83, 120, 1, 0)}}}, nil},
		"two addresses":                         {scene{signals: []reading{{"keepalived.holds", label("address", "a", "ctl-1"), during(0, 36, 1, 0)}, {"keepalived.holds", label("address", "b", "ctl-2"), during(39, 120, 1, 0)}}}, nil},
		"member not ready":                      {scene{signals: []reading{{"galera.ready", label("x", "", "ctl-1"), during(36, 40, 0, 1)}}}, []string{"galera-not-ready"}},
		"struck member not ready":               {scene{targets: []record.Target{{Node: "ctl-2", Service: "mariadb"}}, signals: []reading{{"galera.ready", label("x", "", "ctl-2"), during(31, 50, 0, 1)}}}, nil},
		"member of a node that is off":          {scene{targets: wholeNode, signals: []reading{{"galera.ready", label("x", "", "ctl-2"), during(31, 50, 0, 1)}}}, nil},
		"struck member long not synced": {scene{targets: []record.Target{{Node: "ctl-2", Service: "mariadb"}}, trouble: fails(36, 60),
			signals: []reading{{"galera.synced", label("x", "", "ctl-2"), during(31, 58, 0, 1)}}}, []string{"galera-not-synced"}},
		"member not synced":               {scene{signals: []reading{{"galera.synced", label("x", "", "ctl-3"), during(36, 40, 0, 1)}}}, []string{"galera-not-synced"}},
		"brokers parted":                  {scene{signals: []reading{{"rabbitmq.partitions", label("x", "", "ctl-1"), during(36, 40, 1, 0)}}}, []string{"rabbitmq-parted"}},
		"brokers parted before":           {scene{signals: []reading{{"rabbitmq.partitions", label("x", "", "ctl-1"), during(6, 12, 1, 0)}}}, nil},
		"broker has an alarm":             {scene{signals: []reading{{"rabbitmq.alarms", label("x", "", "ctl-1"), during(36, 40, 1, 0)}}}, []string{"rabbitmq-alarm"}},
		"agent is down":                   {scene{signals: []reading{{"neutron_agents.alive", map[string]string{"host": "net-1", "type": "L3 agent"}, during(36, 60, 0, 1)}}}, []string{"agent-down"}},
		"agent of a struck node is down":  {scene{targets: []record.Target{{Node: "net-1", Service: "neutron-l3-agent"}}, signals: []reading{{"neutron_agents.alive", map[string]string{"host": "net-1", "type": "L3 agent"}, during(36, 50, 0, 1)}}}, nil},
		"other service is ill":            {scene{signals: []reading{{"service.healthy", label("service", "glance-api", "ctl-1"), during(36, 40, 0, 1)}}}, []string{"other-service-ill"}},
		"struck service is ill":           {scene{signals: []reading{{"service.healthy", label("service", "keystone", "ctl-2"), during(31, 50, 0, 1)}}}, nil},
		"something else is down":          {scene{events: []record.Event{down}}, []string{"outage-elsewhere"}},
		"something else, by the fault":    {scene{events: []record.Event{known}}, nil},
		"what no rule knows is not guess": {scene{signals: []reading{{"node.load", label("x", "", "ctl-1"), during(36, 40, 99, 1)}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if c.trouble == nil {
				c.trouble = fails(36, 44) // which begins and ends with nothing of the fault
			}
			rules, gap := causesOf(t, c.compute(t))
			require.Equal(t, c.rules, rules)
			if rules != nil {
				require.Regexp(t, `\d`, gap.Hypotheses[0].StandsOn[0], "values, and not words alone")
			} else {
				require.Contains(t, gap.NoHypothesis, "no rule knows the failures of tokens (160 http_5xx)")
			}
		})
	}
}

// What a struck member was while it was held is no cause; what it was after that is.
func TestOfAStruckMemberOnlyWhatFollowsTheUndoCounts(t *testing.T) {
	s := scene{targets: []record.Target{{Node: "ctl-2", Service: "mariadb"}}, trouble: fails(36, 60),
		signals: []reading{{"galera.synced", label("x", "", "ctl-2"), during(31, 58, 0, 1)}}}
	_, gap := causesOf(t, s.compute(t))
	require.Equal(t, []string{"galera.synced of ctl-2 was 0 from 50.7 s to 57 s"}, gap.Hypotheses[0].StandsOn)
}

// An address that moves is told from one that two nodes have.
func TestAnAddressThatMovesIsNotHeldTwice(t *testing.T) {
	moves := func(from float64) string {
		s := scene{trouble: fails(36, 44), signals: []reading{
			{"keepalived.holds", label("address", "vip", "ctl-1"), during(0, 38, 1, 0)}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(from, 120, 1, 0)},
		}}
		_, gap := causesOf(t, s.compute(t))
		return gap.Hypotheses[0].Text + ": " + gap.Hypotheses[0].StandsOn[0]
	}
	require.Contains(t, moves(39), "moved meanwhile: until the other node had it and its neighbours knew, nobody answered there: vip was read on ctl-1 until 37 s and on ctl-2 from 39 s")
	require.Contains(t, moves(33), "two nodes had the same virtual address, so that packets went to either: vip was held by ctl-1 and by ctl-2 from 33 s to 37 s")
}

// What a node said before it was silent, and after that, is not what it was meanwhile: a
// holder that lost its power has its address again later.
func TestWhatWasReadBeforeASilenceIsNotCarriedOverIt(t *testing.T) {
	holder := func(s float64) float64 {
		if s >= 38 && s < 100 {
			return math.NaN()
		}
		return 1
	}
	s := scene{trouble: fails(36, 44), signals: []reading{
		{"keepalived.holds", label("address", "vip", "ctl-1"), holder}, {"keepalived.holds", label("address", "vip", "ctl-2"), during(39, 98, 1, 0)},
	}}
	_, gap := causesOf(t, s.compute(t))
	require.Contains(t, gap.Hypotheses[0].Text, "the virtual address moved meanwhile")
	require.Equal(t, []string{"vip was read on ctl-1 until 37 s and on ctl-2 from 39 s"}, gap.Hypotheses[0].StandsOn)
}
