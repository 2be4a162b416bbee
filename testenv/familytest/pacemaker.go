package familytest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
)

// ResourceKinds are those that strike a resource of Pacemaker.
func ResourceKinds() []string { return []string{"service.stop", "service.kill", "service.freeze"} }

// ResourceChanged asks the cluster's configuration and systemd: the cluster has a
// constraint of ours, or the unit that the resource is does not run on the node or
// stands still.
func ResourceChanged(unit string) func(t testing.TB, bed faulttest.Bed) bool {
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		said := strings.Fields(bed.Shell(t, `cibadmin --query --scope configuration | grep -c 'rsc_location id="eris-'
			systemctl show %[1]s -p ActiveState --value
			systemctl show %[1]s -p FreezerState --value
			group=$(systemctl show %[1]s -p ControlGroup --value)
			cat /sys/fs/cgroup/unified$group/cgroup.events /sys/fs/cgroup$group/cgroup.events 2>/dev/null | grep 'frozen 1'
			sed 's/.*) //' "/proc/$(systemctl show %[1]s -p MainPID --value)/stat" 2>/dev/null | cut -d ' ' -f 1 | grep T
			true`, unit))
		require.GreaterOrEqual(t, len(said), 2, "%q", said)
		return said[0] != "0" || said[1] != "active" || strings.Contains(strings.Join(said[2:], " "), "frozen") || said[len(said)-1] == "T"
	}
}

// DisturbResource has somebody say where he would rather have the resource.
func DisturbResource(t testing.TB, bed faulttest.Bed) (settle func()) {
	t.Helper()
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="somebody" rsc="%s" node="%s" score="1"/>'`, bed.Service.Runtime.Name, bed.Node.Name)
	return func() { bed.Shell(t, `cibadmin --delete --xpath "//rsc_location[@id='somebody']"`) }
}

// StaysAway stops what a cluster has only once, and asserts that what is undone is
// the constraint alone: somebody's ban stays, and so does the resource where it went.
// The bed's service is that resource; a probe of its own is not asked where it is not.
func StaysAway(t *testing.T, bed faulttest.Bed, other string) {
	t.Helper()
	name := bed.Service.Runtime.Name
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="cli-ban-%[1]s-on-%[2]s" rsc="%[1]s" node="%[2]s" score="-INFINITY"/>'`, name, other)
	defer bed.Shell(t, `cibadmin --delete --xpath "//rsc_location[@id='cli-ban-%s-on-%s']"`, name, other)
	before := bed.Fingerprint(t, &service.Stop{})
	require.Contains(t, before, "Runs=yes\nConstraint=cli-ban-"+name+"-on-"+other+"\n")
	i := bed.NewRun("run-once", "ann@desk").Struck(t, &service.Stop{})
	require.Contains(t, i.Targets()[0].Effect, name+" is stopped on "+bed.Node.Name)
	faulttest.Eventually(t, 30*time.Second, "it runs elsewhere", func() bool {
		return !strings.Contains(where(t, bed), bed.Node.Name) && where(t, bed) != ""
	})
	there := where(t, bed)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, &service.Stop{}), "somebody's ban is still there, and ours is not")
	require.Equal(t, there, where(t, bed))
	require.NotContains(t, there, other)
	require.Contains(t, bed.Refusal(t, &service.Stop{}), name+" does not run on "+bed.Node.Name+", but elsewhere")
	bed.Clean(t)
}

// where are the nodes on which the cluster has the bed's resource started.
func where(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, `crm_mon --one-shot --output-as=xml | sed -n '/^    <resource id="%s" .*role="Started"/,/^    <.resource>/s/.*<node name="\([^"]*\)".*/\1/p'`, bed.Service.Runtime.Name)
}
