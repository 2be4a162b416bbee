package faulttest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Outside runs what every kind of fault must stand that is kept from outside. It is
// Kind's promise, proven by other means: nothing of the fault is on the node, and
// where it takes its node away that cannot be asked while the fault is held.
func Outside(t *testing.T, on On, fault func() faults.Fault) {
	each(t, map[string]func(t *testing.T, bed Bed){
		core: func(t *testing.T, bed Bed) { livesOutside(t, bed, fault()) },
		"abandoned by its engine, undone from outside within the lease + 2 s": func(t *testing.T, bed Bed) { abandonedOutside(t, bed, fault()) },
		"an inject after the lease is fenced":                                 func(t *testing.T, bed Bed) { lateOutside(t, bed, fault()) },
		"a double inject on one node is refused":                              func(t *testing.T, bed Bed) { doubleOutside(t, bed, fault) },
		"undo twice is harmless":                                              func(t *testing.T, bed Bed) { twiceOutside(t, bed, fault()) },
		"armed and never fired leaves nothing":                                func(t *testing.T, bed Bed) { skippedOutside(t, bed, fault()) },
	}, on)
}

func livesOutside(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	run := bed.NewRun("run-lives", "ann@desk")
	var changed, answers bool
	i := run.lasted(t, fault, func() {
		require.False(t, bed.Changed(t, bed), "arming has no effect by itself")
	}, func() {
		time.Sleep(2 * run.Lease)
		changed = bed.Changed(t, bed)
		asked, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		answers = bed.Runner.Run(asked, bed.Node.Name, remote.Command{Script: "true"}).State == remote.Done
	})
	held := run.Journal.Target(t, record.Held)
	require.NotEmpty(t, held.Effect)
	t.Log(held.Effect)
	require.True(t, changed, "two leases later, and nothing of the target has changed")
	require.Equal(t, stays(t, bed, fault), answers, "held, and the node answers, or not")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, "engine", i.Targets()[0].By)
	bed.Clean(t)
}

// stays tells that a fault leaves its node where it is.
func stays(t *testing.T, bed Bed, fault faults.Fault) bool {
	t.Helper()
	s, err := fault.Scripts(bed.Target())
	require.NoError(t, err)
	return s.Stays
}

func abandonedOutside(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-abandoned", "ann@desk")
	i := run.Struck(t, fault)
	healedOutside(t, bed, run.Journal.Events(), i.Targets()[0].Target.ID, run.Lease, fault, before)
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "a renewal after the undo is fenced")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "lease", i.Targets()[0].By)
}

// healedOutside waits until the dead-man alone has given the power back, and
// asserts when it did.
func healedOutside(t *testing.T, bed Bed, events []record.Event, id string, lease time.Duration, fault faults.Fault, before string) faults.Aftermath {
	t.Helper()
	events = slices.DeleteFunc(slices.Clone(events), func(e record.Event) bool { return e.Target != nil && e.Target.ID != id })
	var told []faults.Aftermath
	Eventually(t, lease+30*time.Second, "it is undone by itself", func() bool {
		told = faults.Afterwards(t.Context(), events, bed.Runner, bed.Keeper)
		require.Len(t, told, 1)
		return told[0].State == record.Undone
	})
	require.Equal(t, "lease", told[0].By)
	t.Log(told[0])
	require.False(t, bed.Changed(t, bed))
	Eventually(t, 2*time.Minute, "the node is as before", func() bool {
		s, err := fault.Scripts(bed.Target())
		require.NoError(t, err)
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: s.Fingerprint, Args: s.Args, Root: true})
		return result.OK() && string(result.Stdout) == before
	})
	bed.Clean(t)
	return told[0]
}

// killedOutside is the end of Killed for a fault that is kept from outside.
func killedOutside(t *testing.T, bed Bed, events []record.Event, kill func() error, before string, fault faults.Fault, within func() time.Duration) {
	t.Helper()
	require.True(t, faults.Passing(fault) || bed.Changed(t, bed), "held, and nothing of the target has changed")
	killed := time.Now()
	require.NoError(t, kill())
	id, lease := events[len(events)-1].Target.ID, heldLease(t, events)
	told := healedOutside(t, bed, events, id, lease, fault, before)
	begun, back := events[0].Started.At.Add(*told.Begun).Sub(killed), events[0].Started.At.Add(*told.Ended).Sub(killed)
	t.Logf("killed, with a lease of %s; %s later the undo began, %s later the power was back", lease, begun.Round(time.Millisecond), back.Round(time.Millisecond))
	require.Greater(t, begun, time.Duration(0))
	most := lease + within()
	require.Less(t, begun, most)
	require.Less(t, back, most+bed.Takes)
}

// lateOutside is late, and the node has not even booted.
func lateOutside(t *testing.T, bed Bed, fault faults.Fault) {
	boot := bed.Trace(t, bed)
	late(t, bed, fault)
	require.Equal(t, boot, bed.Trace(t, bed), "it has booted")
}

func doubleOutside(t *testing.T, bed Bed, fault func() faults.Fault) {
	run := bed.LongRun("run-double", "ann@desk")
	two := run.Injection(t, fault())
	require.NoError(t, two.Preflight(t.Context()))
	one := run.Armed(t, fault())
	whileWaiting(t, one, func() {
		require.ErrorContains(t, two.Arm(t.Context()), "is taken by the fault "+one.Targets()[0].Target.ID)
	})
	require.NoError(t, one.Fire(t.Context(), Admit))
	require.NoError(t, two.Undo(t.Context(), "engine", ""))
	require.NoError(t, one.Hold(t.Context(), time.Second), "the refused one's end does not touch the other")
	require.True(t, bed.Changed(t, bed))
	var failed *faults.PreflightError
	require.ErrorAs(t, bed.NewRun("run-other", "bob@desk").Injection(t, fault()).Preflight(t.Context()), &failed)
	require.NoError(t, one.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

func twiceOutside(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.LongRun("run-twice", "ann@desk")
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	for range 2 {
		require.Equal(t, remote.Done, bed.Keeper.Call(t.Context(), id, "end", "heal").State)
	}
	require.False(t, bed.Changed(t, bed))
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "undone is final, though its worker still runs")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	endedBy(t, "heal", fault, i) // the first undo is the one that counts
	bed.Clean(t)
}

// skippedOutside is skipped, and the node has neither lost its power nor booted.
func skippedOutside(t *testing.T, bed Bed, fault faults.Fault) {
	boot := bed.Trace(t, bed)
	skipped(t, bed, fault)
	require.False(t, bed.Changed(t, bed))
	require.Equal(t, boot, bed.Trace(t, bed), "it has booted")
}
