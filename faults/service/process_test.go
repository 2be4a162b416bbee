package service_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

const processInventory = `version: eris/v1
cloud: {name: sim, kind: simulated, chaos: allowed}
ssh: {user: %s, key: '%s', known_hosts: '%s'}
nodes:
  ctl-1: {address: '%s', roles: [controller]}
services:
  lone: {process: sleep, start: setsid -f sleep 1000000, on: {role: controller}}
`

// processBed is a process that nobody runs.
func processBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	bed, file := simNode(t, processInventory, node.Options{}, "setsid -f sleep 1000000; until pgrep -x -f 'sleep 1000000' >/dev/null; do sleep 0.01; done")
	bed.Service = bed.Cloud.ServiceByName("lone")
	bed.Changed, bed.Disturb = familytest.ProcessChanged("sleep 1000000"), familytest.DisturbProcess("sleep 999999")
	return bed, file
}

func TestEveryKindOnAProcessOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EveryKind(t, on(processBed), familytest.ProcessKinds(), familytest.ServiceFault)
}

func TestEngineKilledOverAProcessOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, familytest.ProcessKinds(), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return processBed(t)
	})
}

func TestScriptsOfAProcessArePure(t *testing.T) {
	lone := target(inventory.Process, "lone-service-of-ours", nil)
	_, err := service.NewKill().Scripts(lone)
	require.EqualError(t, err, `choose process: nobody starts keystone again, which runs as process "lone-service-of": the inventory has to say start: COMMAND`)
	lone.Service.Runtime.Start = "/usr/local/bin/lone -d"
	for _, kind := range faulttest.Kinds(t, "service") {
		fault, _ := faulttest.New(kind)
		s, err := fault.Scripts(lone)
		if kind != "service.kill" && kind != "service.freeze" {
			require.ErrorContains(t, err, kind+" is not for that, only service.freeze, service.kill")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{"lone-service-of", lone.ID, "/usr/local/bin/lone -d"}, s.Args[:3])
		faulttest.Subset(t, kind, s)
	}
	for name, want := range map[string]string{"sshd": "without sshd nothing could be undone", "a b": `"a b" has more than letters`} {
		lone.Service.Runtime.Name = name
		_, err = (&service.Freeze{}).Scripts(lone)
		require.ErrorContains(t, err, want)
	}
}

// Only what was recorded is told to go on, and what was made while it was being
// stopped stands still too.
func TestOnlyTheProcessesThatWereStoppedGoOn(t *testing.T) {
	t.Parallel()
	bed, _ := processBed(t)
	bed.Shell(t, "setsid -f sleep 1000000; until [ \"$(pgrep sleep | wc -l)\" = 2 ]; do sleep 0.01; done")
	i := bed.LongRun("run-two", "ann@desk").Struck(t, &service.Freeze{})
	id := i.Targets()[0].Target.ID
	require.Equal(t, "2", bed.Shell(t, "wc -l </run/eris/%s/stopped", id))
	bed.Shell(t, "setsid -f sleep 999999; until pgrep -x -f 'sleep 999999' >/dev/null; do sleep 0.01; done; kill -s STOP $(pgrep -x -f 'sleep 999999')")
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	states := bed.Shell(t, "for pid in $(pgrep sleep); do cut -d ' ' -f 3 /proc/$pid/stat; done")
	require.Equal(t, "S S T", strings.Join(strings.Fields(states), " "))
	bed.Shell(t, "kill -s KILL $(pgrep -x -f 'sleep 999999')")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A fault may wait for its trigger for an hour: who has that name by then and had
// not when it was armed is not struck, and neither is anybody else.
func TestAProcessThatCameAfterTheArmingIsNotStruck(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{"kill": service.NewKill(), "freeze": &service.Freeze{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := processBed(t)
			i := bed.LongRun("run-later", "ann@desk").Armed(t, fault)
			bed.Shell(t, "systemd-run --quiet --unit=other sleep 1000; until [ \"$(pgrep sleep | wc -l)\" = 2 ]; do sleep 0.01; done")
			require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "the processes of sleep are not those that were there when the fault was armed")
			require.Equal(t, "S S", strings.Join(strings.Fields(bed.Shell(t, "for pid in $(pgrep sleep); do cut -d ' ' -f 3 /proc/$pid/stat; done")), " "))
			bed.Shell(t, "systemctl stop other")
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			bed.Clean(t)
		})
	}
}

func TestAProcessOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simNode(t, processInventory, node.Options{}, "true")
	bed.Service = bed.Cloud.ServiceByName("lone")
	strike := func(fault faults.Fault) string { return bed.Refusal(t, fault) }
	require.Contains(t, strike(service.NewKill()), "no process is called sleep here")
	bed.Shell(t, "systemd-run --quiet --unit=other sleep 1000")
	require.Contains(t, strike(&service.Freeze{}), "of sleep is of other.service: the inventory has to say unit: other.service")
}
