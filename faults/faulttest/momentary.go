package faulttest

import (
	"context"
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

// passes is Lives for a momentary fault: its trace shows that it struck, once
// and not when it was armed; it says by itself that it is over, and that counts
// as nobody's healing; the undo finds all as before, and does nothing more.
func passes(t testing.TB, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	trace := bed.Trace(t, bed)
	run := bed.NewRun("run-passes", "ann@desk")
	var asked time.Duration
	i := run.Struck(t, fault, func() {
		require.False(t, bed.Changed(t, bed), "arming has no effect by itself")
		if run.Lease == Lease {
			require.Equal(t, trace, bed.Trace(t, bed), "arming leaves no trace")
		}
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
	require.Eventually(t, func() bool { return !i.Kept(t.Context()) }, 50*time.Second, 200*time.Millisecond, "it is over by itself")
	require.False(t, i.Gone(t.Context()), "that it is over is no healing by the cloud")
	over := run.Journal.Target(t, record.Undoing)
	require.Equal(t, "itself", over.By)
	require.NotNil(t, over.NodeAt)
	t.Logf("over %s after it was effective (±%s): %s", *over.NodeAt-*held.NodeAt, over.Bound, over.Reason)
	struck := bed.Trace(t, bed)
	require.NotEqual(t, trace, struck, "over, and nothing has happened to the target")
	require.False(t, bed.Changed(t, bed), "over, and the target is not as it was")
	let()
	require.NoError(t, <-holding)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.Equal(t, struck, bed.Trace(t, bed), "the undo has struck it again")
	require.Equal(t, "itself", i.Targets()[0].By)
	bed.Clean(t)
}
