package service_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
)

func target(kind inventory.RuntimeKind, name string, probe *inventory.Probe) faults.Target {
	return faults.Target{
		ID:      "7f3c-lose-keystone-1-1",
		Node:    &inventory.Node{Name: "ctl-1", Address: netip.MustParseAddrPort("198.18.0.11:22")},
		Service: &inventory.Service{Name: "keystone", Runtime: inventory.Runtime{Kind: kind, Name: name}, Port: 5000, Health: probe},
	}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "service", faulttest.New, func(string) (one, elsewhere faults.Target) {
		one = target(inventory.Unit, "keystone.service", &inventory.Probe{HTTP: "/healthcheck"})
		elsewhere = one
		elsewhere.Node = &inventory.Node{Name: "ctl-3", Address: netip.MustParseAddrPort("198.18.0.13:22")}
		return one, elsewhere
	})
	for _, kind := range faulttest.Kinds(t, "service") {
		fault, _ := faulttest.New(kind)
		s, err := fault.Scripts(target(inventory.Unit, "keystone.service", nil))
		require.NoError(t, err)
		faulttest.Subset(t, kind, s)
	}
}

func TestArgumentsAndResources(t *testing.T) {
	s, err := service.NewKill().Scripts(target(inventory.Unit, "keystone.service", nil))
	require.NoError(t, err)
	require.Equal(t, []string{"keystone.service", "7f3c-lose-keystone-1-1", "KILL", "true"}, s.Args)
	for _, kind := range faulttest.Kinds(t, "service") {
		fault, _ := faulttest.New(kind)
		s, err := fault.Scripts(target(inventory.Unit, "keystone.service", nil))
		require.NoError(t, err, kind)
		require.Equal(t, []string{"unit:keystone.service"}, s.Resources, kind)
	}
}

func TestWhatCannotBeStruckIsRefusedWithItsReason(t *testing.T) {
	for _, c := range []struct {
		kind inventory.RuntimeKind
		name string
		want string
	}{
		{inventory.Pod, "keystone-0", `runs as pod "keystone-0", which this fault does not support yet`},
		{inventory.Unit, "keystone.service; reboot", "is not the name of a .service unit"},
		{inventory.Unit, "keystone.timer", "is not the name of a .service unit"},
		{inventory.Unit, "--all.service", "is not the name of a .service unit"},
	} {
		_, err := (&service.Stop{}).Scripts(target(c.kind, c.name, nil))
		require.ErrorContains(t, err, c.want)
	}
	whole := target(inventory.Unit, "x.service", nil)
	whole.Service = nil
	_, err := (&service.Freeze{}).Scripts(whole)
	require.ErrorContains(t, err, "ctl-1 is a whole node")
}

func TestKillRefusesASignalThatEndsNothing(t *testing.T) {
	kill := service.NewKill()
	kill.Signal = "CONT"
	_, err := kill.Scripts(target(inventory.Unit, "keystone.service", nil))
	require.ErrorContains(t, err, `signal: "CONT"`)
}

func TestACrashLoopRefusesWhatIsNone(t *testing.T) {
	for _, c := range []struct {
		loop service.CrashLoop
		want string
	}{
		{service.CrashLoop{Every: 199 * time.Millisecond, Signal: "KILL"}, "every: 199ms is not between 200ms and 5m"},
		{service.CrashLoop{Every: time.Hour, Signal: "SEGV"}, "every: 1h0m0s is not between 200ms and 5m"},
		{service.CrashLoop{Every: time.Second, Signal: "TERM"}, `signal: "TERM" is none of ["KILL" "ABRT" "SEGV"]`},
	} {
		_, err := c.loop.Scripts(target(inventory.Unit, "keystone.service", nil))
		require.ErrorContains(t, err, c.want)
	}
	s, err := (&service.CrashLoop{Every: 1500 * time.Millisecond, Signal: "ABRT"}).Scripts(target(inventory.Unit, "keystone.service", nil))
	require.NoError(t, err)
	require.Equal(t, []string{"keystone.service", "7f3c-lose-keystone-1-1", "crash", "ABRT", "1.500"}, s.Args)
}
