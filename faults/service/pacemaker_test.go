package service_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/pacemaker"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const clusterInventory = `version: eris/v1
cloud: {name: sim, kind: simulated, chaos: allowed}
ssh: {user: %s, key: '%s', known_hosts: '%s'}
nodes:
  ctl-1: {address: '%s', roles: [controller]}
services:
  www: {pacemaker: www-clone, on: {role: controller}, health: {command: systemctl -q is-active nginx.service}}
`

// wwwClone is what a cluster has that runs nginx on each of its nodes.
const wwwClone = `<clone id="www-clone"><primitive id="www" class="systemd" type="nginx"><operations><op id="www-monitor" name="monitor" interval="1s"/></operations></primitive></clone>`

// lone is a resource that there is once in a cluster.
const lone = `<primitive id="one" class="systemd" type="nginx"><operations><op id="one-monitor" name="monitor" interval="1s"/></operations></primitive>`

// clusterBed is a clone on one of three nodes of a cluster, the others of which are
// there and do what they are told.
func clusterBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, file, _ := clusterOf(t, wwwClone, "www-clone")
	return bed, file
}

func clusterOf(t *testing.T, resources, struck string) (faulttest.Bed, string, *pacemaker.Cluster) {
	t.Helper()
	started := max(1, 3*strings.Count(resources, "<clone "))
	up := "systemctl -q is-active nginx.service && test \"$(crm_mon --one-shot --output-as=xml | grep -c 'role=\"Started\"')\" = " + strconv.Itoa(started)
	if !strings.Contains(resources, `class="systemd"`) || strings.Contains(resources, "is-managed") {
		up = "cibadmin --query --scope constraints"
	}
	cluster, err := pacemaker.New(t.Context(), []string{"ctl-1", "ctl-2", "ctl-3"}, resources)
	require.NoError(t, err)
	bed, file := simNode(t, clusterInventory, node.Options{Cluster: cluster, Units: []node.Unit{
		{Name: pacemaker.Unit, Description: "the cluster", Exec: "/usr/sbin/pacemakerd", Daemon: systemd.Daemon{Startup: func() time.Duration { return 100 * time.Millisecond }}},
		{Name: "nginx.service", Description: "what the cluster runs", Exec: "/usr/sbin/nginx", Disabled: true, Daemon: systemd.Daemon{Startup: func() time.Duration { return 100 * time.Millisecond }, Stop: 30 * time.Millisecond}},
	}}, up)
	bed.Service = bed.Cloud.ServiceByName("www")
	bed.Service.Runtime.Name = struck
	bed.Changed, bed.Disturb = familytest.ResourceChanged("nginx.service"), familytest.DisturbResource
	return bed, file, cluster
}

func TestEveryKindOnAResourceOfPacemakerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EveryKind(t, on(clusterBed), familytest.ResourceKinds(), familytest.ServiceFault)
}

func TestDeadmanOverAResourceOfPacemakerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, on(clusterBed), func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOverAResourceOfPacemakerOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, familytest.ResourceKinds(), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return clusterBed(t)
	})
}

func TestScriptsOfAResourceOfPacemakerArePure(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "service") {
		fault, _ := faulttest.New(kind)
		s, err := fault.Scripts(target(inventory.Pacemaker, "www-clone", nil))
		if verb := strings.TrimPrefix(kind, "service."); verb == "reload" || verb == "restart" || verb == "crash_loop" {
			require.EqualError(t, err, `choose runtime: keystone runs as pacemaker "www-clone": `+kind+` is not for that, only service.freeze, service.kill, service.stop`)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{"pacemaker:www-clone"}, s.Resources)
		faulttest.Subset(t, kind, s)
	}
	_, err := (&service.Stop{}).Scripts(target(inventory.Pacemaker, "www:0", nil))
	require.ErrorContains(t, err, `"www:0" is not the id of a resource of Pacemaker`)
}

func TestWhatPacemakerHealsIsTheCloudsOwnOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := clusterBed(t)
	healedByItself(t, bed)
	require.NotContains(t, bed.Shell(t, "crm_mon --one-shot --output-as=xml"), "fail-count", "the cluster has forgotten what the fault made fail")
}

// What there is only once goes to another node and stays there, and what is undone
// is the constraint alone, which the report must not call more.
func TestWhatThereIsOnceStaysWhereItWent(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{false, true} { // with a probe that says nothing of another node
		bed, _, _ := clusterOf(t, lone, "one")
		if !own {
			bed.Service.Health = nil
		}
		familytest.StaysAway(t, bed, "ctl-2")
	}
}

// Where the node never comes back its constraint ends by itself, some time after
// everybody has had his chance to take it away.
func TestTheConstraintEndsByItself(t *testing.T) {
	t.Parallel()
	bed, _ := clusterBed(t)
	run := bed.LongRun("run-ends", "ann@desk")
	i := run.Struck(t, &service.Stop{})
	id := i.Targets()[0].Target.ID
	said := bed.Shell(t, `cibadmin --query --scope constraints | sed -n 's/.*<date_expression id="eris-%s-end" operation="lt" end="\([^"]*\)".*/\1/p'; read -r until </run/eris/%[1]s/ttl-until; read -r up idle </proc/uptime; echo $((until / 1000 - ${up%%.*}))`, id)
	text, left, _ := strings.Cut(said, "\n")
	end, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err, said)
	ttl, err := time.ParseDuration(left + "s")
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(ttl+10*time.Minute), end, 15*time.Second)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// An undo that gets no answer has not undone anything, and says so.
func TestAnUndoWithoutAnAnswerIsTriedAgain(t *testing.T) {
	t.Parallel()
	bed, _, cluster := clusterOf(t, wwwClone, "www-clone")
	before := bed.Fingerprint(t, &service.Stop{})
	run := bed.LongRun("run-mute", "ann@desk")
	i := run.Struck(t, &service.Stop{})
	id := i.Targets()[0].Target.ID
	cluster.Mute("ctl-1", true)
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal Pacemaker does not answer, and the constraint eris-"+id+"-ban-on-ctl-1 may still be there")
	d := faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0]
	require.True(t, slices.ContainsFunc(d.Residue, func(r record.Residue) bool {
		return r.What == "what Pacemaker may have, which does not answer"
	}), "%+v", d.Residue)
	cluster.Mute("ctl-1", false)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, &service.Stop{}))
	bed.Clean(t)
}

// What a part without quorum does may be taken back when the others return.
func TestAnUndoWithoutQuorumIsTriedAgain(t *testing.T) {
	t.Parallel()
	bed, _, cluster := clusterOf(t, wwwClone, "www-clone")
	i := bed.LongRun("run-part", "ann@desk").Struck(t, &service.Stop{})
	id := i.Targets()[0].Target.ID
	cluster.Lose("ctl-2", "ctl-3")
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal the cluster has no quorum, and the constraint eris-"+id+"-ban-on-ctl-1 may come back")
	scripts, err := (&service.Stop{}).Scripts(faults.Target{Node: bed.Node, Service: bed.Service, ID: id})
	require.NoError(t, err)
	require.Equal(t, "the cluster has no quorum: what it says may be taken back", bed.Shell(t, "sh -c %s healthy www-clone %s || true", inventory.Quote(scripts.Healthy), id))
	cluster.Find("ctl-2", "ctl-3")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// What failed is forgotten before anybody waits for the resource, which may not come.
func TestAnUndoForgetsTheFailureBeforeItWaits(t *testing.T) {
	t.Parallel()
	bed, _ := clusterBed(t)
	kill := service.NewKill()
	kill.KeepDown = false
	i := bed.LongRun("run-failed", "ann@desk").Struck(t, kill)
	id := i.Targets()[0].Target.ID
	failed := func() bool {
		return strings.Contains(bed.Shell(t, "crm_mon --one-shot --output-as=xml"), "fail-count")
	}
	faulttest.Eventually(t, 20*time.Second, "the cluster has noticed", failed)
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="person" rsc="www-clone" node="ctl-1" score="-INFINITY"/>'`)
	faulttest.Eventually(t, 20*time.Second, "the cluster has stopped it", func() bool {
		return strings.TrimSpace(bed.Shell(t, "systemctl is-active nginx || true")) != "active"
	})
	done := make(chan time.Duration, 1)
	begun := time.Now()
	go func() {
		bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
		done <- time.Since(begun)
	}()
	require.Eventually(t, func() bool { return !failed() }, faulttest.LongLease/2, 50*time.Millisecond)
	require.Empty(t, done, "it waits still")
	require.Less(t, <-done, 25*time.Second)
	bed.Shell(t, `cibadmin --delete --xpath "//rsc_location[@id='person']"`)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A cluster too old for the options that are asked has nothing of ours, unless it has.
func TestAnOldClusterIsNoResidue(t *testing.T) {
	t.Parallel()
	bed, _, cluster := clusterOf(t, wwwClone, "www-clone")
	cluster.Age()
	bed.Clean(t)
	require.Contains(t, bed.Refusal(t, &service.Stop{}), "Pacemaker does not answer here")
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="eris-7f3c0a1e-x-1-1-ban-on-ctl-1" rsc="www-clone" node="ctl-1" score="-INFINITY"/>'`)
	d := faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0]
	require.Len(t, d.Residue, 1)
	require.Equal(t, "what Pacemaker may have, which does not answer", d.Residue[0].What)
}

// A constraint is the whole cluster's: of a node that is not there another tells, and
// takes it away.
func TestAConstraintOfALostNodeIsFoundFromAnother(t *testing.T) {
	t.Parallel()
	bed, _, cluster := clusterOf(t, wwwClone, "www-clone")
	const rule = "eris-7f3c0a1e-x-1-1-ban-on-ctl-3"
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="%s" rsc="www-clone" node="ctl-3" score="-INFINITY"/>'`, rule)
	bed.Clean(t) // ctl-3 is there to tell of it, and may be holding the fault
	cluster.Lose("ctl-3")
	d := faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0]
	require.Len(t, d.Residue, 1)
	require.Equal(t, "constraint "+rule+" of Pacemaker", d.Residue[0].What)
	require.Equal(t, []string{"constraint " + rule + " of Pacemaker"}, faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, 0)[0].Removed)
	require.NotContains(t, bed.Shell(t, "cibadmin --query --scope constraints"), rule)
	bed.Clean(t)
}

// Without a probe of its own a service works as far as the cluster says: a clone on
// its node, what there is once on any.
func TestWhatTheClusterSaysIsTheHealthOfWhatHasNoProbe(t *testing.T) {
	t.Parallel()
	for resources, c := range map[string]struct {
		struck string
		away   int
	}{wwwClone: {"www-clone", 1}, lone: {"one", 0}} {
		bed, _, cluster := clusterOf(t, resources, c.struck)
		bed.Service.Health = nil
		probe := inventory.ProbeScript(bed.Node, bed.Service)
		works := func() string { return bed.Shell(t, "sh -c %s; echo $?", inventory.Quote(probe)) }
		soon := func(want int) {
			t.Helper()
			require.Eventually(t, func() bool { return works() == strconv.Itoa(want) }, 20*time.Second, 50*time.Millisecond, "%s: %d", c.struck, want)
		}
		ban := func(node string) {
			bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="%[2]s" rsc="%[1]s" node="%[2]s" score="-INFINITY"/>'`, c.struck, node)
		}
		soon(0)
		ban("ctl-1")
		require.Eventually(t, func() bool {
			return !strings.Contains(bed.Shell(t, `crm_mon --one-shot --output-as=xml | sed -n '/<resources>/,/<.resources>/p'`), `name="ctl-1"`)
		}, 20*time.Second, 50*time.Millisecond)
		soon(c.away)
		ban("ctl-2")
		ban("ctl-3")
		soon(1)
		cluster.Mute("ctl-1", true)
		require.Equal(t, "1", works())
	}
}

// Two nodes may be without it at once: each has its own constraint, and neither
// minds when the other's comes and goes.
func TestAFaultOnAnotherNodeOfTheClusterIsItsOwnMatter(t *testing.T) {
	t.Parallel()
	bed, _ := clusterBed(t)
	const other = "eris-7f3c0a1e-x-1-1-ban-on-ctl-2"
	without := bed.Fingerprint(t, &service.Stop{})
	bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="%s" rsc="www-clone" node="ctl-2" score="-INFINITY"/>'`, other)
	require.Equal(t, without, bed.Fingerprint(t, &service.Stop{}))
	i := bed.LongRun("run-two", "ann@desk").Struck(t, &service.Stop{})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Contains(t, bed.Shell(t, "cibadmin --query --scope constraints"), other)
	bed.Clean(t)
}
