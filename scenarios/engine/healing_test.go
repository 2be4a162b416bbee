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

// selfHealing is a fault on keystone of ctl-1 that ends when the cloud has
// healed itself, for which it has so long; it begins 1 s into chaos.
func selfHealing(most time.Duration) *scenarios.PlannedFault {
	p := strike("lose", scenarios.Start{At: time.Second}, most, keystone("ctl-1"))
	p.Spec.Heals = true
	return p
}

// heal makes the service healthy again in the middle of the fault, as a service
// manager that starts it anew.
func (s *scene) heal(ref inventory.Ref) {
	s.nodes.set(func() {
		for _, g := range s.nodes.guards {
			if g.node == ref.Node && g.strikes == ref.Service {
				g.healed = true
			}
		}
	})
}

func TestAFaultEndsWhenTheCloudHasHealedItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, selfHealing(time.Minute))
		over := make(chan error, 1)
		go func() { over <- s.drive(t.Context(), s.faults["lose"]) }()
		time.Sleep(9 * time.Second)
		synctest.Wait()
		require.Equal(t, record.Held, s.states("lose")[len(s.states("lose"))-1], "what was healthy before the fault is no healing")
		s.heal(keystone("ctl-1"))
		require.NoError(t, within(t, over, 2*time.Minute))
		undoing := s.at(t, "lose", record.Undoing) - s.at(t, "lose", record.Held)
		require.InDelta(t, 10.5, undoing.Seconds(), 1, "8 s held, up to 1 s until it is read, 2 s of health")
		require.Regexp(t, `^the cloud healed itself within [89](\.\d+)?s: its targets are healthy$`, s.why("lose", record.Undoing))
		told := s.healed(t, "lose")
		held := s.at(t, "lose", record.Held)
		require.InDelta(t, 9, (told.At - held).Seconds(), 0.6, "when it was first seen to be well")
		require.LessOrEqual(t, told.From, held+9*time.Second, "it was healed after 9 s")
		require.Less(t, told.From, told.At)
	})
}

func TestACloudThatDoesNotHealIsUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watched(t, selfHealing(20*time.Second))
		require.NoError(t, s.drive(t.Context(), s.faults["lose"]))
		require.Equal(t, "the cloud did not heal itself within 20s", s.why("lose", record.Undoing))
		require.InDelta(t, 20, (s.at(t, "lose", record.Undoing) - s.at(t, "lose", record.Held)).Seconds(), 0.5)
		require.Equal(t, record.Undone, s.states("lose")[len(s.states("lose"))-1])
	})
}

// Where a condition says what healing is, the targets' own health says nothing,
// and what it said before the fault does not count.
func TestAConditionSaysWhatHealingIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		planned := selfHealing(time.Minute)
		planned.Spec.Healed = condition(t, busy)
		s := watched(t, planned)
		s.gauge("ctl-1", 9, 3*time.Second) // from before the fault
		over := make(chan error, 1)
		go func() { over <- s.drive(t.Context(), s.faults["lose"]) }()
		time.Sleep(2 * time.Second)
		s.heal(keystone("ctl-1"))
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Equal(t, record.Held, s.states("lose")[len(s.states("lose"))-1])
		s.gauge("ctl-1", 9, time.Hour)
		require.NoError(t, within(t, over, 2*time.Minute))
		require.InDelta(t, 16, (s.at(t, "lose", record.Undoing) - s.at(t, "lose", record.Held)).Seconds(), 0.5)
		require.Contains(t, s.why("lose", record.Undoing), "the cloud healed itself within 11")
		require.Contains(t, s.why("lose", record.Undoing), busy)
	})
}
