package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/clock"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, whose clock chrony keeps.
func simBed(t *testing.T) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	bed, cloud := familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file) })
	require.Equal(t, "active", bed.Shell(t, lay, "chrony"))
	return bed, cloud
}

func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t)
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "clock", faulttest.New)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "clock"), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t)
		return bed, cloud.Inventory()
	})
}

// What a node stamps while its clock is wrong comes at the right moments all the
// same, and in their order.
func TestStampsOfASteppedClockAreNotMovedWithIt(t *testing.T) {
	t.Parallel()
	for _, by := range []time.Duration{time.Hour, -5 * time.Minute} {
		t.Run(by.String(), func(t *testing.T) {
			onSim(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				run := bed.NewRun("run-stamps", "ann@desk")
				var armed time.Duration
				i := run.Struck(t, &clock.Step{By: by}, func() { armed = run.Clock.Now() })
				held := run.Clock.Now()
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				undone := run.Clock.Now()
				for state, within := range map[record.FaultState][2]time.Duration{
					record.Injecting: {armed, held}, record.Held: {armed, held}, record.Undoing: {held, undone}, record.Undone: {held, undone},
				} {
					e := run.Journal.Target(t, state)
					require.NotNil(t, e.NodeAt, state)
					require.Less(t, e.Bound, 5*time.Second, state)
					require.GreaterOrEqual(t, *e.NodeAt+e.Bound, within[0], state)
					require.LessOrEqual(t, *e.NodeAt-e.Bound, within[1], state)
				}
			})
		})
	}
}

// Who has put the clock right meanwhile is not undone: an undo moves it only
// while it is off by more than those who keep clocks leave it.
func TestAnUndoLeavesAClockThatIsRightAlone(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	target := bed.Target()
	target.ID = "7f3c0a1e-strike-1-1"
	s, err := clock.NewStep().Scripts(target)
	require.NoError(t, err)
	off := func(by string) string {
		return bed.Shell(t, `mkdir -p /root/step; cd /root/step; ERIS_TOUCHED=yes; : >before
%s
date -s "@$(($(date +%%s) %s)).5" >/dev/null
%s
off clock.ahead`, s.Prepare, by, s.Undo[:len(s.Undo)-len("exit $wrong\n")])
	}
	for by, want := range map[string][2]int{"+ 300": {-1000, 1000}, "- 300": {-1000, 1000}, "+ 0": {-600, 600}} {
		far := number(t, off(by))
		require.GreaterOrEqual(t, far, want[0], by)
		require.LessOrEqual(t, far, want[1], by)
	}
}
