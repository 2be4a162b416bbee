package network_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
)

// onLinks are the kinds that strike an interface, connections or what the kernel has only
// so many of, and make no table.
func onLinks() []string {
	return []string{"network.connections", "network.down", "network.rate", "network.delay", "network.corrupt", "network.duplicate", "network.reorder", "network.ports", "network.conntrack"}
}

// tabled are the family's other kinds.
func tabled(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(faulttest.Kinds(t, "network"), func(kind string) bool { return slices.Contains(onLinks(), kind) })
}

// foreignTablesStay takes a fault through its life on a node that has a table
// of its own, and compares that table's bytes at every step.
func foreignTablesStay(t *testing.T, bed faulttest.Bed, kind string) {
	t.Helper()
	fault, ok := newFault(kind)
	require.True(t, ok)
	settle := foreignTable(t, bed)
	defer settle()
	const list = "nft list table inet foreign"
	foreign, before := bed.Shell(t, list), bed.Fingerprint(t, fault)
	require.Contains(t, foreign, "tcp dport 9 counter packets 0 bytes 0 drop")
	require.Contains(t, before, "Table=inet foreign ")

	run := bed.LongRun("run-foreign", "ann@desk")
	i := run.Struck(t, fault, func() {
		require.Equal(t, foreign, bed.Shell(t, list), "armed")
	})
	require.Equal(t, foreign, bed.Shell(t, list), "held")
	require.Contains(t, bed.Shell(t, "nft list tables"), "table inet eris-"+i.Targets()[0].Target.ID)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, foreign, bed.Shell(t, list), "undone")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	require.NotContains(t, bed.Shell(t, "nft list tables"), "eris-")
	bed.Clean(t)
}

// foreignRootStays puts a queue of somebody's at the root of the node's link: a
// fault of queues is refused, and that queue stays byte for byte. Then one that
// only looks like a fault's: doctor names it, and heal takes it away.
func foreignRootStays(t *testing.T, bed faulttest.Bed, kind string) {
	t.Helper()
	fault, ok := newFault(kind)
	require.True(t, ok)
	link := bed.Shell(t, "ip -o address show to %s | cut -d ' ' -f 2", bed.Node.Listen)
	list := "tc qdisc show dev " + link
	before, usual := bed.Fingerprint(t, fault), bed.Shell(t, "%s", list)
	defer func() { bed.Shell(t, "tc qdisc del dev %s root 2>/dev/null || true", link) }()
	refused := func(reason string) {
		var failed *faults.PreflightError
		require.ErrorAs(t, bed.NewRun("run-foreign", "ann@desk").Injection(t, fault).Preflight(t.Context()), &failed)
		require.ErrorContains(t, failed, reason)
	}
	bed.Shell(t, "tc qdisc add dev %s root handle 5: pfifo limit 1000", link)
	foreign := bed.Shell(t, "%s", list)
	require.NotEqual(t, before, bed.Fingerprint(t, fault))
	refused(link + " has a queue of somebody's at its root: pfifo 5:; it is never taken away")
	require.Equal(t, foreign, bed.Shell(t, "%s", list))
	bed.Clean(t)
	bed.Shell(t, "tc qdisc del dev %s root handle 5:", link)

	bed.Shell(t, "tc qdisc add dev %s root handle e515: htb default 7f3c0a1e direct_qlen 10000", link)
	refused("is left of another fault; eris heal removes it")
	d := faults.Doctor(t.Context(), bed.Runner, []string{bed.Node.Name})[0]
	require.Len(t, d.Residue, 1)
	require.Equal(t, "queue e515: of "+link, d.Residue[0].What)
	require.True(t, faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 0)[0].OK())
	require.Equal(t, usual, bed.Shell(t, "%s", list))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}
