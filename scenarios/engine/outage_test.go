package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// glance has a probe, and is in no group that keystone is in.
func glance() inventory.Ref { return inventory.Ref{Node: "store-1", Service: "glance"} }

// seeing is a watched scene whose outages are told of.
func seeing(t *testing.T, planned ...*scenarios.PlannedFault) *scene {
	t.Helper()
	s := watched(t, planned...)
	require.NoError(t, s.look(t.Context()))
	t.Cleanup(beside(t.Context(), s.watchOutages))
	return s
}

func (s *scene) fall(refs ...inventory.Ref) {
	s.nodes.set(func() {
		for _, ref := range refs {
			s.nodes.sick[ref] = true
		}
	})
}

func (s *scene) rise() { s.nodes.set(func() { clear(s.nodes.sick); clear(s.nodes.silent) }) }

// outageEvents are those so far.
func (s *scene) outageEvents() []record.OutageEvent {
	var told []record.OutageEvent
	for _, e := range s.seen() {
		if e.Outage != nil {
			told = append(told, *e.Outage)
		}
	}
	return told
}

// A cloud that is ill is not tested, also where no fault would strike.
func TestWhoeverIsDownBeforeTheStartIsAVeto(t *testing.T) {
	for name, c := range map[string]struct {
		fall, silent string
		lifted       bool
		says         string
	}{
		"a service that no fault touches": {fall: "glance", says: "glance@store-1 is not healthy, and no fault of this run explains it"},
		"a node that no fault touches":    {silent: "store-1", says: "store-1 gives no answer, and no fault of this run explains it"},
		"the net is lifted":               {fall: "glance", lifted: true},
		"all is well":                     {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, scenarios.Spec{}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
				if c.lifted {
					s.lift()
				}
				s.nodes.set(func() {
					s.nodes.silent[c.silent] = true
					s.nodes.sick[inventory.Ref{Node: "store-1", Service: c.fall}] = true
				})
				err := s.Execute(t.Context())
				if c.says == "" {
					require.NoError(t, err)
					require.Contains(t, s.states("lose"), record.Held)
					return
				}
				var veto *Veto
				require.ErrorAs(t, err, &veto)
				require.ErrorContains(t, veto, c.says)
				require.ErrorContains(t, veto, "--override real-outage=REASON")
				require.NotContains(t, s.states("lose"), record.Armed)
				require.Len(t, s.outageEvents(), 1)
			})
		})
	}
}

func TestWhoFallsWhileNoFaultIsActiveIsToldAndAVeto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		time.Sleep(20*time.Second + time.Millisecond)
		s.fall(glance())
		time.Sleep(3 * othersEvery)
		require.ErrorContains(t, s.refusal(t, "lose"), "glance@store-1 is not healthy, and no fault of this run explains it")
		s.rise()
		time.Sleep(3 * othersEvery)
		require.NoError(t, s.refusal(t, "lose"))
		target := record.Target{Node: "store-1", Service: "glance"}
		told := s.outageEvents()
		require.Len(t, told, 2)
		require.Equal(t, record.OutageEvent{Target: target, State: record.OutageBegan, From: told[0].From}, told[0])
		require.Equal(t, record.OutageEvent{Target: target, State: record.OutageOver, From: told[0].From, To: told[1].To}, told[1])
		require.InDelta(t, 24, told[0].From.Seconds(), 5.1, "from the first word of it")
		require.InDelta(t, 36, told[1].To.Seconds(), 5.1)
	})
}

// A probe that fails once says less than who is asked anew.
func TestAProbeThatFailsOnceIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		s.others.Publish(t.Context(), []record.Reading{{
			Signal: "service.healthy", Labels: map[string]string{"node": "store-1", "service": "glance"}, At: s.clock.Now(),
		}})
		time.Sleep(lookEvery)
		require.Equal(t, []inventory.Ref{glance()}, s.unexplained())
		require.NoError(t, s.refusal(t, "lose"))
		time.Sleep(3 * othersEvery)
		require.Empty(t, s.outageEvents())
	})
}

// What a fault brings about elsewhere is what the test is about: it is told as
// such, and in the way of no other fault until it has outlived the first.
func TestWhatFallsBesideAFaultIsItsDoing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("first", scenarios.Start{}, 20*time.Second, keystone("ctl-1")),
			strike("second", scenarios.Start{}, time.Minute, inventory.Ref{Node: "ctl-2", Service: "mariadb"}))
		first := s.faults["first"]
		over := make(chan error, 1)
		go func() { over <- s.drive(t.Context(), first) }()
		time.Sleep(5 * time.Second)
		s.fall(glance())
		time.Sleep(3 * othersEvery)
		require.NoError(t, s.refusal(t, "second"), "while the first is held")
		s.release(s.faults["second"])
		require.NoError(t, within(t, over, time.Minute))
		require.Equal(t, record.Undone, first.injection.State(), "it keeps nothing from being undone")
		require.NoError(t, s.refusal(t, "second"), "the cloud is given its time")
		s.release(s.faults["second"])
		told := s.outageEvents()
		require.Len(t, told, 1, "and of keystone, which was struck, nothing")
		require.Equal(t, record.OutageBegan, told[0].State)
		require.Equal(t, []string{"first"}, told[0].Beside)

		time.Sleep(outlives + 2*lookEvery)
		require.ErrorContains(t, s.refusal(t, "second"), "glance@store-1 is not healthy")
		told = s.outageEvents()
		require.Len(t, told, 2)
		require.Equal(t, record.OutageOutlived, told[1].State)
	})
}

// What goes down after a fault has recovered is not its doing.
func TestAFaultThatIsOverExplainsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("first", scenarios.Start{}, 5*time.Second, keystone("ctl-1")),
			strike("second", scenarios.Start{}, time.Minute, keystone("ctl-2")))
		require.NoError(t, s.drive(t.Context(), s.faults["first"]))
		time.Sleep(2 * time.Second)
		s.fall(keystone("ctl-1"))
		time.Sleep(3 * time.Second)
		require.ErrorContains(t, s.refusal(t, "second"), "keystone@ctl-1 is not healthy, and no fault of this run explains it")
		require.Empty(t, s.outageEvents()[0].Beside)
	})
}

// A whole node that a fault takes away is silent by it, with all that is on it.
func TestANodeThatAFaultTakesAwayIsNoRealOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("dark", scenarios.Start{}, 20*time.Second, inventory.Ref{Node: "store-1"}))
		require.NoError(t, s.drive(t.Context(), s.faults["dark"]))
		time.Sleep(2 * outlives)
		require.Empty(t, s.outageEvents())
		s.nodes.set(func() { s.nodes.silent["store-1"] = true })
		time.Sleep(outlives)
		told := s.outageEvents()
		require.Len(t, told, 1)
		require.Equal(t, record.Target{Node: "store-1"}, told[0].Target)
		require.Empty(t, told[0].Beside)
	})
}

// A fault whose undo was not verified holds its target, and explains nothing else
// for the rest of the run.
func TestAStuckFaultExplainsItsTargetsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := seeing(t, strike("stuck", scenarios.Start{}, 5*time.Second, keystone("ctl-1")),
			strike("second", scenarios.Start{}, time.Minute, inventory.Ref{Node: "ctl-2", Service: "mariadb"}))
		s.nodes.set(func() { s.nodes.broken = true })
		require.NoError(t, s.drive(t.Context(), s.faults["stuck"]))
		require.Equal(t, record.Stuck, s.faults["stuck"].injection.State())
		s.fall(keystone("ctl-1"))
		time.Sleep(3 * time.Second)
		require.NoError(t, s.refusal(t, "second"))
		s.release(s.faults["second"])
		require.Empty(t, s.outageEvents(), "its undo is what is told")
		time.Sleep(outlives)
		s.fall(glance())
		time.Sleep(3 * othersEvery)
		require.ErrorContains(t, s.refusal(t, "second"), "glance@store-1 is not healthy, and no fault")
	})
}
