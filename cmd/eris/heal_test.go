package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// blankNodes heal whatever they are asked to, and know nothing of any fault.
type blankNodes struct{ asked []string }

func (n *blankNodes) Run(_ context.Context, node string, cmd remote.Command) remote.Result {
	n.asked = append(n.asked, node)
	if cmd.Script == script.Call() {
		return remote.Result{State: remote.Done, Stdout: []byte("state gone\n")}
	}
	return remote.Result{State: remote.Done}
}

// cutRun is the directory of a run on the cloud prod, of which one target is held
// when its record breaks off.
func cutRun(t *testing.T) string {
	t.Helper()
	clock := record.NewClock()
	rec, err := record.Create(t.TempDir(), record.Meta{Scenario: "cut", Clock: clock})
	require.NoError(t, err)
	target := record.Target{Node: "ctl-1", Service: "keystone"}
	require.NoError(t, rec.Event(record.Event{Started: &record.RunStarted{
		Run: rec.ID(), Cloud: "prod", Faults: []record.FaultPlan{{Name: "lose", Fault: "service.stop", Targets: []record.Target{target}}},
	}}))
	require.NoError(t, rec.Event(record.Event{Target: &record.TargetEvent{Name: "lose", ID: "7f3c-lose-1", Target: target, State: record.Held}}))
	require.NoError(t, rec.Close())
	return rec.Dir()
}

func TestARunIsHealedOnItsOwnCloudOnly(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	nodes, said := &blankNodes{}, &strings.Builder{}
	err := healRun(t.Context(), said, site{cloud: &inventory.Cloud{Name: "other"}, nodes: nodes, keepers: newKeepers()}, cutRun(t), 0)
	var exit *exitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exitUsage, exit.code)
	require.EqualError(t, err, "the run was on the cloud prod, and this is other")
	require.Empty(t, nodes.asked, "its nodes may bear the same names")
}

// Nodes on which nothing is left, and which know nothing of the run's fault, are no
// proof that it was undone.
func TestWhatIsNotKnownToBeUndoneIsNotHealed(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	said := &strings.Builder{}
	err := healRun(t.Context(), said, site{cloud: &inventory.Cloud{Name: "prod"}, nodes: &blankNodes{}, keepers: newKeepers()}, cutRun(t), 0)
	require.Contains(t, said.String(), "ctl-1: healed, 0 undone and verified, 0 left\n")
	require.Contains(t, said.String(), "keystone@ctl-1: the fault is unknown\n")
	var exit *exitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exitUnverified, exit.code)
	require.EqualError(t, err, "1 of the run's targets are not known to be undone")
}

func TestOnlyUndoneIsHealed(t *testing.T) {
	t.Parallel()
	for state, code := range map[record.FaultState]int{
		record.Undone: exitPass, record.Unknown: exitUnverified, record.Stuck: exitUnverified, record.Held: exitUnverified,
	} {
		told := []faults.Aftermath{{State: record.Undone, By: "heal"}, {State: state, By: "heal"}}
		require.Equal(t, code, report(&strings.Builder{}, sayAfterwards(&strings.Builder{}, told)), state)
	}
	silent := []faults.Aftermath{{State: record.Unknown, Err: errors.New("no answer")}}
	require.Equal(t, exitUnverified, report(&strings.Builder{}, sayAfterwards(&strings.Builder{}, silent)))
}

// A machine that kept a fault of the power is lost; another one heals with what the
// nodes bear witness of, and lets be what nobody can tell of.
func TestHealGivesPowerBackThatAnotherMachineTook(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, cloud.Close()) }()
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	pool, err := remote.NewPool(read, remote.Options{})
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	on := site{cloud: read, nodes: pool, keepers: newKeepers(), names: nodeNames(read)}
	require.NoError(t, cloud.PowerOff("ctl-2"))
	var said strings.Builder
	require.Error(t, on.heal(t.Context(), &said, 10*time.Second))
	require.Contains(t, said.String(), "ctl-2: its power is off, and no fault on this machine is the cause")
	require.False(t, cloud.Node("ctl-2").Powered())

	place := faults.PlaceOf(read.NodeByName("ctl-2"))
	ask := func(args ...string) string {
		result := pool.Run(t.Context(), "ctl-1", remote.Command{Script: script.Witness(), Args: args, Root: true})
		return string(result.Stdout)
	}
	require.Equal(t, "told\n", ask("tell", "7f3c-lose-1", "60000", "ctl-2", place, "run-lost", "ann@desk"))
	said.Reset()
	require.Error(t, on.doctor(t.Context(), &said))
	require.Contains(t, said.String(), "it was fault 7f3c-lose-1 of ann@desk (run run-lost), as ctl-1 can tell")
	require.Equal(t, "witness 7f3c-lose-1 ctl-2 "+place+" over run-lost ann@desk\n", ask("list"))
	require.False(t, cloud.Node("ctl-2").Powered(), "doctor changes nothing")
	said.Reset()
	require.NoError(t, on.heal(t.Context(), &said, 30*time.Second), &said)
	require.Contains(t, said.String(), "power fault 7f3c-lose-1: undone, its node's power is on")
	require.True(t, cloud.Node("ctl-2").Powered())
	require.Empty(t, ask("list"), "what is over is forgotten")
}
