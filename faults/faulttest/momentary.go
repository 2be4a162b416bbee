package faulttest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// endedBy asserts who ended a fault: a momentary one may have been quicker.
func endedBy(t testing.TB, by string, fault faults.Fault, i *faults.Injection) {
	t.Helper()
	want := []string{by}
	if faults.Passing(fault) {
		want = append(want, "itself")
	}
	require.Contains(t, want, i.Targets()[0].By)
}

// passed waits until a fault that is held says by itself that it is over, and is given
// the journal's word of it. That the node gives no answer is none.
func passed(t testing.TB, run *Run, i *faults.Injection, limit time.Duration) (over record.TargetEvent) {
	t.Helper()
	require.Eventually(t, func() bool {
		return !i.Kept(t.Context()) && slices.ContainsFunc(run.Journal.Events(), func(e record.Event) bool {
			if e.Target == nil || e.Target.State != record.Undoing || e.Target.By != "itself" {
				return false
			}
			over = *e.Target
			return true
		})
	}, limit, 200*time.Millisecond, "it is over by itself")
	return over
}

// passes is Lives for a momentary fault: its trace shows that it struck, once
// and not when it was armed; it says by itself that it is over, and that counts
// as nobody's healing; the undo finds all as before, and does nothing more.
func passes(t testing.TB, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	trace := bed.Trace(t, bed)
	run := bed.NewRun("run-passes", "ann@desk")
	run.Lease = MaxLease
	var asked time.Duration
	i := run.Struck(t, fault, func() {
		require.False(t, bed.Changed(t, bed), "arming has no effect by itself")
		require.Equal(t, trace, bed.Trace(t, bed), "arming leaves no trace")
		asked = run.Clock.Now()
	})
	held := run.Journal.Target(t, record.Held)
	require.NotEmpty(t, held.Effect)
	require.NotNil(t, held.NodeAt)
	t.Logf("effective %s after it was asked for (±%s): %s", *held.NodeAt-asked, held.Bound, held.Effect)
	holding := make(chan error, 1)
	ctx, let := context.WithCancel(t.Context())
	defer let()
	go func() { holding <- i.Hold(ctx, time.Minute) }()
	over := passed(t, run, i, 50*time.Second)
	require.False(t, i.Gone(t.Context()), "that it is over is no healing by the cloud")
	require.Equal(t, over, run.Journal.Target(t, record.Undoing), "nobody else has ended it")
	require.NotNil(t, over.NodeAt)
	t.Logf("over %s after it was effective (±%s): %s", *over.NodeAt-*held.NodeAt, over.Bound, over.Reason)
	struck := bed.Trace(t, bed)
	require.NotEqual(t, trace, struck, "over, and nothing has happened to the target")
	require.False(t, bed.Changed(t, bed), "over, and the target is not as it was")
	let()
	require.NoError(t, <-holding)
	require.NoError(t, i.Hold(t.Context(), time.Second), "that it is over is no fence to who renews it")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.Equal(t, struck, bed.Trace(t, bed), "the undo has struck it again")
	require.Equal(t, "itself", i.Targets()[0].By)
	bed.Clean(t)
}
