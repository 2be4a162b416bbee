package volume_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/volume"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// called is the name of the volume and of the server that each bed has.
const called = "volume-fault"

// tag is what the volume is attached with. The lab's virt driver has no device metadata,
// without which Nova cannot detach a volume that has a tag.
func tag(cloud *inventory.Cloud) string {
	if cloud.Kind == inventory.Simulated {
		return "the data of it"
	}
	return ""
}

// newFault is a fault of the beds' volume.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	if d, is := fault.(*volume.Detach); is {
		d.Volume = called
	}
	return fault, ok
}

// struck is one of a kind of fault for tests of their own.
func struck() *volume.Detach { return &volume.Detach{Volume: called} }

// clients are an administrator's own way to the cloud's Nova and Cinder.
type clients struct {
	nova, cinder *gophercloud.ServiceClient
	tag          string
}

func clientsOf(t testing.TB, cloud *inventory.Cloud) clients {
	t.Helper()
	provider, endpoint := familytest.LogIn(t, cloud)
	nova, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	nova.Microversion = "2.79"
	cinder, err := openstack.NewBlockStorageV3(provider, endpoint)
	require.NoError(t, err)
	return clients{nova, cinder, tag(cloud)}
}

// all are the volumes with the beds' name.
func (c clients) all(t testing.TB) []volumes.Volume {
	t.Helper()
	page, err := volumes.List(c.cinder, volumes.ListOpts{Name: called, AllTenants: true}).AllPages(context.Background())
	require.NoError(t, err)
	found, err := volumes.ExtractVolumes(page)
	require.NoError(t, err)
	return found
}

// the is the beds' volume.
func (c clients) the(t testing.TB) volumes.Volume {
	t.Helper()
	found := c.all(t)
	require.Len(t, found, 1)
	return found[0]
}

// until waits until the beds' volume is in a state of Cinder's.
func (c clients) until(t testing.TB, status string) {
	t.Helper()
	require.Eventually(t, func() bool { return c.the(t).Status == status }, time.Minute, 50*time.Millisecond, "it is %s", status)
}

// attach has the volume at a server, as the beds have it.
func (c clients) attach(t testing.TB, server string) {
	t.Helper()
	opts := volumeattach.CreateOpts{VolumeID: c.the(t).ID, Tag: c.tag, DeleteOnTermination: true}
	require.NoError(t, volumeattach.Create(t.Context(), c.nova, server, opts).Err)
	c.until(t, "in-use")
}

// detach takes it from there.
func (c clients) detach(t testing.TB, server string) {
	t.Helper()
	require.NoError(t, volumeattach.Delete(t.Context(), c.nova, server, c.the(t).ID).ExtractErr())
	c.until(t, "available")
}

// say gives the volume a property.
func (c clients) say(t testing.TB, id, key, value string) {
	t.Helper()
	answer, err := c.cinder.Post(t.Context(), c.cinder.ServiceURL("volumes", id, "metadata"), map[string]any{"metadata": map[string]string{key: value}}, nil, &gophercloud.RequestOpts{OkCodes: []int{200}})
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}

// unsay takes a property away.
func (c clients) unsay(t testing.TB, id, key string) {
	t.Helper()
	answer, err := c.cinder.Delete(t.Context(), c.cinder.ServiceURL("volumes", id, "metadata", key), &gophercloud.RequestOpts{OkCodes: []int{200}})
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}

// is how the volume is: where, as what, and with which mark.
func (c clients) is(t testing.TB) string {
	t.Helper()
	v := c.the(t)
	text := v.Status
	for _, a := range v.Attachments {
		at, err := volumeattach.Get(context.Background(), c.nova, a.ServerID, v.ID).Extract()
		if err != nil {
			text += " " + err.Error()
			continue
		}
		vm, err := servers.Get(context.Background(), c.nova, a.ServerID).Extract()
		require.NoError(t, err)
		text += fmt.Sprintf(" at %s as %s, %q, ends %t", vm.Name, at.Device, said(at.Tag), *at.DeleteOnTermination)
	}
	if mark, is := v.Metadata["eris.fault"]; is {
		text += " " + mark
	}
	return text
}

// said is a text that may be missing.
func said(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// bedOf is a server with a volume on a host of the cloud in an inventory, with a keeper
// of its own.
func bedOf(t *testing.T, file string) (faulttest.Bed, *outside.Keeper) {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	c := clientsOf(t, cloud)
	c.clear(t)
	vm := familytest.BootServer(t, cloud, called)
	require.Equal(t, "ACTIVE", vm.Status)
	v, err := volumes.Create(t.Context(), c.cinder, volumes.CreateOpts{Name: called, Size: 1, Metadata: map[string]string{"eris.chaos": "allowed"}}, nil).Extract()
	require.NoError(t, err)
	c.until(t, "available")
	c.attach(t, vm.ID)
	was := c.is(t)
	t.Logf("%s is %s, on %s", v.ID, was, vm.Host)
	keeper := familytest.KeeperOf(volume.Family{}, t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(vm.Host), Service: cloud.ServiceByName("nova-compute"),
		Keeper: keeper, KeeperDir: keeper.Dir,
		Changed: func(t testing.TB, _ faulttest.Bed) bool { t.Helper(); return c.is(t) != was },
		Trace:   func(t testing.TB, _ faulttest.Bed) string { t.Helper(); return c.is(t) },
	}, keeper
}

// clear takes away what a test of before has left.
func (c clients) clear(t testing.TB) {
	t.Helper()
	page, err := servers.List(c.nova, servers.ListOpts{Name: called}).AllPages(context.Background())
	require.NoError(t, err)
	old, err := servers.ExtractServers(page)
	require.NoError(t, err)
	for _, vm := range old {
		if strings.HasPrefix(vm.Name, called) {
			_ = servers.Delete(context.Background(), c.nova, vm.ID).ExtractErr() // it is looked for below
		}
	}
	require.Eventually(t, func() bool {
		for _, v := range c.all(t) {
			_ = volumes.Delete(context.Background(), c.cinder, v.ID, nil).ExtractErr() // asked again
		}
		return len(c.all(t)) == 0
	}, time.Minute, 200*time.Millisecond, "nothing of a test of before is there")
}
