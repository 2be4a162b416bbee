//go:build lab

package network_test

import (
	"context"
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory/remote"
)

//go:embed conntrack.py
var conntrack string

// anew logs in to the bed's node by a connection of its own.
func anew(t *testing.T, bed faulttest.Bed, script string) string {
	t.Helper()
	bed.Runner = faulttest.Pool(t, bed.Cloud)
	return bed.Shell(t, "%s", script)
}

// kept is a connection of a peer to the node, on which something is said all the time,
// and how much has been answered.
func kept(t *testing.T, bed faulttest.Bed) (answered func() int) {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	other.Shell(t, `: >/run/probe-kept
systemd-run --quiet --collect --unit=probe-kept sh -c 'while sleep 0.1; do printf "version\r\n"; done | nc %s %d >/run/probe-kept'`, bed.Node.Listen, queuedPort)
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), asker, remote.Command{Script: "systemctl stop probe-kept; rm -f /run/probe-kept", Root: true, Timeout: time.Minute})
	})
	answered = func() int { return number(t, other.Shell(t, "wc -l </run/probe-kept")) }
	faulttest.Eventually(t, 20*time.Second, "it is answered", func() bool { return answered() > 2 })
	return answered
}

// goesOn tells that what is answered becomes more.
func goesOn(t *testing.T, answered func() int) {
	t.Helper()
	before := answered()
	faulttest.Eventually(t, 20*time.Second, "it goes on", func() bool { return answered() > before+2 })
}

// held strikes the bed and holds that until it is let go.
func held(t *testing.T, bed faulttest.Bed, fault faults.Fault) (i *faults.Injection, let func()) {
	t.Helper()
	i = bed.LongRun("run-limits", "ann@desk").Struck(t, fault)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	var kept error
	go func() {
		defer close(over)
		kept = i.Hold(ctx, time.Hour)
	}()
	t.Cleanup(func() { // what a failed test leaves is in the way of those that come after it
		cancel()
		<-over
		if i.State() != record.Undone {
			_ = i.Undo(context.WithoutCancel(t.Context()), "engine", "")
		}
	})
	return i, func() {
		t.Helper()
		cancel()
		<-over
		require.NoError(t, kept)
	}
}

// Eris comes in by a new connection while the table is full, and nobody else does; what
// was connected goes on. The undo takes the fault's own entries and no others: neither
// that of the connection which has come in meanwhile, nor one that only looks alike.
func TestAFullTableLetsErisInOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	tracking(t, bed)
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), struck, remote.Command{Script: "nft delete table inet tracking", Root: true, Timeout: time.Minute})
	})
	answered := kept(t, bed)
	i, let := held(t, bed, network.NewConntrack())
	// An entry of the node's own that ends leaves a place for a moment, which one of ten may find.
	require.Regexp(t, `^26214[0-9] of 262144 entries .* (9|10) of 10 new connections had no place$`, i.Targets()[0].Effect)
	for range 5 {
		require.Equal(t, "in", anew(t, bed, "echo in"))
	}
	faulttest.Eventually(t, 20*time.Second, "who comes from elsewhere is dropped", func() bool { return unheard(t, bed) })
	goesOn(t, answered)

	fresh := bed
	fresh.Runner = faulttest.Pool(t, bed.Cloud)
	way := strings.Fields(fresh.Shell(t, "echo $ERIS_SSH_CONNECTION"))
	require.Len(t, way, 4)
	own := fresh.Shell(t, "grep -c 'src=%s dst=%s sport=%s dport=22 ' /proc/net/nf_conntrack", way[0], way[2], way[1])
	require.Equal(t, "1", own)
	until := fresh.Shell(t, `read -r until </run/eris/%s/ttl-until; read -r up idle </proc/uptime; echo $((until / 1000 - ${up%%.*} + 1))`, i.Targets()[0].Target.ID)
	mark := fresh.Shell(t, "cat /run/eris/%s/conntrack.mark", i.Targets()[0].Target.ID)
	longest := fresh.Shell(t, `grep ' mark=%s ' /proc/net/nf_conntrack | tr -s ' ' | cut -d ' ' -f 5 | sort -n | tail -n 1`, mark)
	require.Less(t, number(t, longest), number(t, until)+30, "the kernel forgets all by itself by the TTL")
	require.NotZero(t, number(t, longest))

	let()
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "0", bed.Shell(t, "grep -c ' mark=%s ' /proc/net/nf_conntrack", mark))
	require.Equal(t, "1", fresh.Shell(t, "grep -c 'src=%s dst=%s sport=%s dport=22 .*ASSURED' /proc/net/nf_conntrack", way[0], way[2], way[1]), "it is the connection's own")
	require.Less(t, number(t, bed.Shell(t, "cat /proc/sys/net/netfilter/nf_conntrack_count")), 1000)
	require.False(t, unheard(t, bed))
	bed.Clean(t)
}

// Entries that look like another fault's stay as they are, at the undo too; doctor names
// them, and heal has the kernel forget them.
func TestEntriesOfAnotherFaultStayUntilHealedOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	tracking(t, bed)
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), struck, remote.Command{Script: "nft delete table inet tracking", Root: true, Timeout: time.Minute})
	})
	bed.Shell(t, `cat >/run/probe.py <<'END_OF_PROBE'
%s
END_OF_PROBE
echo 'Filler(0xe515ffff, None, 600 + time.clock_gettime(time.CLOCK_BOOTTIME)).fill(7)' >>/run/probe.py
python3 -I -S /run/probe.py; rm /run/probe.py`, conntrack)
	const theirs = "grep -c ' mark=3843424255 ' /proc/net/nf_conntrack"
	require.Equal(t, "7", bed.Shell(t, theirs))
	i, let := held(t, bed, &network.Conntrack{Fill: 0.6})
	require.Regexp(t, `^1572[0-9]{2} of 262144 entries .*\(60.0 %\), asked 60 %; 0 of 10 new connections had no place$`, i.Targets()[0].Effect)
	require.False(t, unheard(t, bed))
	let()
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "7", bed.Shell(t, theirs))

	left := faults.Doctor(t.Context(), bed.Runner, []string{struck})[0]
	require.NoError(t, left.Err)
	require.Len(t, left.Residue, 1)
	require.Equal(t, "entries with the mark 3843424255 in the table of connections", left.Residue[0].What)
	healed := faults.Heal(t.Context(), bed.Runner, []string{struck}, time.Minute)[0]
	require.NoError(t, healed.Err)
	require.Equal(t, "0", bed.Shell(t, theirs))
	bed.Clean(t)
}

func TestANodeThatTracksNothingIsRefusedOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	require.Contains(t, bed.Refusal(t, network.NewConntrack()), "nothing tracks connections on this node: one over loopback leaves no entry")
}

// connecting counts how many connections the node can have at once to a peer, which are
// reset, so that their ports are free again at once.
const connecting = `python3 -c '
import socket, struct
some = []
try:
    for _ in range(50):
        some.append(socket.socket())
        some[-1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        some[-1].connect(("%s", %d))
except OSError as wrong:
    print(len(some) - 1, wrong.errno)
'`

// So many ports are left as were asked for. What was connected goes on, who comes to the
// node is let in, what listens can be started again at its port, and what is held by a
// process that ends is held again.
func TestSoManyPortsAreLeftOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	peer := bed.Cloud.NodeByName(asker).Listen
	bed.Shell(t, `systemd-run --quiet --collect --unit=probe-listen nc -lk 127.0.0.1 45000
: >/run/probe-out
systemd-run --quiet --collect --unit=probe-out sh -c 'while sleep 0.1; do printf "version\r\n"; done | nc %s %d >/run/probe-out'`, peer, queuedPort)
	t.Cleanup(func() {
		bed.Runner.Run(context.Background(), struck, remote.Command{Script: "systemctl stop probe-listen probe-out; rm -f /run/probe-out", Root: true, Timeout: time.Minute})
	})
	const listens = "ss -Htln 'sport = :45000' | grep -q LISTEN; echo $?"
	faulttest.Eventually(t, 20*time.Second, "it listens", func() bool { return bed.Shell(t, listens) == "0" })
	out := func() int { return number(t, bed.Shell(t, "wc -l </run/probe-out")) }
	faulttest.Eventually(t, 20*time.Second, "it is answered", func() bool { return out() > 2 })
	i, let := held(t, bed, &network.Ports{Protocol: "both", Leave: 5})
	require.Equal(t, "5 of 28232 TCP ports are free, asked 5: who connects is given one; 5 of 28232 UDP ports are free, asked 5: who connects is given one", i.Targets()[0].Effect)
	require.Equal(t, "5 99", bed.Shell(t, connecting, peer, queuedPort), "EADDRNOTAVAIL")
	goesOn(t, out)
	require.Equal(t, "in", anew(t, bed, "echo in"))
	require.False(t, unheard(t, bed))
	require.Equal(t, "0", bed.Shell(t, `systemctl stop probe-listen
sleep 0.5
systemd-run --quiet --collect --unit=probe-listen nc -lk 127.0.0.1 45000; echo $?`))
	faulttest.Eventually(t, 20*time.Second, "it listens", func() bool { return bed.Shell(t, listens) == "0" })
	bed.Shell(t, `set -- $(systemctl show eris-%s-ports.service -p MainPID --value); kill -KILL $(cat /proc/$1/task/$1/children)`, i.Targets()[0].Target.ID)
	faulttest.Eventually(t, 30*time.Second, "they are held again", func() bool { return bed.Shell(t, connecting, peer, queuedPort) == "5 99" })
	let()
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Empty(t, bed.Shell(t, connecting, peer, queuedPort))
	bed.Clean(t)
}
