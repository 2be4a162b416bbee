package volume_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/volume"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// nodesOf are the names of a cloud's nodes.
func nodesOf(cloud *inventory.Cloud) (names []string) {
	for _, node := range cloud.Nodes {
		names = append(names, node.Name)
	}
	return names
}

// stuck is an undo that goes on until it has told why it does not end, and is then
// given up.
func stuck(t *testing.T, bed faulttest.Bed, i *faults.Injection, why string) {
	t.Helper()
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	undone := make(chan error, 1)
	go func() { undone <- i.Undo(ctx, "engine", "") }()
	id := i.Targets()[0].Target.ID
	faulttest.Eventually(t, time.Minute, "it tells "+why, func() bool {
		_, told, _ := strings.Cut(bed.Told(t, id), " undo-failed ")
		return strings.Contains(told, why)
	})
	giveUp()
	require.Error(t, <-undone)
	require.Equal(t, record.Stuck, i.State())
}

func TestWhatIsNotGivenForItIsRefused(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	c := clientsOf(t, bed.Cloud)
	v := c.the(t)
	require.Empty(t, bed.Refusal(t, struck()))
	require.Empty(t, bed.Refusal(t, &volume.Detach{Volume: v.ID}), "its id does as well")
	require.Contains(t, bed.Refusal(t, &volume.Detach{Volume: "nothing"}), "ask Cinder for the volume nothing: there is none")
	c.unsay(t, v.ID, "eris.chaos")
	require.Contains(t, bed.Refusal(t, struck()), "a server may be writing to volume-fault")
	require.Empty(t, bed.Refusal(t, &volume.Detach{Volume: called, WithData: true}))
	c.say(t, v.ID, "eris.chaos", "allowed")
	other := bed
	for _, node := range bed.Cloud.Nodes {
		if node.Name != bed.Node.Name {
			other.Node = node
		}
	}
	require.Contains(t, other.Refusal(t, struck()), `by Nova, and not on `+other.Node.Name)
	require.NoError(t, servers.Lock(t.Context(), c.nova, v.Attachments[0].ServerID).ExtractErr())
	require.Contains(t, bed.Refusal(t, struck()), "the server volume-fault is locked")
	require.NoError(t, servers.Unlock(t.Context(), c.nova, v.Attachments[0].ServerID).ExtractErr())
	_, err := volumes.Create(t.Context(), c.cinder, volumes.CreateOpts{Name: called, Size: 1}, nil).Extract()
	require.NoError(t, err)
	require.Contains(t, bed.Refusal(t, struck()), "2 have that name")
}

// leftElsewhere is what somebody else has attached to another server meanwhile.
func leftElsewhere(t *testing.T, bed faulttest.Bed, keeper *outside.Keeper) {
	t.Helper()
	c := clientsOf(t, bed.Cloud)
	server, device := c.the(t).Attachments[0].ServerID, strings.TrimPrefix(c.the(t).Attachments[0].Device, "/dev/")
	vm := familytest.BootServer(t, bed.Cloud, called+"-2")
	run := bed.LongRun("run-elsewhere", "ann@desk")
	i := run.Struck(t, struck())
	id := i.Targets()[0].Target.ID
	c.attach(t, vm.ID)
	is := c.is(t)
	require.False(t, i.Gone(t.Context()), "its server has not got it back")
	require.Contains(t, string(bed.Keeper.Call(t.Context(), id, "observe").Stdout), "which was its /dev/"+device+", and is at the server "+vm.ID)
	stuck(t, bed, i, "to the server "+vm.ID+" meanwhile, and it is left there")
	require.Equal(t, is, c.is(t), "it is his who has it")
	require.Equal(t, 1, strings.Count(bed.Told(t, id), " undo-failed "), "it is told once")
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, nodesOf(bed.Cloud), time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.Len(t, left, 1)
	require.Contains(t, left[0].Remedy, "says that it stays there")
	require.NotContains(t, left[0].Remedy, "server add volume", "it is not for who pastes it")

	c.detach(t, vm.ID)
	undone, left, err = keeper.Heal(t.Context(), bed.Cloud, nodesOf(bed.Cloud), 30*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, []string{id}, undone)
	require.Equal(t, server, c.the(t).Attachments[0].ServerID)
	require.False(t, bed.Changed(t, bed))
}

func TestAVolumeThatSomebodyHasAttachedElsewhereIsLeftAndTold(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	leftElsewhere(t, bed, keeper)
}

func TestAServerOrAVolumeThatIsGoneIsTold(t *testing.T) {
	t.Parallel()
	for what, remove := range map[string]func(t *testing.T, c clients, server, volume string){
		"the server": func(t *testing.T, c clients, server, _ string) {
			t.Helper()
			require.NoError(t, servers.Delete(t.Context(), c.nova, server).ExtractErr())
			require.Eventually(t, func() bool { return servers.Get(t.Context(), c.nova, server).Err != nil }, time.Minute, 100*time.Millisecond, "it is gone")
		},
		"ask Cinder for the volume": func(t *testing.T, c clients, _, volume string) {
			t.Helper()
			require.NoError(t, volumes.Delete(t.Context(), c.cinder, volume, nil).ExtractErr())
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			bed, keeper, _ := simBed(t)
			c := clientsOf(t, bed.Cloud)
			v := c.the(t)
			i := bed.LongRun("run-gone", "ann@desk").Struck(t, struck())
			remove(t, c, v.Attachments[0].ServerID, v.ID)
			stuck(t, bed, i, what)
			found, err := keeper.Doctor(t.Context(), bed.Cloud, nodesOf(bed.Cloud))
			require.NoError(t, err)
			require.Len(t, found, 1)
		})
	}
}

// Who takes the mark away says that the volume is his.
func TestAVolumeWhoseMarkSomebodyHasTakenAwayIsLeft(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	c := clientsOf(t, bed.Cloud)
	v := c.the(t)
	i := bed.LongRun("run-unmarked", "ann@desk").Struck(t, struck())
	c.unsay(t, v.ID, "eris.fault")
	stuck(t, bed, i, "somebody else has taken the property eris.fault")
	require.Equal(t, "available", c.is(t))
	c.attach(t, v.Attachments[0].ServerID)
	require.False(t, bed.Changed(t, bed))
}

func TestAVolumeThatSomebodyHasAttachedAgainIsHealedByTheCloud(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	c := clientsOf(t, bed.Cloud)
	server := c.the(t).Attachments[0].ServerID
	i := bed.LongRun("run-healed", "ann@desk").Struck(t, struck())
	c.attach(t, server)
	require.True(t, i.Gone(t.Context()))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.SelfHealed, i.State())
	require.False(t, bed.Changed(t, bed))
}

// Without the folder of the machine that made it, Cinder itself tells what is left.
func TestAnotherMachineFindsTheMarkInCinderAndAttachesTheVolume(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	nodes := nodesOf(bed.Cloud)
	other := familytest.KeeperOf(volume.Family{}, t.TempDir())
	found, err := other.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Empty(t, found)
	i := bed.LongRun("run-machine", "ann@desk").Struck(t, struck())
	id := i.Targets()[0].Target.ID
	found, err = other.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, id, found[0].ID)
	require.Equal(t, bed.Node.Name, found[0].Node)
	require.Contains(t, found[0].What, "which is not held from this machine, is a property of the volume volume-fault")
	require.Contains(t, found[0].Remedy, "server add volume --device '/dev/vdb' --tag 'the data of it' --enable-delete-on-termination")
	require.True(t, bed.Changed(t, bed), "doctor changes nothing")
	undone, left, err := other.Heal(t.Context(), bed.Cloud, nodes, 30*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, []string{id}, undone)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

// A copy of a volume may bear its mark, and belongs nowhere.
func TestAMarkThatIsAnotherVolumesIsToldAndLeft(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	c := clientsOf(t, bed.Cloud)
	copied, err := volumes.Create(t.Context(), c.cinder, volumes.CreateOpts{Name: "copy", Size: 1, Metadata: map[string]string{
		"eris.fault": "0a1b2c3d-x-1-1 on=" + bed.Node.Name + " volume=" + c.the(t).ID + " server=" + c.the(t).Attachments[0].ServerID + " device=/dev/vdb ends=false tag=",
	}}, nil).Extract()
	require.NoError(t, err)
	_, err = volumes.Create(t.Context(), c.cinder, volumes.CreateOpts{Name: "odd", Size: 1, Metadata: map[string]string{"eris.fault": "soon"}}, nil).Extract()
	require.NoError(t, err)
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, nodesOf(bed.Cloud), time.Second)
	require.NoError(t, err)
	require.Empty(t, undone)
	require.Len(t, left, 2)
	told := left[0].What + left[1].What
	require.Contains(t, told, "of which it may be a copy")
	require.Contains(t, told, `eris.fault="soon" is not as Eris writes it`)
	is, err := volumes.Get(t.Context(), c.cinder, copied.ID).Extract()
	require.NoError(t, err)
	require.Equal(t, "available", is.Status)
}

// Who may not see all volumes need not be who has taken one: nothing that he finds is not
// nothing.
func TestACloudThatDoesNotAnswerWhoAsksLeavesItUnknown(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	other := familytest.KeeperOf(volume.Family{}, t.TempDir())
	i := bed.LongRun("run-asks", "ann@desk").Struck(t, struck())
	g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodDelete, 0)
	g.Forbids.Store(true)
	_, err := other.Doctor(t.Context(), bed.Cloud, nodesOf(bed.Cloud))
	require.ErrorContains(t, err, "ask Cinder which volumes were taken from their servers")
	require.ErrorContains(t, err, "403")
	g.Forbids.Store(false)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Cloud.OpenStack.File += ".old"
	_, err = other.Doctor(t.Context(), bed.Cloud, nodesOf(bed.Cloud))
	require.ErrorContains(t, err, "clouds.yaml.old")
	bed.Cloud.OpenStack = inventory.OpenStack{}
	require.Contains(t, volume.Family{}.Unasked(bed.Cloud), "Cinder was not asked whether a volume was taken from its server")
}
