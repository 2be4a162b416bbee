package faulttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// On gives each test a bed: on runs f with it, perhaps at once with others.
type On func(t *testing.T, f func(t *testing.T, bed Bed))

// Kind runs what every kind of fault must stand. fault returns it anew for
// each test. What an engine that is killed leaves is run by Killed and KilledIn, which
// familytest.EngineKilled starts for each kind.
//
// What is foreign and in the way, or comes there meanwhile, is another thing for each
// family, and is proven to be refused or to stay as it was by the family's own tests:
//
//   - network: foreign_test.go, a table of nftables and a queue at an interface's root,
//     byte for byte at every step, on simulated and on real nodes; queue_preflight_test.go,
//     each sort of root queue that was recorded
//   - link: preflight_test.go and undo_test.go, whom else a redirect would strike
//   - file: node_test.go, a file, link or mode that somebody made meanwhile
//   - middleware: the tests of haproxy.drain (a server told by hand),
//     keystone.fernet_rotate (a key) and galera.desync (desynced by somebody)
//   - disk: disk_test.go, a table that somebody else gives a device, and who uses a disk
//   - resource: steps_test.go, an operator's own quota
//   - fabric: fabric's sim_test.go, a port that is a stranger's, an address of the switch
//   - neutron: router_namespace_test.go, a namespace that is somebody's
//   - nova: foreign_test.go, what somebody else has told Nova
//   - service: residue_test.go, units, tables and rules that only look like a fault's
//
// For the kinds of Deadman (one a family) something foreign that the fingerprint sees
// comes while the fault is held, and the undo neither takes it away nor is verified
// before it is gone.
func Kind(t *testing.T, on On, fault func() faults.Fault) {
	each(t, map[string]func(t *testing.T, bed Bed){
		core: func(t *testing.T, bed Bed) {
			if faults.Passing(fault()) {
				passes(t, bed, fault())
				return
			}
			Lives(t, bed, fault())
		},
		"abandoned by its engine, undone by the node within the lease + 2 s": func(t *testing.T, bed Bed) { abandoned(t, bed, fault()) },
		"an inject after the lease is fenced":                                func(t *testing.T, bed Bed) { late(t, bed, fault()) },
		"a double inject on one resource is refused":                         func(t *testing.T, bed Bed) { double(t, bed, fault) },
		"undo twice is harmless":                                             func(t *testing.T, bed Bed) { twice(t, bed, fault()) },
		"heal needs only the node":                                           func(t *testing.T, bed Bed) { heal(t, bed, fault()) },
		"a halt is seen by an inject":                                        func(t *testing.T, bed Bed) { halted(t, bed, fault) },
		"armed and never fired leaves nothing":                               func(t *testing.T, bed Bed) { skipped(t, bed, fault()) },
		"a reboot in the middle is undone at boot":                           func(t *testing.T, bed Bed) { rebooted(t, bed, fault()) },
		"a reboot while it waits lets none come":                             func(t *testing.T, bed Bed) { rebootedWaiting(t, bed, fault()) },
		"power lost before the disk has that it began is undone at boot":     func(t *testing.T, bed Bed) { powerLost(t, bed, fault()) },
	}, on)
	few(t, map[string]func(t *testing.T, bed Bed){
		"cut off from its controller, undone by the node within the lease + 2 s": func(t *testing.T, bed Bed) { severed(t, bed, fault()) },
		"an undo without root is stuck, and the node undoes it":                  func(t *testing.T, bed Bed) { powerless(t, bed, fault()) },
		"an inject that is killed half way is undone":                            func(t *testing.T, bed Bed) { broken(t, bed, fault()) },
	}, on)
}

// Lives takes a fault through its life: nothing changes before the inject, the
// target changes by it, for as long as it is held, and is as before after the
// undo. A fault that does nothing fails, whatever its probe says.
func Lives(t testing.TB, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	require.False(t, bed.Changed(t, bed), "the bed is healthy")
	run := bed.NewRun("run-lives", "ann@desk")
	var armed, meanwhile string
	var asked time.Duration
	var changed bool
	i := run.lasted(t, fault, func() {
		armed = bed.Fingerprint(t, fault)
		require.False(t, bed.Changed(t, bed), "arming has no effect by itself")
		asked = run.Clock.Now()
	}, func() {
		time.Sleep(2 * run.Lease) // it is held for that long: renewals, and no lease, keep it
		changed, meanwhile = bed.Changed(t, bed), bed.Fingerprint(t, fault)
	})
	held := run.Journal.Target(t, record.Held)
	require.NotEmpty(t, held.Effect)
	inNumbers(t, fault, held)
	require.NotNil(t, held.NodeAt)
	t.Logf("effective %s after it was asked for (±%s): %s", *held.NodeAt-asked, held.Bound, held.Effect)
	require.True(t, changed, "two leases later, and nothing of the target has changed")
	require.NotEqual(t, armed, meanwhile, "the fingerprint does not see what the undo must restore")
	for _, e := range run.Journal.Events() {
		require.False(t, e.Target != nil && e.Target.By == "itself", "its probe has lost sight of it while it was held: %+v", e.Target)
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, "engine", i.Targets()[0].By)
	bed.Clean(t)
}

func abandoned(t *testing.T, bed Bed, fault faults.Fault) {
	within := prompt(t, bed)
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-abandoned", "ann@desk")
	run.Lease = 2 * Lease // there is time to read when it ends
	i := run.Struck(t, fault)
	ends := leaseEnd(t, bed, i)
	Eventually(t, 3*run.Lease+15*time.Second, "the node heals by itself", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s-", i.ID()) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	told := faults.Afterwards(t.Context(), run.Journal.Events(), bed.Runner, nil)
	require.Len(t, told, 1)
	require.Equal(t, record.Undone, told[0].State)
	require.Equal(t, "lease", told[0].By, "the undo is the node's also where there is nothing left to undo")
	t.Log(told[0])
	require.Less(t, stamped(t, told[0].Stamps, "undoing").Up-ends, within(), "undo begins within the lease and 2 s")

	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "a renewal after the undo is fenced")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	endedBy(t, "lease", fault, i)
}

func late(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-late", "ann@desk")
	i := run.Armed(t, fault)
	// The lease is spent but for a moment: it must be refused, and no race.
	bed.Shell(t, "sleep %d", int(run.Lease.Seconds())-1)
	require.ErrorIs(t, i.Fire(t.Context(), Admit), faults.ErrFenced)
	require.False(t, bed.Changed(t, bed), "nothing happened to the target")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Fenced, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

func double(t *testing.T, bed Bed, fault func() faults.Fault) {
	run := bed.LongRun("run-double", "ann@desk")
	two := bed.NewRun("run-double-second", "ann@desk").Injection(t, fault())
	require.NoError(t, two.Preflight(t.Context()))
	one := run.Struck(t, fault())
	require.ErrorContains(t, two.Arm(t.Context()), "is taken by the fault "+one.Targets()[0].Target.ID)
	require.NoError(t, two.Undo(t.Context(), "engine", ""))
	require.NoError(t, one.Hold(t.Context(), time.Second), "the refused one's end does not touch the other")
	require.NoError(t, one.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

func twice(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.LongRun("run-twice", "ann@desk")
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	for range 2 {
		bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	}
	require.NotContains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed")
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "undone is final, though its timers still run")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	endedBy(t, "heal", fault, i) // the first undo is the one that counts
	bed.Clean(t)
}

func skipped(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.LongRun("run-skipped", "ann@desk")
	i := run.Armed(t, fault)
	require.NoError(t, i.Undo(t.Context(), "engine", "its trigger did not fire"))
	require.Equal(t, record.Skipped, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}
