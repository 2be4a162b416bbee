package service_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/service"
)

func TestAResourceOfPacemakerIsRefusedByWhatTheClusterSaysOfIt(t *testing.T) {
	t.Parallel()
	set := func(section, name, value string) string {
		return `cibadmin --create --scope ` + section + ` --xml-text '<cluster_property_set id="t"><nvpair id="t-t" name="` + name + `" value="` + value + `"/></cluster_property_set>'`
	}
	with := func(meta string) string {
		return strings.Replace(wwwClone, ">", `><meta_attributes id="m"><nvpair id="m-m" `+meta+`/></meta_attributes>`, 1)
	}
	back := service.NewKill()
	back.KeepDown = false
	for name, c := range map[string]struct {
		resources, struck, first string
		fault                    faults.Fault
		lost                     []string
		mute, remote             bool
		want                     string
	}{
		"in maintenance": {first: set("crm_config", "maintenance-mode", "true"), want: "the cluster is in maintenance"},
		"stopping all":   {first: set("crm_config", "stop-all-resources", "true"), want: "or stops all resources"},
		"without quorum": {lost: []string{"ctl-2", "ctl-3"}, want: "the cluster has no quorum"},
		"remote":         {remote: true, want: "ctl-1 is a node of Pacemaker Remote, which is no member of the cluster"},
		"ordered before a clone": {resources: wwwClone + `<clone id="web-clone"><primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></clone>`,
			first: `cibadmin --create --scope constraints --xml-text '<rsc_order id="order-www-web" first="www-clone" then="web-clone"/>'`,
			want:  "web-clone has to start after www-clone (order-www-web) and would stop with it on other nodes too"},
		"without an answer": {mute: true, want: "Pacemaker does not answer here"},
		"banned by a person": {first: `cibadmin --create --scope constraints --xml-text '<rsc_location id="cli-ban-www-clone-on-ctl-1" rsc="www-clone" node="ctl-1" score="-INFINITY"/>'`,
			want: "somebody has banned www-clone from ctl-1 already (cli-ban-www-clone-on-ctl-1)"},
		"banned by a fault": {first: `cibadmin --create --scope constraints --xml-text '<rsc_location id="eris-7f3c0a1e-x-1-1-ban-on-ctl-1" rsc="www-clone" node="ctl-1" score="-INFINITY"/>'`,
			want: "the constraint eris-7f3c0a1e-x-1-1-ban-on-ctl-1 is left of another fault; eris heal removes it"},
		"a part":           {struck: "www", want: "Pacemaker has no resource www, or only as a part of another: the inventory has to name the clone or the group"},
		"nothing":          {struck: "www.clone", want: "Pacemaker has no resource www.clone"},
		"a bundle":         {resources: wwwClone + `<bundle id="web-bundle"><podman image="web:1"/></bundle>`, struck: "web-bundle", want: "web-bundle is a bundle of Pacemaker"},
		"not managed":      {resources: with(`name="is-managed" value="false"`), first: "systemctl start nginx", want: "www-clone is managed=false in Pacemaker"},
		"fewer than nodes": {resources: with(`name="clone-max" value="2"`), want: "www-clone has a number of instances of its own"},
		"elsewhere":        {resources: wwwClone + strings.ReplaceAll(lone, "nginx", "other"), first: "true", struck: "one", lost: nil, want: "one does not run on ctl-1"},
		"an agent of its own": {resources: strings.Replace(wwwClone, `class="systemd"`, `class="ocf" provider="heartbeat"`, 1), first: "systemctl start nginx", fault: service.NewKill(),
			want: "nobody can tell the processes of www-clone: only those of one resource of the class systemd are known, and this is ocf"},
		"fenced when it fails": {resources: strings.Replace(wwwClone, `name="monitor"`, `name="monitor" on-fail="fence"`, 1), fault: &service.Freeze{},
			want: "when www-clone fails Pacemaker does not start it again: on-fail is fence"},
		"failed before": {first: "systemctl kill -s KILL nginx; until crm_mon --one-shot --output-as=xml | grep -q fail-count && systemctl -q is-active nginx; do sleep 0.05; done; sleep 1", fault: service.NewKill(),
			want: "www-clone has failed on ctl-1 before, which the undo would forget with what it causes: crm_resource --cleanup --resource www-clone --node ctl-1"},
		"nobody looks":        {resources: strings.Replace(wwwClone, `interval="1s"`, `interval="0"`, 1), fault: back, want: "nobody looks whether www-clone runs: it has no monitor"},
		"off after a failure": {resources: with(`name="migration-threshold" value="1"`), fault: back, want: "www-clone has a migration-threshold"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.resources == "" {
				c.resources = wwwClone
			}
			if c.struck == "" {
				c.struck = "www-clone"
			}
			if c.fault == nil {
				c.fault = &service.Stop{}
			}
			bed, _, cluster := clusterOf(t, c.resources, c.struck)
			bed.Shell(t, "%s", c.first+"\ntrue")
			cluster.Lose(c.lost...)
			cluster.Mute("ctl-1", c.mute)
			if c.remote {
				cluster.Remote("ctl-1")
			}
			require.Contains(t, bed.Refusal(t, c.fault), c.want)
			require.NotContains(t, bed.Shell(t, "cibadmin --query --scope constraints || true"), "eris-"+bed.Node.Name)
		})
	}
}

// A clone of which each instance waits for the one on its node alone is in nobody's
// way, nor is an order that is only advice.
func TestAnOrderThatStopsNothingOnOtherNodesIsNoRefusal(t *testing.T) {
	t.Parallel()
	for order, meta := range map[string]string{
		``: `<meta_attributes id="m"><nvpair id="m-i" name="interleave" value="true"/></meta_attributes>`, `kind="Optional"`: ``,
	} {
		bed, _, _ := clusterOf(t, wwwClone+`<clone id="web-clone">`+meta+`<primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></clone>`, "www-clone")
		bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_order id="order-www-web" first="www-clone" then="web-clone" %s/>'`, order)
		i := bed.LongRun("run-order", "ann@desk").Struck(t, &service.Stop{})
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		bed.Clean(t)
	}
}
