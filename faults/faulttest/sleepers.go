package faulttest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// Sleepers runs what the dead-man must stand on a node without systemd, where it is
// two sleepers: all that it must stand with timers, but for a boot, and what is its
// own. It needs one kind only, of those that a boot takes away.
func Sleepers(t *testing.T, on On, fault func() faults.Fault) {
	on = systemless(on)
	Deadman(t, on, fault)
	cases := map[string]func(t *testing.T, bed Bed){
		core: func(t *testing.T, bed Bed) { Lives(t, bed, fault()) },
		"abandoned by its engine, undone by the node within the lease + 2 s": func(t *testing.T, bed Bed) { abandoned(t, bed, fault()) },
		"an inject after the lease is fenced":                                func(t *testing.T, bed Bed) { late(t, bed, fault()) },
		"a double inject on one resource is refused":                         func(t *testing.T, bed Bed) { double(t, bed, fault) },
		"undo twice is harmless":                                             func(t *testing.T, bed Bed) { twice(t, bed, fault()) },
		"heal needs only the node":                                           func(t *testing.T, bed Bed) { heal(t, bed, fault()) },
		"a halt is seen by an inject":                                        func(t *testing.T, bed Bed) { halted(t, bed, fault) },
		"armed and never fired leaves nothing":                               func(t *testing.T, bed Bed) { skipped(t, bed, fault()) },

		"what outlasts a boot is refused":                   func(t *testing.T, bed Bed) { outlasting(t, bed, fault()) },
		"what goes by systemd is refused":                   func(t *testing.T, bed Bed) { bySystemd(t, bed, fault()) },
		"a sleeper without a fault is found and gone":       func(t *testing.T, bed Bed) { strayed(t, bed, fault()) },
		"no undo that waits for the lock ends the sleepers": func(t *testing.T, bed Bed) { bereft(t, bed, fault()) },
	}
	for _, signal := range []string{"KILL", "STOP"} {
		for _, name := range []string{"lease", "ttl"} {
			cases["the sleeper of the "+name+" gets "+signal+", and the other one ends the fault"] = func(t *testing.T, bed Bed) {
				missed(t, bed, fault(), name, signal)
			}
		}
	}
	each(t, cases, on)
}

// systemless asserts of each bed that it is what it is meant to be.
func systemless(on On) On {
	return func(t *testing.T, f func(t *testing.T, bed Bed)) {
		t.Helper()
		on(t, func(t *testing.T, bed Bed) {
			t.Helper()
			require.Equal(t, "no", bed.Shell(t, "if [ -d /run/systemd/system ]; then echo yes; else echo no; fi"))
			f(t, bed)
		})
	}
}

// loseTimer has a stranger end what watches over the lease: its timer, or both
// sleepers, since one would end the fault.
func (b Bed) loseTimer(t testing.TB, id string) {
	t.Helper()
	b.Shell(t, `if [ -d /run/systemd/system ]; then
	systemctl stop eris-%[1]s-lease.timer
else
	kill -KILL $(cut -d ' ' -f 1 /run/eris/%[1]s/lease-sleeper) $(cut -d ' ' -f 1 /run/eris/%[1]s/ttl-sleeper)
fi`, id)
}

// missed has a stranger strike one of the sleepers: the other one does not wait for
// its own moment, and nothing of either is left.
func missed(t *testing.T, bed Bed, fault faults.Fault, name, signal string) {
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-missed", "ann@desk")
	run.timing = func(lease time.Duration) faults.Timing {
		return faults.Timing{Hold: time.Minute, Lease: 10 * lease, TTL: 2*time.Minute + 10*lease}
	}
	i := run.Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "kill -%s $(cut -d ' ' -f 1 /run/eris/%s/%s-sleeper)", signal, id, name)
	Eventually(t, 4*run.Lease, "the other one undoes it, long before its moment", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	other := map[string]string{"lease": "ttl", "ttl": "lease"}[name]
	require.Equal(t, other, i.Targets()[0].By)
}

// outlasting asserts that what a boot does not take away is refused, since nothing
// would undo it then.
func outlasting(t *testing.T, bed Bed, fault faults.Fault) {
	Refused(t, bed, changed{fault, func(s *faults.Scripts) { s.Volatile = false }},
		"systemd does not run here, and what this fault makes can outlast a boot, after which nothing would undo it")
	Refused(t, bed, changed{fault, func(s *faults.Scripts) { s.Reboots = true }},
		"systemd does not run here, and nothing would look after this fault when the node boots")
}

// bereft has an undo hang for so long as a file says, and a heal come meanwhile: it
// ends the undo of the engine, which is gone, and neither of the sleepers, who are the
// fault's dead-man when that heal is gone too.
func bereft(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	i := bed.NewRun("run-bereft", "ann@desk").Struck(t, changed{fault, func(s *faults.Scripts) {
		s.Undo = "if [ -e hangs ]; then sleep 25; exit 1; fi\n" + s.Undo
	}})
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "touch /run/eris/%[1]s/hangs; setsid -f sh /run/eris/%[1]s/guard.sh session %[1]s undo undo engine >/dev/null 2>&1 </dev/null", id)
	begun := func(times int) {
		Eventually(t, 20*time.Second, "the next undo has the lock", func() bool {
			return strings.Count(bed.Shell(t, "cat /run/eris/%s/log", id), " undoing ") >= times
		})
	}
	begun(1)
	bed.Shell(t, "setsid -f sh /run/eris/%[1]s/guard.sh end %[1]s heal >/dev/null 2>&1 </dev/null", id)
	begun(2)
	require.NotContains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed", "that of the engine was ended, and has not ended")
	require.Equal(t, "lease ttl", bed.Shell(t, `for name in lease ttl; do
	read -r pid born </run/eris/%[1]s/$name-sleeper
	grep -qs "eris/%[1]s/guard.sh" /proc/$pid/cmdline && printf '%%s ' $name
done | sed 's/ $//'`, id))
	bed.Shell(t, "rm /run/eris/%s/hangs", id)
	// When its lease ends, then once the lock has been waited for and who has it was ended.
	Eventually(t, 2*time.Minute, "it is undone", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

func bySystemd(t *testing.T, bed Bed, fault faults.Fault) {
	Refused(t, bed, changed{fault, func(s *faults.Scripts) { s.Inject += "\nif false; then systemctl daemon-reload; fi\n" }},
		"systemd does not run here, and this fault, or what tells that its target works, goes by systemctl")
}

// strayed leaves a sleeper without its fault, as a stranger does who removes what he
// finds under /run: doctor names one that has not ended by itself, and heal ends it.
func strayed(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	const id = "7f3c0a1e-stray-1-1"
	bed.Shell(t, `mkdir -p /run/eris/%[1]s
echo ': >/run/eris/%[1]s/began; sleep 600' >/run/eris/%[1]s/guard.sh
setsid sh /run/eris/%[1]s/guard.sh session %[1]s lease sleeper lease </dev/null >/dev/null 2>&1 &
while [ ! -e /run/eris/%[1]s/began ]; do
	sleep 0.1
done
rm -r /run/eris/%[1]s`, id)
	d := faults.Doctor(t.Context(), bed.Runner, []string{bed.Node.Name})[0]
	require.Len(t, d.Residue, 1, "%+v", d.Residue)
	named := d.Residue[0].What
	require.Regexp(t, "^process [0-9]+ of the fault "+id+"$", named)
	h := faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 5*time.Second)[0]
	require.True(t, h.OK(), "%+v", h)
	require.Equal(t, []string{named}, h.Removed)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}
