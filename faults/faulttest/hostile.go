package faulttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// changed is a fault with one of its scripts replaced.
type changed struct {
	faults.Fault
	change func(s *faults.Scripts)
}

func (c changed) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := c.Fault.Scripts(target)
	c.change(&s)
	return s, err
}

// Beside is that of the fault itself.
func (c changed) Beside() bool {
	besider, ok := c.Fault.(faults.Besider)
	return ok && besider.Beside()
}

// Deadman runs what the dead-man must stand, whatever the kind: it needs one
// kind only.
func Deadman(t *testing.T, on On, fault func() faults.Fault) {
	cases := map[string]func(t *testing.T, bed Bed){}
	for name, test := range map[string]func(t *testing.T, bed Bed, fault faults.Fault){
		"an inject that hangs is ended by the undo":                   hangingInject,
		"an inject that the undo ends before it began is fenced":      endedInject,
		"an undo that hangs is ended and run again":                   hangingUndo,
		"an undo that cannot be verified is tried again until it can": unverified,
		"the TTL ends a fault that is renewed for ever":               outlived,
		"a lost lease timer ends the fault at once":                   timerLost,
		"a renewal that finds its lease over ends the fault":          leaseOver,
		"root missing is caught in preflight":                         noRoot,
	} {
		cases[name] = func(t *testing.T, bed Bed) { test(t, bed, fault()) }
	}
	each(t, cases, on)
}

func hangingInject(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-hanging-inject", "ann@desk")
	run.Lease = 3 * Lease // ends before the inject, and not before that is seen
	i := run.Armed(t, changed{fault, func(s *faults.Scripts) { s.Inject += "\nsleep 25\n" }})
	id := i.Targets()[0].Target.ID
	bed.cut(t, remote.Command{Script: "sh /run/eris/$1/guard.sh inject $1", Args: []string{id}, Root: true}, func() bool {
		return bed.Shell(t, "cat /run/eris/%s/state", id) == "injecting"
	})
	Eventually(t, run.Lease+15*time.Second, "the dead-man ends the inject and undoes it", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "lease", i.Targets()[0].By)
}

// endedInject keeps an inject waiting for the fault's lock until the lease has
// ended: the undo ends it, and it is certain that nothing was injected.
func endedInject(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-ended-inject", "ann@desk")
	run.Lease = 2 * Lease
	i := run.Armed(t, fault)
	id := i.Targets()[0].Target.ID
	locked := make(chan remote.Result, 1)
	go func() {
		locked <- bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{
			Script: `flock /run/eris/$1/lock sh -c 'touch /run/eris/$1/busy
` + sleepUntil + `sleep_until $(($(cat /run/eris/$1/lease-until) + 1000))' busy $1`, Args: []string{id}, Root: true, Timeout: time.Minute,
		})
	}()
	Eventually(t, 10*time.Second, "the lock is taken", func() bool {
		return bed.Shell(t, "ls -A /run/eris/%s 2>/dev/null | grep -c '^busy$'", id) == "1"
	})
	// Who waits for the lock gives up after 5 s: the lease ends in the middle of that.
	bed.Shell(t, sleepUntil+"sleep_until $(($(cat /run/eris/%s/lease-until) - 2500))", id)
	require.ErrorIs(t, i.Fire(t.Context(), Admit), faults.ErrFenced)
	require.False(t, bed.Changed(t, bed), "nothing happened to the target")
	require.True(t, (<-locked).OK())
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Fenced, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// sleepUntil has a function that sleeps until that moment of a node's monotonic clock, in
// milliseconds.
const sleepUntil = `sleep_until() {
	while read -r up idle </proc/uptime && [ "$((${up%%.*} * 1000))" -lt "$1" ]; do
		sleep 0.1
	done
}
`

func hangingUndo(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-hanging-undo", "ann@desk")
	i := run.Struck(t, changed{fault, func(s *faults.Scripts) {
		s.Undo = "if [ ! -e hung ]; then touch hung; sleep 60; fi\n" + s.Undo
	}})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	for _, stamp := range overOf(t, bed.Clean(t), i.Targets()[0].Target.ID).Stamps {
		require.NotEqual(t, "undo-failed", stamp.Event, "it ran into its own time limit, and was not ended by the lease timer's undo")
	}
}

// unverified has something foreign change the target while the fault is held:
// the fingerprint differs until it is gone, and then the node alone finishes.
func unverified(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-unverified", "ann@desk")
	i := run.Struck(t, fault)
	var settle func()
	whileHeld(t, i, func() { settle = bed.Disturb(t, bed) })
	id := i.Targets()[0].Target.ID
	Eventually(t, 2*run.Lease+10*time.Second, "undone by the lease, and again", func() bool {
		return !bed.Changed(t, bed) && bed.Shell(t, "cat /run/eris/%s/state", id) == "undone"
	})
	bed.Shell(t, "sleep 1")
	require.Equal(t, "undone", bed.Shell(t, "cat /run/eris/%s/state", id), "not disarmed while the fingerprint differs")
	settle()
	Eventually(t, run.Lease+10*time.Second, "verified by the node alone", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "lease", i.Targets()[0].By)
}

func outlived(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-outlived", "ann@desk")
	run.Lease = 2 * Lease
	run.timing = func(lease time.Duration) faults.Timing {
		return faults.Timing{Hold: 4 * time.Second, Lease: lease, TTL: 4*time.Second + lease}
	}
	i := run.Struck(t, fault)
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "ttl", i.Targets()[0].By)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

func timerLost(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-timer-lost", "ann@desk")
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.loseTimer(t, id)
	over(t, bed, i)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// leaseOver has the lease end without a timer that would see it: the renewal
// that comes too late is the first to know.
func leaseOver(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-lease-over", "ann@desk")
	run.Lease = 2 * Lease // its timer is lost before it ends
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.loseTimer(t, id)
	bed.Shell(t, "sleep %d", int(run.Lease.Seconds()))
	require.Equal(t, "held", bed.Shell(t, "cat /run/eris/%s/state", id), "nobody else has ended it")
	over(t, bed, i)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// over asserts that what Hold says of a fault on whose node nobody else acts
// is so: by the time that it says fenced, the node has undone it.
func over(t *testing.T, bed Bed, i *faults.Injection) {
	t.Helper()
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced)
	require.Contains(t, []string{"undone", "gone"}, bed.Shell(t, "cat /run/eris/%s/state 2>/dev/null || echo gone", i.Targets()[0].Target.ID))
	require.False(t, bed.Changed(t, bed), "said to be over, and the target is not as it was")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "lease", i.Targets()[0].By)
}

func noRoot(t *testing.T, bed Bed, fault faults.Fault) {
	if bed.Rootless == nil {
		t.Fatal("the bed has no runner without root")
	}
	poor := bed
	poor.Runner = bed.Rootless
	run := poor.NewRun("run-rootless", "ann@desk")
	var failed *faults.PreflightError
	require.ErrorAs(t, run.Injection(t, fault).Preflight(t.Context()), &failed)
	require.ErrorContains(t, failed, "root")
	bed.Clean(t)
}
