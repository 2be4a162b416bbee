//go:build libvirt

package power_test

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/libvirttest"
)

func TestARealLibvirtSwitchesADomain(t *testing.T) {
	uri, _ := libvirttest.Serve(t)
	p := &inventory.Power{Kind: inventory.Libvirt, URL: uri, Machine: "test"}
	d := open(t, p)
	require.Equal(t, power.On, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	require.Equal(t, power.Off, reads(t, d))
	require.ErrorIs(t, d.Do(t.Context(), power.TurnOff), power.ErrUnknown, "it is off already")
	require.NoError(t, d.Do(t.Context(), power.TurnOn))
	require.Equal(t, power.On, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.Reset))
	require.Equal(t, power.On, reads(t, d))

	require.NoError(t, exec.CommandContext(t.Context(), "virsh", "-q", "-c", p.URL, "suspend", "--domain", "test").Run())
	state, err := d.Status(t.Context())
	require.Equal(t, power.Unknown, state)
	require.ErrorContains(t, err, "domain test: it is paused")

	other := *p
	other.Machine = "nobody"
	_, err = open(t, &other).Status(t.Context())
	require.ErrorContains(t, err, "failed to get domain 'nobody'")
	err = open(t, &other).Do(t.Context(), power.TurnOff)
	require.NotErrorIs(t, err, power.ErrUnknown)
	other.URL += "-elsewhere"
	err = open(t, &other).Do(t.Context(), power.TurnOff)
	require.ErrorContains(t, err, "failed to connect to the hypervisor")
	require.NotErrorIs(t, err, power.ErrUnknown)
}
