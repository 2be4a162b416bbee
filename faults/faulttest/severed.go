package faulttest

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// cutOff takes the way between controller and node away, both directions, for so long,
// while a fault is held. Where the bed has no means of its own, the node drops the packets
// by a table of the test's, which takes itself away: nobody could reach the node to do it.
// It comes 3 s later then, when the answer to who asked for it is out. back waits until the
// way is there again, and tells when the lease ended that the fault had then, by the node's
// monotonic clock.
func (b Bed) cutOff(t *testing.T, i *faults.Injection, lasts time.Duration) (back func() time.Duration) {
	t.Helper()
	lease := "/run/eris/" + i.Targets()[0].Target.ID + "/lease-until"
	if b.Cut != nil { // at once, and nobody renews it in between
		ends := b.moment(t, lease)
		require.NoError(t, b.Cut(true))
		return func() time.Duration {
			require.NoError(t, b.Cut(false))
			return ends
		}
	}
	const cut = `at=${ERIS_SSH_CONNECTION%%%% *}
case $at in
*:*) from="ip6 saddr $at" to="ip6 daddr $at" ;;
*) from="ip saddr $at" to="ip daddr $at" ;;
esac
cat >/run/faulttest-cut <<END
table inet faulttest-cut {
	chain input { type filter hook input priority -400; policy accept; $from drop; }
	chain output { type filter hook output priority -400; policy accept; $to drop; }
}
END
nft -c -f /run/faulttest-cut && systemd-run --quiet --collect --unit=faulttest-cut sh -c 'sleep 3; nft -f /run/faulttest-cut; sleep 1; cp %[1]s /run/faulttest-lease; sleep %[2]d; nft delete table inet faulttest-cut; rm /run/faulttest-cut'`
	whileHeld(t, i, func() { b.Shell(t, cut, lease, int(lasts.Seconds())) })
	return func() time.Duration {
		Eventually(t, 30*time.Second, "the node answers again", func() bool {
			return b.Runner.Run(t.Context(), b.Node.Name, remote.Command{Script: "! nft list table inet faulttest-cut 2>/dev/null && [ ! -e /run/faulttest-cut ]", Root: true, Timeout: 2 * time.Second}).OK()
		})
		defer b.Shell(t, "rm /run/faulttest-lease")
		return b.moment(t, "/run/faulttest-lease")
	}
}

// severed takes the way to the node away while the fault is held, and gives it back
// when the node must have undone it: it has, within the lease and 2 s of the last
// word that it had, and the engine finds out who it was.
func severed(t *testing.T, bed Bed, fault faults.Fault) {
	within := prompt(t, bed)
	before := bed.Fingerprint(t, fault)
	run := bed.NewRun("run-severed", "ann@desk")
	run.Lease = 2 * Lease // there is time to take the way away, and to read when it ends
	i := run.Struck(t, fault)
	away := run.Lease + 3*time.Second
	back := bed.cutOff(t, i, away)
	require.NoError(t, i.Hold(t.Context(), away), "that a node cannot be reached is no end")
	ends := back()
	require.ErrorIs(t, i.Hold(t.Context(), time.Minute), faults.ErrFenced, "the engine that comes back is told that it is over")
	over := run.Journal.Target(t, record.Undoing)
	require.NotNil(t, over.NodeAt)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	endedBy(t, "lease", fault, i)
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	late := stamped(t, overOf(t, bed.Clean(t), i.Targets()[0].Target.ID).Stamps, "undoing").Up - ends
	t.Logf("the undo began %s after the end of its lease", late)
	require.Less(t, late, within())
}

// sudoer reaches a node as somebody who may become root, until that is taken away. A
// simulated node, whose files anybody may read, answers then as sudo does; on a real one
// the command is run as who has logged in, and sees nothing of what is root's.
type sudoer struct {
	remote.Runner
	simulated bool
	taken     atomic.Bool
}

func (s *sudoer) Run(ctx context.Context, node string, cmd remote.Command) remote.Result {
	if s.taken.Load() && cmd.Root {
		if s.simulated {
			return remote.Result{State: remote.Done, Exit: 1, Stderr: []byte("sudo: a password is required\n")}
		}
		cmd.Root = false
	}
	return s.Runner.Run(ctx, node, cmd)
}

// powerless takes root away while the fault is held: the engine's undo is stuck and
// never told as undone, and names what a person types; the node, on which root is
// still root, undoes it by itself.
func powerless(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	sudo := &sudoer{Runner: bed.Runner, simulated: bed.Kind == inventory.Simulated}
	require.True(t, sudo.simulated || !slices.Contains([]string{"", "root"}, bed.Node.SSH.User), "who logs in is root without sudo")
	poor := bed
	poor.Runner = sudo
	run := poor.NewRun("run-powerless", "ann@desk")
	i := run.Struck(t, fault)
	sudo.taken.Store(true)
	undoing, over := context.WithTimeout(t.Context(), run.Lease/5)
	err := i.Undo(undoing, "engine", "")
	over()
	require.ErrorIs(t, err, faults.ErrStuck)
	t.Log(err)
	require.Equal(t, record.Stuck, i.State())
	remedy := ""
	for _, e := range run.Journal.Events() {
		require.False(t, e.Target != nil && e.Target.State == record.Undone || e.Fault != nil && e.Fault.State == record.Undone, "it is told as undone: %+v", e)
		if e.Residue != nil {
			remedy = e.Residue.Remedy
		}
	}
	id := i.Targets()[0].Target.ID
	require.Contains(t, remedy, "guard.sh end "+id+" heal")
	Eventually(t, run.Lease+40*time.Second, "the node heals by itself", func() bool {
		return bed.Shell(t, "ls -A /run/eris | grep -c %s", id) == "0"
	})
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	past := overOf(t, bed.Clean(t), id)
	require.Contains(t, events(past.Stamps), "undoing lease")
	sudo.taken.Store(false)
	require.NoError(t, i.Undo(t.Context(), "engine", "root is back"))
	require.Equal(t, record.Undone, i.State())
	endedBy(t, "lease", fault, i)
}

// broken has somebody kill the inject when it has done half of what it does: nobody
// calls that held, and the undo is that of any other fault.
func broken(t *testing.T, bed Bed, fault faults.Fault) {
	before := bed.Fingerprint(t, fault)
	tidy(t, bed)
	run := bed.LongRun("run-broken", "ann@desk")
	i := run.Armed(t, staged{fault, inInject})
	fired := make(chan error, 1)
	go func() { fired <- i.Fire(t.Context(), Admit) }()
	Eventually(t, time.Minute, "half of the inject is done", func() bool {
		return bed.Shell(t, "ls %s 2>/dev/null | grep -c .", reached) == "1"
	})
	bed.Shell(t, "systemctl kill --signal=KILL eris-%s-inject.service", i.Targets()[0].Target.ID)
	require.ErrorIs(t, <-fired, faults.ErrUnknown)
	require.Equal(t, record.Unknown, i.State(), "half an inject counts as one")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.False(t, bed.Changed(t, bed), "undone, and the target is not as it was")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	past := overOf(t, bed.Clean(t), i.Targets()[0].Target.ID)
	require.NotContains(t, events(past.Stamps), "injected engine", "it was ended half way")
}
