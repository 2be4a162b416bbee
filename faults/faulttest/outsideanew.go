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

// OutsideAnew runs what every kind of fault must stand that is kept from outside
// and after which its node comes back by itself. That it was gone is seen by its
// boot: the bed's trace.
func OutsideAnew(t *testing.T, on On, fault func() faults.Fault) {
	each(t, map[string]func(t *testing.T, bed Bed){
		core: func(t *testing.T, bed Bed) { livesOutsideAnew(t, bed, fault()) },
		"abandoned by its engine, back all the same": func(t *testing.T, bed Bed) { abandonedOutsideAnew(t, bed, fault()) },
		"an inject after the lease is fenced":        func(t *testing.T, bed Bed) { lateOutside(t, bed, fault()) },
		"a double inject on one node is refused":     func(t *testing.T, bed Bed) { doubleOutsideAnew(t, bed, fault) },
		"an end while the node is away waits for it": func(t *testing.T, bed Bed) { endedOutsideAnew(t, bed, fault()) },
		"undo twice is harmless":                     func(t *testing.T, bed Bed) { twiceOutside(t, bed, fault()) },
		"armed and never fired leaves nothing":       func(t *testing.T, bed Bed) { skippedOutside(t, bed, fault()) },
	}, on)
}

// livesOutsideAnew takes a fault through its life: it began when it was told to,
// the node was seen to go, and to come back, each with its size, and has booted
// once.
func livesOutsideAnew(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	run := bed.NewRun("run-lives", "ann@desk")
	run.Lease = MaxLease
	var asked time.Duration
	i := run.Struck(t, fault, func() {
		require.Equal(t, boot, bed.Trace(t, bed), "arming has no effect by itself")
		asked = run.Clock.Now()
	})
	held := run.Journal.Target(t, record.Held)
	require.NotEmpty(t, held.Effect)
	require.NotNil(t, held.NodeAt)
	require.GreaterOrEqual(t, *held.NodeAt+held.Bound, asked)
	t.Logf("gone %s after it was asked for (±%s): %s", *held.NodeAt-asked, held.Bound, held.Effect)
	ctx, let := context.WithCancel(t.Context())
	defer let()
	holding := make(chan error, 1)
	go func() { holding <- i.Hold(ctx, 3*time.Minute) }()
	require.False(t, i.Gone(t.Context()), "that it is away is no healing")
	over := passed(t, run, i, 2*time.Minute)
	require.False(t, i.Gone(t.Context()), "that it is over is no healing by the cloud")
	require.Equal(t, over, run.Journal.Target(t, record.Undoing), "nobody else has ended it")
	require.Contains(t, over.Reason, "its sshd answers again, ")
	require.NotNil(t, over.NodeAt)
	away := *over.NodeAt - *held.NodeAt
	t.Logf("back %s after it went (±%s): %s", away, over.Bound, over.Reason)
	require.Greater(t, away, 700*time.Millisecond, "no node boots within that time")
	let()
	require.NoError(t, <-holding, "it ended as it must, which is no fence")
	require.NoError(t, i.Hold(t.Context(), time.Second), "nor to who renews it")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.NotEqual(t, boot, bed.Trace(t, bed), "it says that it has booted anew, and has not")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, "itself", i.Targets()[0].By, "it ended as it was to, and not because of its dead-man")
	bed.Clean(t)
}

func abandonedOutsideAnew(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	run := bed.NewRun("run-abandoned", "ann@desk")
	i := run.Struck(t, fault)
	told := healedOutside(t, bed, run.Journal.Events(), i.Targets()[0].Target.ID, run.Lease, fault, before)
	require.Contains(t, events(told.Stamps), "ended itself", "its worker has seen it come back")
	require.NotEqual(t, boot, bed.Trace(t, bed))
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "a renewal after the undo is fenced")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	endedBy(t, "lease", fault, i)
}

func doubleOutsideAnew(t *testing.T, bed Bed, fault func() faults.Fault) {
	boot := bed.Trace(t, bed)
	run := bed.LongRun("run-double", "ann@desk")
	two := run.Injection(t, fault())
	require.NoError(t, two.Preflight(t.Context()))
	one := run.Armed(t, fault())
	whileWaiting(t, one, func() {
		require.ErrorContains(t, two.Arm(t.Context()), "is taken by the fault "+one.Targets()[0].Target.ID)
		var failed *faults.PreflightError
		require.ErrorAs(t, bed.NewRun("run-other", "bob@desk").Injection(t, fault()).Preflight(t.Context()), &failed)
		require.NoError(t, two.Undo(t.Context(), "engine", ""))
	})
	require.NoError(t, one.Fire(t.Context(), Admit), "the refused one's end does not touch the other")
	require.NoError(t, one.Undo(t.Context(), "engine", ""))
	require.NotEqual(t, boot, bed.Trace(t, bed))
	bed.Clean(t)
}

// endedOutsideAnew ends a fault as soon as its node is gone: that its power is on
// is no end, and how long it was away is told all the same.
func endedOutsideAnew(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	i := bed.LongRun("run-ended", "ann@desk").Struck(t, fault)
	id := i.Targets()[0].Target.ID
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "engine", i.Targets()[0].By)
	require.NotEqual(t, boot, bed.Trace(t, bed))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.Contains(t, bed.Told(t, id), " ended itself ")
	bed.Clean(t)
}

// stamped is a fault's first stamp of that event.
func stamped(t testing.TB, stamps []faults.Stamp, event string) faults.Stamp {
	t.Helper()
	at := slices.IndexFunc(stamps, func(s faults.Stamp) bool { return s.Event == event })
	require.GreaterOrEqual(t, at, 0, "no stamp of %s, only %q", event, events(stamps))
	return stamps[at]
}

// events are the stamps of a fault, in words.
func events(stamps []faults.Stamp) []string {
	var all []string
	for _, s := range stamps {
		all = append(all, s.Event+" "+s.By)
	}
	return all
}
