package node_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/pacemaker"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// What Pacemaker 2.1.5 of Debian 12 said to asking on a node of the lab.
const saidOfTheCluster = `
node: NODE|0
create: |0
query: <constraints>|  <rsc_location id="t" rsc="www-clone" node="none" score="0"/>|</constraints>|0
again: 108
delete: |0
delete: |0
query: <constraints/>|0
wrong: 78
cleanup: crm_resource: Resource 'nosuch' not found|Error performing operation: No such object|105
    <clone id="www-clone" multi_state="false" unique="false" managed="true" disabled="false" failed="false" failure_ignored="false">
        <node HERE cached="true"/>
    </clone>
crm_node -n: 102
cibadmin --query --scope configuration: 102
cibadmin --delete --xpath //rsc_location[@id='t']: 102
crm_mon --one-shot --output-as=xml: 102
crm_resource --cleanup --resource www-clone --node none: 102
`

const asking = `
say() { what=$1; shift; out=$("$@" 2>&1); code=$?; echo "$what: $(echo "$out" | tr '\n' '|' | sed "s/$(crm_node -n 2>/dev/null || echo none)/NODE/g")$code"; }
say node crm_node -n
say create cibadmin --create --scope constraints --xml-text '<rsc_location id="t" rsc="www-clone" node="none" score="0"/>'
say query cibadmin --query --scope constraints
out=$(cibadmin --create --scope constraints --xml-text '<rsc_location id="t" rsc="www-clone" node="none" score="0"/>' 2>/dev/null); echo "again: $?"
say delete cibadmin --delete --xpath "//rsc_location[@id='t']"
say delete cibadmin --delete --xpath "//rsc_location[@id='t']"
say query cibadmin --query --scope constraints
out=$(cibadmin --create --scope constraints --xml-text nonsense 2>/dev/null); echo "wrong: $?"
say cleanup crm_resource --cleanup --resource nosuch --node none
crm_mon --one-shot --output-as=xml | sed -n '/^    <clone /,/^    <.clone>/p' | sed "s/name=\"$(crm_node -n)\" id=\"[0-9]*\"/HERE/" | grep -e clone -e HERE
systemctl stop pacemaker
for what in "crm_node -n" "cibadmin --query --scope configuration" "cibadmin --delete --xpath //rsc_location[@id='t']" "crm_mon --one-shot --output-as=xml" "crm_resource --cleanup --resource www-clone --node none"; do out=$($what 2>/dev/null); echo "$what: $?"; done
`

// member is a node of a cluster of three that runs www-clone.
func member(t *testing.T) (*node.Node, func(line string) string) {
	t.Helper()
	cluster, err := pacemaker.New(t.Context(), []string{"ctl-1", "ctl-2", "ctl-3"},
		`<clone id="www-clone"><primitive id="www" class="systemd" type="nginx"><operations><op id="www-monitor" name="monitor" interval="500ms"/></operations></primitive></clone>`)
	require.NoError(t, err)
	soon := func() time.Duration { return 20 * time.Millisecond }
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Cluster: cluster, Units: []node.Unit{
		{Name: pacemaker.Unit, Exec: "/usr/sbin/pacemakerd", Daemon: systemd.Daemon{Startup: soon}},
		{Name: "nginx.service", Exec: "/usr/sbin/nginx", Disabled: true, Daemon: systemd.Daemon{Startup: soon}},
	}})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	run := func(line string) string {
		var out bytes.Buffer
		n.Run(t.Context(), node.Session{Line: line, Stdout: &out, Stderr: &out})
		return strings.TrimSpace(out.String())
	}
	eventually(t, func() bool {
		return run("systemctl is-active nginx") == "active" && strings.Count(run("crm_mon --one-shot --output-as=xml"), `role="Started"`) == 3
	})
	return n, run
}

func eventually(t *testing.T, so func() bool) {
	t.Helper()
	require.Eventually(t, so, 20*time.Second, 20*time.Millisecond)
}

// fails is how many members' instances are counted as having failed.
func fails(run func(string) string) string {
	return run("crm_mon --one-shot --output-as=xml | grep -c fail-count")
}

func TestTheClusterSaysWhatTheRealOneSays(t *testing.T) {
	_, run := member(t)
	require.Equal(t, strings.TrimSpace(saidOfTheCluster), run(asking))
}

func TestTheClusterStartsAgainWhatItsMonitorMisses(t *testing.T) {
	n, run := member(t)
	run("systemctl kill -s KILL nginx")
	eventually(t, func() bool { return fails(run) == "1" && run("systemctl is-active nginx") == "active" })
	run("crm_resource --cleanup --resource www-clone --node ctl-1")
	require.Equal(t, "0", fails(run))

	run("systemctl freeze nginx; sleep 1.5")
	require.Equal(t, "0", fails(run), "what stands still is active to its monitor")
	run("systemctl thaw nginx")

	ban := func(end time.Time) {
		run(`cibadmin --create --scope constraints --xml-text '<rsc_location id="t" rsc="www-clone"><rule id="r" score="-INFINITY"><expression id="e" attribute="#uname" operation="eq" value="ctl-1"/><date_expression id="d" operation="lt" end="` + end.UTC().Format(time.RFC3339) + `"/></rule></rsc_location>'`)
	}
	ban(time.Now().Add(10 * time.Second))
	eventually(t, func() bool { return run("systemctl is-active nginx") == "inactive" })
	eventually(t, func() bool { return run("systemctl is-active nginx") == "active" })
	require.Contains(t, run("cibadmin --query --scope constraints"), `id="t"`, "it has ended, and is still there")

	run(`cibadmin --delete --xpath "//rsc_location[@id='t']"`)
	ban(time.Now().Add(time.Hour))
	eventually(t, func() bool { return run("systemctl is-active nginx") == "inactive" })
	require.NoError(t, n.Reboot())
	eventually(t, func() bool { return run("systemctl is-active pacemaker") == "active" })
	run("sleep 1")
	require.Equal(t, "inactive", run("systemctl is-active nginx"), "a constraint is the cluster's, and outlives the node's boot")
}
