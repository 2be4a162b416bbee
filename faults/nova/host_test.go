package nova

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

func TestWhichHostOfNovasANodeIs(t *testing.T) {
	t.Parallel()
	all := []compute.Service{
		{ID: "1", Host: "cmp-1.example.org", Enabled: true, Up: true}, {ID: "2", Host: "cmp-10.example.org", Enabled: true, Up: true},
		{ID: "3", Host: "cmp-2", Enabled: true}, {ID: "4", Host: "cmp-2.old", Enabled: true, Up: true},
		{ID: "5", Host: "cmp-3.a", Up: true}, {ID: "6", Host: "cmp-3.b", Enabled: true, Up: true},
	}
	h, err := pick(all, "cmp-1")
	require.NoError(t, err)
	require.Equal(t, "1", h.ID)
	require.Equal(t, 3, h.Others, "enabled and up")
	h, err = pick(all, "cmp-2")
	require.NoError(t, err)
	require.Equal(t, "3", h.ID, "its own name before any longer one")
	for _, node := range []string{"cmp-3", "cmp", "cmp-4"} {
		_, err = pick(all, node)
		require.ErrorContains(t, err, "hosts called "+node+" or "+node+".DOMAIN with a nova-compute, of 6 that it has")
	}
}

func TestAMarkIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for action, said := range map[string]string{disable: disable, forceDown: forceDown, forceDownWithServers: forceDown} {
		id, as, is := marked(reason("7f3c0a1e-down-1-1", action))
		require.True(t, is)
		require.Equal(t, "7f3c0a1e-down-1-1", id)
		require.Equal(t, said, as)
	}
	for _, other := range []string{"", "new disks", "eris fault x (reboot)", "not an eris fault x (disable)", "eris fault x (disable) and more"} {
		_, _, is := marked(other)
		require.False(t, is, other)
	}
}

// A flag is taken for the fault's only if Nova has done what the fault told it.
func TestAFlagIsSomebodyElsesWhereTheFaultNeverCame(t *testing.T) {
	t.Parallel()
	o := &order{Sent: access.Sent{Folder: outside.Folder(t.TempDir())}, errand: &errand{}}
	o.ID, o.Action = "7f3c0a1e-down-1-1", forceDown
	enabled := host{Service: compute.Service{Host: "cmp-1", Enabled: true, ForcedDown: true, Up: false}}
	require.NoError(t, o.Stamp("injecting", "engine", ""))
	require.Nil(t, o.rest(enabled))
	require.NoError(t, o.Stamp("injected", "engine", ""))
	require.Equal(t, &compute.Change{ForcedDown: new(false)}, o.rest(enabled))
	foreign := host{Service: compute.Service{Host: "cmp-1", Reason: "new disks", ForcedDown: true}}
	require.Equal(t, &compute.Change{ForcedDown: new(false)}, o.rest(foreign), "the host is his who has disabled it, and the flag the fault's")
	require.NoError(t, o.Write("lifted", ""))
	require.Nil(t, o.rest(foreign), "who forces it down after that has it")
	require.Nil(t, o.rest(enabled))
	ours := host{Service: compute.Service{Host: "cmp-1", Reason: reason(o.ID, forceDown), ForcedDown: true}}
	require.Equal(t, new(lifted(forceDown)), o.rest(ours))
	o.Action = disable
	require.Nil(t, o.rest(enabled))
}

// What the environment names may be another cloud, with a host of the same name.
func TestCredentialsAreThoseThatTheInventoryNamesAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "clouds.yaml")
	require.NoError(t, os.WriteFile(file, []byte("clouds: {prod: {auth: {auth_url: 'http://192.0.2.1:5000/v3', username: u, password: p}}}\n"), 0o600))
	t.Setenv("OS_CLOUD", "prod")
	t.Setenv("OS_CLIENT_CONFIG_FILE", file)
	t.Chdir(dir)
	for _, at := range []inventory.OpenStack{{}, {File: file}, {Cloud: "prod"}} {
		cloud, err := (&errand{}).Refer(at)
		require.ErrorIs(t, err, access.ErrNone)
		require.Nil(t, cloud)
	}
	cloud, err := (&errand{}).Refer(inventory.OpenStack{File: file, Cloud: "prod"})
	require.NoError(t, err)
	require.Contains(t, cloud.At(), "192.0.2.1")
}

func TestACloudWithoutCredentialsIsNotAskedAndThatIsTold(t *testing.T) {
	t.Parallel()
	computes := &inventory.Cloud{Services: []*inventory.Service{{Name: "nova-compute"}}}
	left, err := Family{}.Strays(t.Context(), computes, []string{"cmp-1"}, nil)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Contains(t, Family{}.Unasked(computes), "Nova was not asked what it was told of hosts: the inventory names no entry of a clouds.yaml")
	require.Empty(t, Family{}.Unasked(&inventory.Cloud{}), "without a nova-compute no host was struck")
	computes.OpenStack.Cloud = "prod"
	require.Empty(t, Family{}.Unasked(computes))
	_, err = Family{}.Strays(t.Context(), computes, []string{"cmp-1"}, nil)
	require.ErrorIs(t, err, access.ErrNone, "half of it is no note")
}
