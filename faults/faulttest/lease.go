package faulttest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// The tests' leases. A test starts with Lease: short, so that it need not wait
// for long. The lifecycle refuses to go on where half of a lease was spent on
// arming, and must: a machine that is so slow gets twice the lease, up to
// MaxLease, and the test's log says so. Only time that has really passed is a
// reason; whatever else is refused fails the test at once.
const (
	Lease    = 5 * time.Second
	MaxLease = 20 * time.Second // an undo that hangs ends by itself after 30 s
	// LongLease is of a test that does not wait for its end, on whatever machine.
	LongLease = time.Minute
)

// ready arms a fault and, if it is to be fired, fires it; armed is called in
// between. slow says that this machine has spent so much of the lease on it
// that the fault is of no use to a test, whether or not it was refused: a
// quarter until it was armed (of MaxLease half), half until it was seen.
func ready(ctx context.Context, clock record.Clock, i *faults.Injection, lease time.Duration, fire bool, armed func()) (slow bool, err error) {
	began := clock.Now()
	if err := i.Arm(ctx); err != nil {
		return clock.Now()-began > lease/2, err
	}
	if clock.Now()-began > lease/4 && lease < MaxLease {
		return true, nil
	}
	if !fire {
		return false, nil
	}
	armed()
	err = i.Fire(ctx, Admit)
	return clock.Now()-began > lease/2 && (err == nil || errors.Is(err, faults.ErrFenced)), err
}

// Armed is Injection, taken to the moment before its trigger.
func (r *Run) Armed(t testing.TB, fault faults.Fault) *faults.Injection {
	t.Helper()
	return r.ready(t, fault, false, func() {})
}

// whileWaiting does something while an armed fault waits for its trigger, its lease
// being renewed as in a run.
func whileWaiting(t testing.TB, i *faults.Injection, do func()) {
	t.Helper()
	meanwhile(t, i.Wait, do)
}

// whileHeld does something while a fault is held, its lease being renewed as in a run:
// what is looked at then may take longer than a lease on a busy machine.
func whileHeld(t testing.TB, i *faults.Injection, do func()) {
	t.Helper()
	meanwhile(t, func(ctx context.Context) error { return i.Hold(ctx, time.Hour) }, do)
}

// meanwhile does something while what is kept is kept.
func meanwhile(t testing.TB, keep func(context.Context) error, do func()) {
	t.Helper()
	require.NoError(t, kept(t, keep, do))
}

// kept is what becomes of what is kept while something is done.
func kept(t testing.TB, keep func(context.Context) error, do func()) error {
	t.Helper()
	ctx, done := context.WithCancel(t.Context())
	defer done()
	ended := make(chan error, 1)
	go func() { ended <- keep(ctx) }()
	do()
	done()
	return <-ended
}

// lasted is Struck, and looks while it is held. A machine that lets a renewal wait
// until the lease has ended gets twice the lease, as in ready. What look has seen
// counts only then when it was held to the end, so look judges nothing itself.
func (r *Run) lasted(t testing.TB, fault faults.Fault, armed, look func()) *faults.Injection {
	t.Helper()
	for {
		i := r.Struck(t, fault, armed)
		err := kept(t, func(ctx context.Context) error { return i.Hold(ctx, time.Hour) }, look)
		i.Kept(t.Context()) // the node tells who has ended it, if somebody has
		if i.Targets()[0].By != "lease" || r.Lease >= MaxLease {
			require.NoError(t, err)
			return i
		}
		t.Logf("its renewal came after the end of a lease of %s on this machine (%v): again with twice that", r.Lease, err)
		r.again(t, i)
	}
}

// Struck is Injection, taken to its effect, with at least half of its lease
// left. Each armed is called while the fault waits for its trigger.
func (r *Run) Struck(t testing.TB, fault faults.Fault, armed ...func()) *faults.Injection {
	t.Helper()
	return r.ready(t, fault, true, func() {
		for _, look := range armed {
			look()
		}
	})
}

// ready is the function of that name, with a new run and twice the lease as
// long as the machine is too slow.
func (r *Run) ready(t testing.TB, fault faults.Fault, fire bool, armed func()) *faults.Injection {
	t.Helper()
	for {
		i := r.Injection(t, fault)
		require.NoError(t, i.Preflight(t.Context()))
		slow, err := ready(t.Context(), r.Clock, i, r.Lease, fire, armed)
		if !slow || err == nil && r.Lease >= MaxLease && (i.State() == record.Held) == fire {
			if err != nil {
				// Nothing of it is to be in the next test's way until its lease ends.
				err = errors.Join(err, i.Undo(t.Context(), "engine", "it failed"))
			}
			require.NoError(t, err)
			return i
		}
		require.Less(t, r.Lease, MaxLease, "this machine is too slow: %v", err)
		t.Logf("arming took too much of a lease of %s on this machine (%v): again with twice that", r.Lease, err)
		if state := i.State(); state == record.Armed || state == record.Failed {
			require.False(t, r.bed.Changed(t, r.bed), "arming has no effect by itself")
		}
		r.again(t, i)
	}
}

// again ends a fault and makes a new run, with twice the lease.
func (r *Run) again(t testing.TB, i *faults.Injection) {
	t.Helper()
	require.NoError(t, i.Undo(t.Context(), "engine", "a slow machine"))
	again := r.bed.NewRun(r.id+"-again", r.owner)
	again.Lease, again.timing = min(2*r.Lease, MaxLease), r.timing
	*r = *again
}

// leaseEnd is when the node ends a fault that nobody renews any more, by the node's
// monotonic clock. An inject that takes its time is renewed meanwhile.
func leaseEnd(t *testing.T, bed Bed, i *faults.Injection) time.Duration {
	t.Helper()
	return bed.moment(t, "/run/eris/"+i.Targets()[0].Target.ID+"/lease-until")
}

// moment is that of the node's monotonic clock which a file on the node has.
func (b Bed) moment(t testing.TB, file string) time.Duration {
	t.Helper()
	at, err := strconv.ParseInt(b.Shell(t, "cat %s", file), 10, 64)
	require.NoError(t, err)
	return time.Duration(at) * time.Millisecond
}
