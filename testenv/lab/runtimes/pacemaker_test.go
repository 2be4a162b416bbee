//go:build runtimes

package runtimes

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// clusterBed is a clone of a cluster of three.
func clusterBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Runtimes(t)
	cloud, err := inventory.Load(shared.Inventory)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Rootless: faulttest.Rootless(t, shared.Inventory, ""),
		Node: cloud.NodeByName("pcm-3"), Service: cloud.ServiceByName("www"),
		Changed: familytest.ResourceChanged("nginx.service"), Disturb: familytest.DisturbResource,
		Reboot: func(ctx context.Context) error {
			if err := lab.PowerOff(ctx, shared.Options, "pcm-3"); err != nil {
				return err
			}
			return lab.PowerOn(ctx, shared.Options, "pcm-3")
		},
	}
	faulttest.Eventually(t, time.Minute, "the cluster says that it runs there, which it does later than the unit itself", func() bool {
		return bed.Refusal(t, familytest.Killed()) == ""
	})
	return bed, shared.Inventory
}

func TestEveryKindOnAResourceOfPacemakerOnARealNode(t *testing.T) {
	familytest.EveryKind(t, on(clusterBed), familytest.ResourceKinds(), familytest.ServiceFault)
}

func TestDeadmanOverAResourceOfPacemakerOnARealNode(t *testing.T) {
	faulttest.Deadman(t, on(clusterBed), kill)
}

func TestEngineKilledOnAResourceOfPacemakerOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, familytest.ResourceKinds()), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return clusterBed(t)
	})
}

// also is a further resource of the cluster, which is gone after the test.
func also(t *testing.T, id, resource string) faulttest.Bed {
	t.Helper()
	bed, _ := clusterBed(t)
	own := *bed.Service
	own.Runtime.Name, own.Health = id, nil
	bed.Service = &own
	bed.Shell(t, `cibadmin --create --scope resources --xml-text '%s'
		for i in $(seq 300); do crm_resource --locate --resource %s 2>/dev/null | grep -q 'on: pcm-3' && break; sleep 0.1; done`, resource, id)
	t.Cleanup(func() {
		bed.Runner.Run(context.WithoutCancel(t.Context()), bed.Node.Name, remote.Command{Root: true, Script: `
			id=$1
			cibadmin --create --scope constraints --xml-text "<rsc_location id=\"away\" rsc=\"$id\"><rule id=\"away-r\" score=\"-INFINITY\"><expression id=\"away-e\" attribute=\"#uname\" operation=\"defined\"/></rule></rsc_location>"
			for i in $(seq 300); do crm_resource --locate --resource "$id" 2>/dev/null | grep -q 'on: ' || break; sleep 0.1; done
			cibadmin --delete --xpath "//rsc_location[@id='away']"
			for tag in primitive clone; do cibadmin --delete --xpath "//resources/$tag[@id='$id']"; done`, Args: []string{id}})
	})
	bed.Changed = func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		return bed.Shell(t, `cibadmin --query --scope configuration | grep -c 'rsc_location id="eris-'
			true`) != "0" || bed.Shell(t, `crm_resource --locate --resource %s | grep -c 'on: pcm-3'
			true`, id) != "1"
	}
	return bed
}

func TestWhatThereIsOnceStaysWhereItWentOnARealNode(t *testing.T) {
	bed := also(t, "one", `<primitive id="one" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="one-m"><nvpair id="one-s" name="resource-stickiness" value="100"/></meta_attributes></primitive>`)
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="here" rsc="one" node="pcm-3" score="INFINITY"/>'
		for i in $(seq 300); do crm_resource --locate --resource one 2>/dev/null | grep -q 'on: pcm-3' && break; sleep 0.1; done
		cibadmin --delete --xpath "//rsc_location[@id='here']"; sleep 1`)
	familytest.StaysAway(t, bed, "pcm-2")
}

func TestAPromotableCloneIsStoppedOnARealNode(t *testing.T) {
	bed := also(t, "prom", `<clone id="prom"><meta_attributes id="prom-m"><nvpair id="prom-p" name="promotable" value="true"/></meta_attributes><primitive id="st" class="ocf" provider="pacemaker" type="Stateful"/></clone>`)
	faulttest.Lives(t, bed, &service.Stop{})
	require.Contains(t, bed.Refusal(t, &service.Freeze{}), "nobody can tell the processes of prom: only those of one resource of the class systemd are known, and this is ocf")
}

// Where nobody is left to take a constraint away, the cluster no longer heeds it once
// its date has come.
func TestAConstraintEndsByItselfOnARealNode(t *testing.T) {
	bed, _ := clusterBed(t)
	bed.Shell(t, `end=$(date -u -d "+8 seconds" +%%Y-%%m-%%dT%%H:%%M:%%SZ)
		cibadmin --create --scope constraints --xml-text "<rsc_location id=\"eris-7f3c0a1e-x-1-1-ban-on-pcm-3\" rsc=\"www-clone\"><rule id=\"eris-7f3c0a1e-x-1-1-rule\" score=\"-INFINITY\" boolean-op=\"and\"><expression id=\"eris-7f3c0a1e-x-1-1-node\" attribute=\"#uname\" operation=\"eq\" value=\"pcm-3\"/><date_expression id=\"eris-7f3c0a1e-x-1-1-end\" operation=\"lt\" end=\"$end\"/></rule></rsc_location>"`)
	state := func() string { return bed.Shell(t, "systemctl show nginx -p ActiveState --value") }
	faulttest.Eventually(t, 20*time.Second, "it is kept off the node", func() bool { return state() != "active" })
	faulttest.Eventually(t, 60*time.Second, "it is started again", func() bool { return state() == "active" })
	h := faults.Heal(t.Context(), bed.Runner, []string{"pcm-3"}, 0)[0]
	require.Equal(t, []string{"constraint eris-7f3c0a1e-x-1-1-ban-on-pcm-3 of Pacemaker"}, h.Removed)
	bed.Clean(t)
}

func TestWhatPacemakerHealsIsTheCloudsOwnOnARealNode(t *testing.T) {
	bed, _ := clusterBed(t)
	faulttest.HealedByItself(t, bed, familytest.Killed())
}
