package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
)

// Nodes that are clean say nothing of what Nova was told: it is asked, or it is told
// that it was not.
func TestDoctorSaysWhereNovaWasNotAskedAndWhereItGaveNoAnswer(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("OS_CLOUD", "prod")
	node := &inventory.Node{Name: "cmp-1"}
	on := site{
		cloud:   &inventory.Cloud{Name: "c", Nodes: []*inventory.Node{node}, Services: []*inventory.Service{{Name: "nova-compute"}}},
		keepers: newKeepers(), names: []string{"cmp-1"},
	}
	doctor := func(w *bytes.Buffer) error {
		return on.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
			left, err := k.Doctor(t.Context(), on.cloud, on.names)
			return nil, left, err
		}, func() error { return nil })
	}
	var said bytes.Buffer
	require.NoError(t, doctor(&said))
	require.Contains(t, said.String(), "nova faults: Nova was not asked what it was told of hosts: the inventory names no entry of a clouds.yaml")

	said.Reset()
	on.cloud.OpenStack = inventory.OpenStack{File: filepath.Join(t.TempDir(), "clouds.yaml"), Cloud: "prod"}
	var exit *exitError
	require.ErrorAs(t, doctor(&said), &exit)
	require.Equal(t, exitUnverified, exit.code)
	require.Contains(t, said.String(), "nova faults: unknown: ask Nova which hosts are disabled: read entry prod of ")

	said.Reset()
	on.cloud.Services = nil
	require.NoError(t, doctor(&said))
	require.Empty(t, said.String(), "a cloud without a nova-compute has none to strike")
}
