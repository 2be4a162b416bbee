package service_test

import (
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const simInventory = `version: eris/v1
cloud: {name: sim, kind: simulated, chaos: allowed}
ssh: {user: %s, key: '%s', known_hosts: '%s'}
nodes:
  ctl-1: {address: '%s', roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, health: {command: systemctl -q is-active keystone.service}}
`

// onSim runs each test on a simulated node of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t)
	f(t, bed)
}

// simBed is a simulated node behind real SSH, and the path of its inventory.
func simBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	return simNode(t, simInventory, node.Options{Units: []node.Unit{{
		Name: "keystone.service", Description: "the service to be struck", Exec: "/usr/bin/keystone", Restart: "on-failure", Reload: "/bin/kill -HUP $MAINPID",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return 300 * time.Millisecond }, Stop: 30 * time.Millisecond},
	}}}, "systemctl -q is-active keystone.service")
}

// simNode is familytest.SimulatedNode with what the beds of a unit have.
func simNode(t *testing.T, text string, o node.Options, up string) (faulttest.Bed, string) {
	t.Helper()
	bed, file := familytest.SimulatedNode(t, text, o, up)
	bed.Service = bed.Cloud.ServiceByName("keystone")
	bed.Changed, bed.Trace, bed.Disturb = changedBy(t.Name()), invocation, familytest.DisturbUnit("keystone.service")
	return bed, file
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "service", familytest.ServiceFault)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim, func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "service"), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		return simBed(t)
	})
}

func TestWhatSystemdHealsIsTheCloudsOwnOnASimulatedNode(t *testing.T) {
	onSim(t, healedByItself)
}

func TestWhatIsKeptDownIsNotHealedOnASimulatedNode(t *testing.T) {
	onSim(t, keptDown)
}

func TestAHaltHoldsUntilHealOnASimulatedNode(t *testing.T) { onSim(t, halts) }
