package cinder_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/cinder"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  cmp-1: {address: 198.18.0.21, roles: [compute]}
  cmp-2: {address: 198.18.0.22, roles: [compute]}
services:
  nova-compute: {unit: nova-compute.service, on: {role: compute}}
`

func at(t *testing.T, node string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName("nova-compute")}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "cinder", newFault, func(string) (one, elsewhere faults.Target) { return at(t, "cmp-1"), at(t, "cmp-2") })
}

func TestArguments(t *testing.T) {
	s, err := (&cinder.ISCSILogout{Target: iqn, Portal: "[2001:db8::1]:3260"}).Scripts(at(t, "cmp-1"))
	require.NoError(t, err)
	require.Equal(t, "7f3c0a1e-strike-1-1|"+iqn+"|[2001:db8::1]:3260", strings.Join(s.Args, "|"))
	require.Equal(t, []string{"disks"}, s.Resources)
	for want, f := range map[string]cinder.ISCSILogout{
		`target: "" is no name of an iSCSI target`:       {},
		`target: "iqn.x;y" is no name`:                   {Target: "iqn.x;y"},
		`target: "volume-1" is no name`:                  {Target: "volume-1"},
		`portal: "198.18.0.31" is no ADDRESS:PORT`:       {Target: iqn, Portal: "198.18.0.31"},
		`portal: "storage.example:3260" is no ADDRESS`:   {Target: iqn, Portal: "storage.example:3260"},
		`portal: "-p:3260" is no ADDRESS:PORT`:           {Target: iqn, Portal: "-p:3260"},
		`portal: "198.18.0.31:99999" is no ADDRESS:PORT`: {Target: iqn, Portal: "198.18.0.31:99999"},
	} {
		_, err := f.Scripts(at(t, "cmp-1"))
		require.ErrorContains(t, err, want)
	}
	alone := at(t, "cmp-1")
	alone.Cloud = nil
	_, err = (&cinder.ISCSILogout{Target: iqn}).Scripts(alone)
	require.ErrorContains(t, err, "nobody knows what runs on cmp-1")
}

// Of several portals one is struck, and the others' disks stay.
func TestOneOfSeveralPortals(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	names := bed.Shell(t, disks)
	i := bed.LongRun("run-one", "ann@desk").Struck(t, &cinder.ISCSILogout{Target: iqn, Portal: first})
	require.Contains(t, i.Targets()[0].Effect, "no session with "+iqn+" at "+first+", and none of its 1 disks by it")
	left := bed.Shell(t, disks)
	require.NotContains(t, left, "\n")
	require.Contains(t, names, left)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.False(t, bed.Changed(t, bed))
	bed.Clean(t)
}

func TestWhatIsRefusedOnTheNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	const disk = "$(basename $(readlink -f /sys/class/iscsi_session/session1/device/target*/*/block/*))"
	for _, c := range []struct {
		spoil string
		fault cinder.ISCSILogout
		want  string
	}{
		{"", cinder.ISCSILogout{Target: "iqn.2010-10.org.openstack:volume-2"}, "this node has no session with iqn.2010-10.org.openstack:volume-2"},
		{"", cinder.ISCSILogout{Target: iqn, Portal: "198.18.0.33:3260"}, "this node has no session with " + iqn + " at 198.18.0.33:3260"},
		{"mkdir -p /sys/block/" + disk + "/holders/dm-3", cinder.ISCSILogout{Target: iqn}, "dm-3 lies on sd"},
		{"rmdir /sys/block/" + disk + "/holders/dm-3; echo FAILED >/sys/class/iscsi_session/session1/state", cinder.ISCSILogout{Target: iqn}, "the session with " + iqn + " at " + first + " is FAILED already"},
	} {
		if c.spoil != "" {
			bed.Shell(t, "%s", c.spoil)
		}
		require.Contains(t, bed.Refusal(t, &c.fault), c.want)
	}
}

// A login of Nova's looks for no disk by itself; and settings are as they were.
func TestSettingsOfADiskComeBack(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	const last = "$(readlink -f /sys/class/iscsi_session/session2/device/target*/*/block/*)"
	bed.Shell(t, "echo 4096 >%s/queue/read_ahead_kb; echo 99 >%[1]s/device/timeout", last)
	fault := &cinder.ISCSILogout{Target: iqn}
	before := bed.Fingerprint(t, fault)
	require.Contains(t, before, "timeout 99")
	require.Contains(t, before, "read_ahead_kb 4096")
	i := bed.LongRun("run-settings", "ann@desk").Struck(t, fault)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}
