package faulttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

func heal(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.LongRun("run-heal", "ann@desk")
	i := run.Struck(t, fault)
	d := faults.Doctor(t.Context(), bed.Runner, []string{bed.Node.Name})[0]
	require.NotEmpty(t, d.Residue, "doctor sees a living fault")
	for _, r := range d.Residue { // its timers and files are no residue: to stop them would end its dead-man
		require.Contains(t, r.Remedy, "guard.sh end "+i.Targets()[0].Target.ID+" heal")
	}

	h := faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 20*time.Second)[0]
	require.NoError(t, h.Err)
	require.True(t, h.OK(), "%v", h.Left)
	require.Equal(t, []string{i.Targets()[0].Target.ID}, h.Undone)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	endedBy(t, "heal", fault, i)
}

func halted(t *testing.T, bed Bed, fault func() faults.Fault) {
	before := bed.Fingerprint(t, fault())
	run := bed.LongRun("run-halt", "ann@desk")
	held := run.Struck(t, fault())
	h := faults.Halt(t.Context(), bed.Runner, []string{bed.Node.Name}, "customers call", 20*time.Second)[0]
	require.True(t, h.OK() && h.Halted, "%+v", h)
	require.Equal(t, before, bed.Fingerprint(t, fault()))
	require.NoError(t, held.Undo(t.Context(), "halt", ""))
	endedBy(t, "halt", fault(), held)

	var failed *faults.PreflightError
	require.ErrorAs(t, run.Injection(t, fault()).Preflight(t.Context()), &failed)
	require.ErrorContains(t, failed, "eris was halted here: customers call")

	// A halt between arming and the trigger.
	require.Empty(t, faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, time.Second)[0].Left)
	armed := run.Armed(t, fault())
	bed.Shell(t, "echo 'too hot' >/run/eris/halt")
	require.ErrorIs(t, armed.Fire(t.Context(), Admit), faults.ErrHalted)
	require.NoError(t, armed.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Refused, armed.State())
	bed.Shell(t, "rm /run/eris/halt")
	require.Equal(t, before, bed.Fingerprint(t, fault()))
	bed.Clean(t)
}

// Halts asserts that a halt holds until heal, through a boot of the node too, that a run
// is told of it by its claim, and that a renewal tells it also where the halt has
// ended the fault before. The node is one that can boot anew.
func Halts(t *testing.T, bed Bed, fault faults.Fault) {
	t.Helper()
	nodes := []string{bed.Node.Name}
	run := bed.LongRun("run-"+t.Name(), "ann@desk")
	i := run.Struck(t, fault)
	bed.Shell(t, "echo 'too hot' >/run/eris/halt; sh /run/eris/%[1]s/guard.sh undo %[1]s halt", i.Targets()[0].Target.ID)
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrHalted)
	require.NoError(t, i.Undo(t.Context(), "halt", ""))

	require.True(t, faults.Halt(t.Context(), bed.Runner, nodes, "customers call", 20*time.Second)[0].Halted)
	require.NoError(t, bed.Reboot(t.Context()))
	require.Equal(t, "customers call", faults.Doctor(t.Context(), bed.Runner, nodes)[0].Halt)
	require.ErrorContains(t, run.Lifecycle.Claim(t.Context(), nodes, Lease), "halted on "+bed.Node.Name+": customers call; eris heal ends the halt")
	require.True(t, faults.Heal(t.Context(), bed.Runner, nodes, time.Second)[0].OK())
	require.Empty(t, faults.Doctor(t.Context(), bed.Runner, nodes)[0].Halt)
	require.NoError(t, run.Lifecycle.Claim(t.Context(), nodes, Lease))
	run.Lifecycle.Release(t.Context())

	for _, c := range []struct {
		in                 string
		written, forgotten bool
	}{{"/var/lib/eris", true, true}, {"/run/eris", true, false}, {"/run/eris /var/lib/eris", false, true}} {
		bed.Shell(t, "for place in %s; do mkdir $place/halt; done", c.in) // so that no file of that name can be written
		h := faults.Halt(t.Context(), bed.Runner, nodes, "no room", time.Second)[0]
		require.Equal(t, []bool{c.written, c.forgotten}, []bool{h.Halted, h.Forgets}, "%s: %+v", c.in, h)
		bed.Shell(t, "for place in %s; do rmdir $place/halt; done", c.in)
		require.True(t, faults.Heal(t.Context(), bed.Runner, nodes, time.Second)[0].OK())
	}
	bed.Clean(t)
}

// rebooted has the node boot anew while the fault is held.
func rebooted(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-reboot", "ann@desk")
	i := run.Struck(t, fault)
	undoneAtBoot(t, bed, fault, i, before)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	endedBy(t, "boot", fault, i)
}

// undoneAtBoot has the node boot anew, waits until the undo there is verified, and is
// given the stamps of it.
func undoneAtBoot(t *testing.T, bed Bed, fault faults.Fault, i *faults.Injection, before string) []faults.Stamp {
	t.Helper()
	id := i.Targets()[0].Target.ID
	renewed(t, bed, id)
	require.NoError(t, bed.Reboot(t.Context()))
	Eventually(t, max(bed.Settles, time.Minute), "the undo at boot is verified", func() bool {
		return bed.Shell(t, "ls -A /var/lib/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	past := overOf(t, bed.Clean(t), id)
	last := past.Stamps[len(past.Stamps)-1]
	require.Equal(t, "verified", last.Event)
	require.Equal(t, "boot", last.By)
	return past.Stamps
}

// renewed renews a lease that is not to end before the node goes, and is a short one all
// the same: an undo at boot that fails is tried again a lease later. Nothing of the fault
// is looked at or written to the disk by it.
func renewed(t *testing.T, bed Bed, id string) {
	t.Helper()
	require.Contains(t, bed.Shell(t, "flock -w 5 /run/eris/%[1]s/lock sh /run/eris/%[1]s/guard.sh renew-locked %[1]s", id), "next ")
}

// rebootedWaiting has the node boot anew while the fault waits for its trigger: the
// node cannot know that nothing was injected, and undoes it to be sure.
func rebootedWaiting(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	i := bed.NewRun("run-reboot-waiting", "ann@desk").Armed(t, fault)
	stamps := undoneAtBoot(t, bed, fault, i, before)
	require.NotContains(t, events(stamps), "injecting engine")
	require.Subset(t, events(stamps), []string{"unsure boot", "undoing boot", "undone boot"})
	require.ErrorIs(t, i.Fire(t.Context(), Admit), faults.ErrFenced)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Fenced, i.State(), "nothing was injected, and none is told")
}

// powerLost has the node boot anew with what its disk had when the fault was armed:
// nobody waits for the disk before the effect, and the power may go before it has more.
func powerLost(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	const aside = "/var/lib/faulttest-aside"
	run := bed.NewRun("run-power-lost", "ann@desk")
	i := run.Struck(t, fault, func() {
		bed.Shell(t, "rm -rf %[1]s && mkdir %[1]s && cp /var/lib/eris/*-strike-*/state /var/lib/eris/*-strike-*/log %[1]s/", aside)
	})
	id := i.Targets()[0].Target.ID
	renewed(t, bed, id)
	bed.Shell(t, "cp %[1]s/state %[1]s/log /var/lib/eris/%[2]s/ && sync /var/lib/eris/%[2]s/* && rm -r %[1]s", aside, id)
	stamps := undoneAtBoot(t, bed, fault, i, before)
	require.NotContains(t, events(stamps), "injecting engine", "the disk did not have it")
	require.Subset(t, events(stamps), []string{"unsure boot", "undoing boot", "undone boot"})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
}
