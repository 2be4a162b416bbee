package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/scenarios"
)

// healthOf are the labels of what the three nodes tell of keystone.
const healthOf = `{service: "keystone"}`

func TestTheResolverAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		tell   map[string]float64 // session counts by node
		silent []string           // told once, long ago
		ask    string
		want   conditions.Truth
		why    string
	}{
		"one series":              {tell: map[string]float64{"ctl-1": 9}, ask: busy, want: conditions.True},
		"zero is a value":         {tell: map[string]float64{"ctl-1": 0}, ask: busy, want: conditions.False},
		"by labels":               {tell: map[string]float64{"ctl-1": 1, "ctl-2": 9}, ask: `signal("sockets.established", {node: "ctl-2"}) == 9`, want: conditions.True},
		"no series":               {tell: map[string]float64{"ctl-2": 9}, ask: busy, why: "has no reading"},
		"a silent series":         {silent: []string{"ctl-1"}, ask: busy, why: "has no reading"},
		"several series":          {tell: map[string]float64{"ctl-1": 9, "ctl-2": 9}, ask: `signal("sockets.established") > 5`, why: "fits 2 series; name one by its labels"},
		"a count":                 {tell: map[string]float64{"ctl-1": 9, "ctl-2": 0, "ctl-3": 1}, ask: `count_where("sockets.established", {port: "3306"}) == 2`, want: conditions.True},
		"a count of nothing":      {ask: `count_where("sockets.established", {port: "3306"}) == 0`, why: "has no reading"},
		"a count, at least":       {tell: map[string]float64{"ctl-1": 9, "ctl-2": 9}, silent: []string{"ctl-3"}, ask: `count_where("sockets.established", {port: "3306"}) >= 2`, want: conditions.True},
		"a count, at most":        {tell: map[string]float64{"ctl-1": 9, "ctl-2": 9}, silent: []string{"ctl-3"}, ask: `count_where("sockets.established", {port: "3306"}) > 3`, want: conditions.False},
		"a count, not known":      {tell: map[string]float64{"ctl-1": 9, "ctl-2": 9}, silent: []string{"ctl-3"}, ask: `count_where("sockets.established", {port: "3306"}) >= 3`, why: "1 of its series are silent"},
		"a sum":                   {tell: map[string]float64{"ctl-1": 9, "ctl-2": 4}, ask: `sum_where("sockets.established", {port: "3306"}) == 13`, want: conditions.True},
		"a maximum":               {tell: map[string]float64{"ctl-1": 4, "ctl-2": 9, "ctl-3": 5}, ask: `max_where("sockets.established", {port: "3306"}) == 9`, want: conditions.True},
		"a minimum":               {tell: map[string]float64{"ctl-1": 5, "ctl-2": 4, "ctl-3": 9}, ask: `min_where("sockets.established", {port: "3306"}) == 4`, want: conditions.True},
		"a sum with a silent one": {tell: map[string]float64{"ctl-1": 9}, silent: []string{"ctl-2"}, ask: `sum_where("sockets.established", {port: "3306"}) > 1`, why: "1 of its series are silent, 1 are not"},
		"a minimum of nothing":    {ask: `min_where("sockets.established", {port: "3306"}) > 1`, why: "0 of its series are silent, 0 are not"},
		"a load not yet opened":   {ask: `error_ratio("tokens", "10s") > 1%`, why: "has no figure yet"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, scenarios.Spec{})
				for _, node := range c.silent {
					s.gauge(node, 7, time.Second)
				}
				time.Sleep(time.Minute)
				for node, value := range c.tell {
					s.gauge(node, value, time.Second)
				}
				got := condition(t, c.ask).Eval(s.resolve)
				require.Equal(t, c.want, got.Truth, got.Reason)
				require.Contains(t, got.Reason, c.why)
			})
		})
	}
}

// Who was expected and has never been heard of makes a count a range, too.
func TestWhoWasNeverHeardOfIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{})
		kind, ok := collectors.Catalogue().Lookup("service")
		require.True(t, ok)
		s.signals.Expect(collectors.Watch{
			Collector: kind.New(), Nodes: s.plan.Inventory.Nodes, Services: s.plan.Inventory.ServicesOn,
		})
		for _, node := range s.plan.Inventory.Nodes {
			s.vitals[keystone(node.Name)] = true
		}
		s.vital = &tee{run: s.Run, lasts: func(string) time.Duration { return time.Minute }}
		var err error
		s.vital.file, err = s.Record.Signals("health")
		require.NoError(t, err)
		count := func(limit string) conditions.Truth {
			return condition(t, `count_where("service.healthy", `+healthOf+`) `+limit).Eval(s.resolve).Truth
		}
		require.Equal(t, conditions.Unknown, count(">= 1"))
		require.Equal(t, conditions.True, count("<= 3"), "there are three of them, whatever they are doing")
		for _, node := range []string{"ctl-1", "ctl-2"} {
			s.ask(t.Context(), node, s.plan.Inventory.ServicesOn(node))
		}
		require.Equal(t, conditions.True, count(">= 2"))
		s.nodes.set(func() { s.nodes.silent["ctl-3"] = true })
		s.ask(t.Context(), "ctl-3", s.plan.Inventory.ServicesOn("ctl-3"))
		require.Equal(t, conditions.Unknown, count(">= 3"), "asked, but it did not answer")
		s.nodes.set(func() { s.nodes.silent["ctl-3"] = false })
		s.ask(t.Context(), "ctl-3", s.plan.Inventory.ServicesOn("ctl-3"))
		require.Equal(t, conditions.True, count(">= 3"))
	})
}
