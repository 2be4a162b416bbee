package outside_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
)

func TestAnOrderGoesToItsFamilyAndAFaultToWhoKnowsIt(t *testing.T) {
	t.Parallel()
	var all outside.Keepers
	for _, family := range catalogue.Kept() {
		all = append(all, &outside.Keeper{Family: family, Dir: filepath.Join(t.TempDir(), family.Words().Family)})
	}
	require.Len(t, all, 3)
	node := &inventory.Node{Name: "ctl-1"}
	order := faults.Order{Family: "power", ID: "7f3c0a1e-x-1-1", Node: node, Lease: time.Second, TTL: time.Minute}
	require.Contains(t, all.Check(t.Context(), order)[0], "no out-of-band power")
	order.Family, order.OpenStack = "nova", inventory.OpenStack{File: filepath.Join(t.TempDir(), "none.yaml"), Cloud: "lab"}
	require.Contains(t, all.Check(t.Context(), order)[0], "read entry lab of "+order.OpenStack.File)
	require.Contains(t, string(all.Arm(t.Context(), order).Stdout), "refused read entry lab of "+order.OpenStack.File)
	order.Family = "none"
	require.Equal(t, []string{`nobody here keeps faults of the family "none"`}, all.Check(t.Context(), order))
	require.Contains(t, string(all.Arm(t.Context(), order).Stdout), `refused nobody here keeps faults of the family "none"`)

	require.Contains(t, string(all.Call(t.Context(), order.ID, "report").Stdout), "state gone\n")
	history := filepath.Join(all[1].Dir, "history")
	require.NoError(t, os.MkdirAll(history, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(history, order.ID), []byte("1 1 verified lease\n"), 0o600))
	require.Contains(t, string(all.Call(t.Context(), order.ID, "report").Stdout), "stamp 1 1 verified lease\n")
}

func TestAWorkerKnowsItsFamilyByItsTask(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.ErrorContains(t, outside.Work(t.Context(), folder, catalogue.Kept()), "no such file")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "task"), []byte(`{"family": "weather"}`), 0o600))
	require.ErrorContains(t, outside.Work(t.Context(), folder, catalogue.Kept()), `nobody here knows the family "weather"`)
}

// An Eris of before this one had a family has halted all of them in the folder of its only
// one, and healing that lifts it.
func TestAHaltOfAnOlderErisIsThatOfEveryFamily(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cloud := &inventory.Cloud{Name: "prod"}
	var all outside.Keepers
	for _, family := range catalogue.Kept() {
		all = append(all, &outside.Keeper{Family: family, Dir: filepath.Join(dir, family.Words().Family)})
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "power", "halted"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "power", "halted", "prod"), []byte("customers call\n"), 0o600))
	arm := func() string {
		return string(all.Arm(t.Context(), faults.Order{Family: "nova", ID: "7f3c0a1e-x-1-1", Cloud: "prod", Node: &inventory.Node{Name: "cmp-1"}}).Stdout)
	}
	require.Contains(t, arm(), "refused eris was halted here: customers call")
	for _, k := range all {
		_, _, err := k.Heal(t.Context(), cloud, nil, 0)
		require.NoError(t, err)
	}
	require.NotContains(t, arm(), "halted")
}

// What cannot be looked at is not clean.
func TestAFolderThatCannotBeReadIsUnknown(t *testing.T) {
	t.Parallel()
	for _, family := range catalogue.Kept() {
		dir := filepath.Join(t.TempDir(), "kept")
		k := &outside.Keeper{Family: family, Dir: dir}
		cloud := &inventory.Cloud{Name: "prod"}
		_, err := k.Doctor(t.Context(), cloud, nil)
		require.NoError(t, err, "without it nothing was ever kept")

		require.NoError(t, os.WriteFile(dir, nil, 0o600)) // root may read any folder
		_, err = k.Doctor(t.Context(), cloud, nil)
		require.ErrorContains(t, err, "look for faults that are kept here: open "+dir)
		_, _, err = k.Heal(t.Context(), cloud, nil, 0)
		require.ErrorContains(t, err, "look for faults that are kept here: open "+dir)
	}
}
