package faulttest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Anew runs what every kind of fault must stand by which its node boots anew. It
// is Kind's promise: the undo at boot is the only one that there can be.
func Anew(t *testing.T, on On, fault func() faults.Fault) {
	each(t, map[string]func(t *testing.T, bed Bed){
		core: func(t *testing.T, bed Bed) { livesAnew(t, bed, fault()) },
		"abandoned by its engine, undone at boot":    func(t *testing.T, bed Bed) { abandonedAnew(t, bed, fault()) },
		"an inject after the lease is fenced":        func(t *testing.T, bed Bed) { late(t, bed, fault()) },
		"a double inject on one node is refused":     func(t *testing.T, bed Bed) { doubleAnew(t, bed, fault) },
		"undo twice is harmless":                     func(t *testing.T, bed Bed) { twiceAnew(t, bed, fault()) },
		"a halt is seen by an inject":                func(t *testing.T, bed Bed) { haltedAnew(t, bed, fault()) },
		"armed and never fired leaves nothing":       func(t *testing.T, bed Bed) { skipped(t, bed, fault()) },
		"a reboot before the inject lets none come":  func(t *testing.T, bed Bed) { rebootedBefore(t, bed, fault()) },
		"an end before the node goes waits for it":   func(t *testing.T, bed Bed) { endedBefore(t, bed, fault()) },
		"a renewal while the node goes ends nothing": func(t *testing.T, bed Bed) { going(t, bed, fault()) },
	}, on)
}

// livesAnew takes a fault through its life: the node has booted anew, once and
// not when it was armed, by who looks for himself; that it is over is no fence
// to whoever holds it.
func livesAnew(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	run := bed.NewRun("run-lives", "ann@desk")
	run.Lease = MaxLease
	i := run.Armed(t, fault)
	whileWaiting(t, i, func() { require.Equal(t, boot, bed.Trace(t, bed), "arming leaves no trace") })
	asked := run.Clock.Now()
	require.NoError(t, i.Fire(t.Context(), Admit))
	held := run.Journal.Target(t, record.Held)
	require.Contains(t, held.Effect, "boot "+boot+" is over, and ")
	require.NotNil(t, held.NodeAt)
	told := run.Journal.Target(t, record.Injecting)
	require.NotNil(t, told.NodeAt)
	require.GreaterOrEqual(t, *told.NodeAt+told.Bound, asked)
	require.Less(t, *told.NodeAt-told.Bound-asked, run.Lease/2, "later it would have been fenced")
	require.Less(t, *held.NodeAt-*told.NodeAt, 2*time.Second, "it began when it was told to, not when it was seen")
	seen := run.Clock.Now() - *held.NodeAt
	require.Greater(t, seen, 900*time.Millisecond, "no node boots within that time")
	t.Logf("effective %s after it was asked for (±%s), seen %s after that: %s", *held.NodeAt-asked, held.Bound, seen, held.Effect)
	now := bed.Trace(t, bed)
	require.NotEqual(t, boot, now, "it says that it has booted anew, and has not")
	require.NoError(t, i.Hold(t.Context(), 2*Lease), "it ended as it must, which is no fence")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.Equal(t, now, bed.Trace(t, bed), "it has booted once more")
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, "itself", i.Targets()[0].By, "it ended as it was to, and not because of its dead-man")
	ended := slices.ContainsFunc(run.Journal.Events(), func(e record.Event) bool {
		return e.Target != nil && e.Target.By == "itself" && e.Target.Reason == "it ended by itself: the node has booted anew"
	})
	require.True(t, ended, "the record says why")
	if woken(t, bed, fault) {
		noted := slices.ContainsFunc(run.Journal.Events(), func(e record.Event) bool {
			return e.Note != nil && strings.Contains(e.Note.Text, ": its power was away for ")
		})
		require.True(t, noted, "the record says how long it was off")
	}
	bed.Clean(t)
}

// abandonedAnew hands the inject over and is gone: what is on the node's disk
// does the rest, and knows when it began.
func abandonedAnew(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	run := bed.NewRun("run-abandoned", "ann@desk")
	run.Lease = 3 * Lease // the inject is handed over well before half of it
	i := run.Armed(t, fault)
	id := i.Targets()[0].Target.ID
	if woken(t, bed, fault) { // as the engine does before
		require.Contains(t, string(bed.Keeper.Call(t.Context(), id, "inject").Stdout), "injected")
	}
	bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "sh /run/eris/$1/guard.sh inject $1", Args: []string{id}, Root: true, Timeout: 15 * time.Second})
	anew(t, bed, id)
	require.NotEqual(t, boot, bed.Trace(t, bed))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.Subset(t, events(overOf(t, bed.Clean(t), id).Stamps),
		[]string{"injecting engine", "held engine", "ended itself", "undoing boot", "undone boot", "verified boot"})
	told := faults.Afterwards(t.Context(), run.Journal.Events(), bed.Runner, bed.Keeper)
	require.Len(t, told, 1)
	require.Equal(t, record.Undone, told[0].State)
	require.Equal(t, "boot", told[0].By)
	if woken(t, bed, fault) {
		Eventually(t, time.Minute, "who switched it on is done", func() bool {
			return strings.Contains(bed.Told(t, id), " verified ")
		})
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

// woken tells that somebody outside of its node has to switch it on.
func woken(t *testing.T, bed Bed, fault faults.Fault) bool {
	t.Helper()
	target := bed.Target()
	target.ID = "7f3c0a1e-nobody-1-1"
	s, err := fault.Scripts(target)
	require.NoError(t, err)
	return s.Outside == faults.Wake
}

// anew waits until nothing of a fault is left on its node, which may be away.
func anew(t *testing.T, bed Bed, id string) {
	t.Helper()
	Eventually(t, 2*time.Minute, "the undo at boot is verified", func() bool {
		return bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{
			Script: "! ls -A /run/eris /var/lib/eris | grep -q -x $1", Args: []string{id}, Root: true, Timeout: 5 * time.Second,
		}).OK()
	})
}

func doubleAnew(t *testing.T, bed Bed, fault func() faults.Fault) {
	boot := bed.Trace(t, bed)
	two := bed.NewRun("run-double-second", "ann@desk").Injection(t, fault())
	require.NoError(t, two.Preflight(t.Context()))
	one := bed.LongRun("run-double", "ann@desk").Armed(t, fault())
	require.ErrorContains(t, two.Arm(t.Context()), "is taken by the fault "+one.Targets()[0].Target.ID)
	require.NoError(t, two.Undo(t.Context(), "engine", ""))
	require.NoError(t, one.Undo(t.Context(), "engine", ""))
	require.Equal(t, boot, bed.Trace(t, bed))
	bed.Clean(t)
}

func twiceAnew(t *testing.T, bed Bed, fault faults.Fault) {
	i := bed.LongRun("run-twice", "ann@desk").Armed(t, fault)
	require.NoError(t, i.Fire(t.Context(), Admit))
	boot, id := bed.Trace(t, bed), i.Targets()[0].Target.ID
	for range 2 {
		bed.Shell(t, "for guard in /run/eris/%[1]s/guard.sh /var/lib/eris/%[1]s/guard.sh; do [ ! -e $guard ] || sh $guard undo %[1]s heal; done", id)
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "itself", i.Targets()[0].By, "the first end is the one that counts")
	require.Equal(t, boot, bed.Trace(t, bed))
	bed.Clean(t)
}

func haltedAnew(t *testing.T, bed Bed, fault faults.Fault) {
	boot := bed.Trace(t, bed)
	i := bed.LongRun("run-halt", "ann@desk").Armed(t, fault)
	bed.Shell(t, "echo 'too hot' >/run/eris/halt")
	require.ErrorIs(t, i.Fire(t.Context(), Admit), faults.ErrHalted)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Refused, i.State())
	require.Equal(t, boot, bed.Trace(t, bed))
	bed.Shell(t, "rm /run/eris/halt")
	bed.Clean(t)
}

// rebootedBefore has the node boot anew while the fault waits for its trigger.
func rebootedBefore(t *testing.T, bed Bed, fault faults.Fault) {
	i := bed.LongRun("run-reboot", "ann@desk").Armed(t, fault)
	require.NoError(t, bed.Reboot(t.Context()))
	anew(t, bed, i.Targets()[0].Target.ID)
	boot := bed.Trace(t, bed)
	require.ErrorIs(t, i.Fire(t.Context(), Admit), faults.ErrFenced)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Fenced, i.State())
	require.Equal(t, boot, bed.Trace(t, bed))
	bed.Clean(t)
}

// going has the timers of a node that goes away go before it, as systemd stops
// them: the renewal that finds that is not to undo what only the boot can end.
func going(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.LongRun("run-going", "ann@desk")
	i := run.Armed(t, changed{fault, func(s *faults.Scripts) {
		s.Inject, s.Observe = "echo '1 1' >began\n", "echo it goes\n"
	}})
	id := i.Targets()[0].Target.ID
	require.Contains(t, bed.Shell(t, "sh /run/eris/%[1]s/guard.sh inject %[1]s", id), "effect it goes")
	require.Contains(t, bed.Shell(t, "systemctl stop eris-%[1]s-lease.timer; sh /run/eris/%[1]s/guard.sh renew %[1]s", id), "going ")
	require.Equal(t, "held", bed.Shell(t, "cat /run/eris/%s/state", id))
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh end %[1]s heal", id)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// endedBefore has somebody end the fault when the node was told to go and is held
// up: that nothing has happened yet is no proof that nothing will.
func endedBefore(t *testing.T, bed Bed, fault faults.Fault) {
	before, boot := bed.Fingerprint(t, fault), bed.Trace(t, bed)
	run := bed.LongRun("run-ended", "ann@desk")
	i := run.Armed(t, changed{fault, func(s *faults.Scripts) { s.Inject = heldUp(s.Inject) }})
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh inject %[1]s", id)
	require.Equal(t, boot, bed.Trace(t, bed))
	require.NotContains(t, bed.Shell(t, "sh /run/eris/%[1]s/guard.sh end %[1]s heal", id), "verified")
	require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal the node was told to boot anew and has not yet")
	require.NoError(t, bed.Reboot(t.Context()))
	anew(t, bed, id)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// heldUp is an inject whose last line, by which its node goes, is held up.
func heldUp(inject string) string {
	lines := strings.Split(strings.TrimSpace(inject), "\n")
	return strings.Join(lines[:len(lines)-1], "\n") + "\n"
}
