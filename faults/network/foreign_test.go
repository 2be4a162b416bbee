package network_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// onLinks are the kinds that strike an interface, and make no table.
func onLinks() []string { return []string{"network.down"} }

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

	run := bed.NewRun("run-foreign", "ann@desk")
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
