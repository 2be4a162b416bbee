package clock_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/clock"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  mariadb: {unit: mariadb.service, on: {role: controller}, port: 3306, health: {tcp: true}}
`

func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "clock", faulttest.New, func(string) (one, elsewhere faults.Target) {
		return target(t, "ctl-1", ""), target(t, "ctl-3", "")
	})
}

func TestArgumentsAndResources(t *testing.T) {
	s, err := (&clock.Step{By: -90 * time.Second}).Scripts(target(t, "ctl-3", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-strike-1-1", "-90000"}, s.Args)
	require.Equal(t, []string{"clock"}, s.Resources)
}

func TestWhatIsRefused(t *testing.T) {
	for by, want := range map[time.Duration]string{
		0:                "by: 0s is not from 10s to 24h0m0s, ahead or back",
		-9 * time.Second: "by: -9s is not from 10s to 24h0m0s, ahead or back",
		25 * time.Hour:   "by: 25h0m0s is not from 10s to 24h0m0s, ahead or back",
	} {
		require.EqualError(t, (&clock.Step{By: by}).Validate(), want)
		_, err := (&clock.Step{By: by}).Scripts(target(t, "ctl-1", ""))
		require.EqualError(t, err, "check clock.step: "+want)
	}
	require.NoError(t, (&clock.Step{By: -24 * time.Hour}).Validate())
	_, err := clock.NewStep().Scripts(target(t, "ctl-1", "mariadb"))
	require.ErrorContains(t, err, "choose clock: choose node: ")
}
