package power_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
	driver "github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestHealGivesBackWhatAMachineThatCrashedHasLeft(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	signal := known(keeper)
	i, folder := held(t, bed, keeper)
	signal(t, syscall.SIGKILL) // as is whoever held it

	nodes := []string{bed.Node.Name}
	found, err := keeper.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Contains(t, found[0].What, "held, of ann@desk: the process that would give the power back does not run")
	require.Contains(t, found[0].Remedy, "chassis power on")
	require.True(t, bed.Changed(t, bed), "doctor changes nothing")

	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, nodes, 20*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, []string{i.Targets()[0].Target.ID}, undone)
	require.False(t, bed.Changed(t, bed))
	require.NoDirExists(t, folder)
	found, err = keeper.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "heal", i.Targets()[0].By)
}

// Two labs have the same nodes at the same addresses, each in a network of its
// own: what is healed in one must not end the dead-man of the other.
func TestAFaultOfAnotherNetworkIsLeftAlone(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	_, folder := held(t, bed, keeper)
	task := filepath.Join(folder, "task")
	own, err := os.ReadFile(task)
	require.NoError(t, err)
	network, err := os.Readlink("/proc/self/ns/net")
	require.NoError(t, err)
	require.Contains(t, string(own), network)
	other := strings.Replace(string(own), network, "net:[1]", 1)
	require.NoError(t, os.WriteFile(task, []byte(other), 0o600))

	nodes := []string{bed.Node.Name}
	found, err := keeper.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Contains(t, found[0].What, "no fault on this machine is the cause")
	undone, _, err := keeper.Heal(t.Context(), bed.Cloud, nodes, 20*time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.DirExists(t, folder)
	require.True(t, bed.Changed(t, bed))

	require.NoError(t, os.WriteFile(task, own, 0o600))
	undone, _, err = keeper.Heal(t.Context(), bed.Cloud, nodes, 20*time.Second)
	require.NoError(t, err)
	require.Len(t, undone, 1)
}

func TestAHaltEndsPowerFaultsAndForbidsThemUntilHeal(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	i, _ := held(t, bed, keeper)
	nodes := []string{bed.Node.Name}
	_, left, err := keeper.Halt(t.Context(), bed.Cloud, nodes, "fire drill", 20*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "halt", ""))
	require.Equal(t, "halt", i.Targets()[0].By)

	var failed *faults.PreflightError
	require.ErrorAs(t, bed.NewRun("run-halted", "ann@desk").Injection(t, &power.Off{}).Preflight(t.Context()), &failed)
	require.Contains(t, failed.Error(), "fire drill")
	_, _, err = keeper.Heal(t.Context(), bed.Cloud, nodes, time.Second)
	require.NoError(t, err)
	require.NoError(t, bed.NewRun("run-healed", "ann@desk").Injection(t, &power.Off{}).Preflight(t.Context()))
}

func TestAHaltIsSeenByAnInject(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	i := bed.LongRun("run-halt", "ann@desk").Armed(t, &power.Off{})
	_, _, err := keeper.Halt(t.Context(), bed.Cloud, nil, "stop", time.Second) // no node of it: the fault stays armed
	require.NoError(t, err)
	require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrHalted)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "halt", ""))
}

// Who halts from another machine writes it on the nodes alone; the one that is to lose
// its power may not even answer.
func TestAHaltOfAnotherMachineIsSeenByAnInject(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	other := bed.Cloud.Nodes[slices.IndexFunc(bed.Cloud.Nodes, func(n *inventory.Node) bool { return n.Name != bed.Node.Name })].Name
	run := bed.LongRun("run-halt", "ann@desk")
	require.NoError(t, run.Lifecycle.Claim(t.Context(), []string{bed.Node.Name, other}, faulttest.LongLease))
	i := run.Armed(t, &power.Off{})
	require.True(t, faults.Halt(t.Context(), bed.Runner, []string{other}, "stop", time.Second)[0].Halted)
	err := i.Fire(t.Context(), faulttest.Admit)
	require.ErrorIs(t, err, faults.ErrHalted)
	require.ErrorContains(t, err, "halted on "+other+": stop")
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "halt", ""))
	require.True(t, faults.Heal(t.Context(), bed.Runner, []string{other}, time.Second)[0].OK())
}

func TestDoctorNamesANodeWithoutPowerAndHealLeavesItAlone(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	d, err := driver.Open(bed.Node.Power, nil)
	require.NoError(t, err)
	require.NoError(t, d.Do(t.Context(), driver.TurnOff))
	found, err := keeper.Doctor(t.Context(), bed.Cloud, []string{bed.Node.Name})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Contains(t, found[0].What, "its power is off, and no fault on this machine is the cause")
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, []string{bed.Node.Name}, time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.Equal(t, found, left, "heal says what a person may type")
	require.Contains(t, left[0].Remedy, "chassis power on")
	require.True(t, bed.Changed(t, bed), "who switched it off may have had a reason")
}

func TestPreflightNamesWhatAManagementControllerLacks(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	check := func(change func()) string {
		was := *bed.Node.Power
		defer func() { *bed.Node.Power = was }()
		change()
		var failed *faults.PreflightError
		require.ErrorAs(t, bed.NewRun("run-lacks", "ann@desk").Injection(t, &power.Off{}).Preflight(t.Context()), &failed)
		return failed.Error()
	}
	wrong := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(wrong, []byte("0123456789abcdef\n"), 0o600))
	require.Contains(t, check(func() { bed.Node.Power.PasswordFile = wrong }), "log in as admin")
	require.Contains(t, check(func() { bed.Node.Power.PasswordFile = wrong + ".none" }), "read password of the BMC")
	require.Contains(t, check(func() { keeper.Start = nil; bed.Node.Power.User = "nobody" }), "log in as nobody")
}

// claimed has a run claim all nodes of the bed's cloud, before it fires.
func claimed(t *testing.T, bed faulttest.Bed, run *faulttest.Run) (nodes []string, armed func()) {
	t.Helper()
	nodes = nodesOf(bed.Cloud)
	return nodes, func() { require.NoError(t, run.Lifecycle.Claim(t.Context(), nodes, faulttest.LongLease)) }
}

// A machine that is lost takes along what it knew, and its process that would have given
// the power back. The nodes that were not struck know it.
func TestHealFromAnotherMachineGivesBackWhatOtherNodesBearWitnessOf(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	run := bed.LongRun("run-lost", "ann@desk")
	signal := known(keeper)
	nodes, armed := claimed(t, bed, run)
	i := run.Struck(t, &power.Off{}, func() {
		armed()
		require.Empty(t, faults.Witnesses(t.Context(), bed.Runner, nodes), "what waits for its trigger has struck nobody")
	})
	signal(t, syscall.SIGKILL)
	id := i.Targets()[0].Target.ID
	others := slices.DeleteFunc(slices.Clone(nodes), func(node string) bool { return node == bed.Node.Name })
	told := faults.Witnesses(t.Context(), bed.Runner, nodes)
	require.Len(t, told, 1)
	require.Equal(t, []string{id, bed.Node.Name, "ann@desk"}, []string{told[0].ID, told[0].Node, told[0].Owner})
	require.Equal(t, others, told[0].By)
	require.True(t, told[0].Runs)

	elsewhere := familytest.PowerKeeper(t.TempDir())
	struck := []string{bed.Node.Name}
	_, left, err := elsewhere.Heal(t.Context(), bed.Cloud, struck, time.Second)
	require.NoError(t, err)
	require.Len(t, left, 1, "who has not asked them lets it be")
	require.True(t, bed.Changed(t, bed))
	elsewhere.Told = told
	left, err = elsewhere.Doctor(t.Context(), bed.Cloud, struck)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Contains(t, left[0].What, fmt.Sprintf("it was fault %s of ann@desk (run %s), as %s can tell", id, told[0].Run, strings.Join(others, ", ")))
	require.Contains(t, left[0].Remedy, "eris heal, or ipmitool")
	require.True(t, bed.Changed(t, bed), "doctor changes nothing")

	moved := told[0]
	moved.Place = "0123456789abcdef"
	elsewhere.Told = []faults.Witness{moved}
	_, left, err = elsewhere.Heal(t.Context(), bed.Cloud, struck, time.Second)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Contains(t, left[0].What, "it could not be taken back: the node that was struck has its power at another place")
	require.True(t, bed.Changed(t, bed), "another cloud's node of that name is not the one that was struck")

	elsewhere.Told = told
	undone, left, err := elsewhere.Heal(t.Context(), bed.Cloud, struck, 20*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, []string{id}, undone)
	require.False(t, bed.Changed(t, bed))

	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Empty(t, faults.Witnesses(t.Context(), bed.Runner, nodes), "what is proven undone is forgotten")
	require.Equal(t, "gone", at(bed, others[0]).Shell(t, "[ -e /run/eris/witness ] || echo gone"))
}

// Who switches a node off after its fault was undone had a reason, whatever others say.
func TestAFaultThatIsKnownToBeOverExplainsNothing(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	run := bed.LongRun("run-over", "ann@desk")
	_, armed := claimed(t, bed, run)
	i := run.Struck(t, &power.Off{}, armed)
	keeper.Told = faults.Witnesses(t.Context(), bed.Runner, nodesOf(bed.Cloud))
	require.Len(t, keeper.Told, 1)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	d, err := driver.Open(bed.Node.Power, nil)
	require.NoError(t, err)
	require.NoError(t, d.Do(t.Context(), driver.TurnOff))
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, []string{bed.Node.Name}, time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.Len(t, left, 1)
	require.True(t, bed.Changed(t, bed))
}

// Of a fault that is aimed as it fires only whom it strikes is told of.
func TestNobodyBearsWitnessOfWhoIsSpared(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.LongRun("run-aimed", "ann@desk")
	nodes, armed := claimed(t, bed, run)
	other := at(bed, nodes[slices.IndexFunc(nodes, func(node string) bool { return node != bed.Node.Name })])
	i, err := run.Lifecycle.Injection(faults.Spec{
		Name: "strike", Fault: &power.Off{}, Targets: []faults.Target{bed.Target(), other.Target()},
		Timing: faults.Timing{Hold: time.Second, Lease: faulttest.LongLease, TTL: 10 * faulttest.LongLease},
	})
	require.NoError(t, err)
	require.NoError(t, i.Preflight(t.Context()))
	require.NoError(t, i.Arm(t.Context()))
	armed()
	require.NoError(t, i.Fire(t.Context(), func(context.Context) (faults.Aim, error) {
		return faults.Aim{Only: []inventory.Ref{{Node: bed.Node.Name}}, Why: "it leads there"}, nil
	}))
	told := faults.Witnesses(t.Context(), bed.Runner, nodes)
	require.Len(t, told, 1)
	require.Equal(t, bed.Node.Name, told[0].Node)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

func TestNodesBearWitnessForAWhileOnly(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.LongRun("run-struck", "ann@desk")
	nodes, armed := claimed(t, bed, run)
	i := run.Struck(t, &power.Off{}, armed)
	id := i.Targets()[0].Target.ID
	require.Len(t, faults.Witnesses(t.Context(), bed.Runner, nodes), 1)
	for _, node := range nodes {
		if node != bed.Node.Name {
			at(bed, node).Shell(t, "read -r until rest </run/eris/witness/%[1]s && echo 1 $rest >/run/eris/witness/%[1]s", id)
		}
	}
	require.Empty(t, faults.Witnesses(t.Context(), bed.Runner, nodes))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	for _, node := range nodes {
		require.Equal(t, "gone", at(bed, node).Shell(t, "[ -e /run/eris/witness ] || echo gone"), "who is asked takes away what is over")
	}
}

// at is the bed with another of its cloud's nodes.
func at(bed faulttest.Bed, node string) faulttest.Bed {
	bed.Node = bed.Cloud.NodeByName(node)
	return bed
}

func nodesOf(cloud *inventory.Cloud) (names []string) {
	for _, n := range cloud.Nodes {
		names = append(names, n.Name)
	}
	return names
}
