package inventory_test

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

func TestSelectPicksWhatHolds(t *testing.T) {
	cloud := load(t)
	for _, c := range []struct {
		selector inventory.Selector
		want     []string
	}{
		{inventory.Selector{Service: "keystone"}, []string{"keystone@ctl-1", "keystone@ctl-2", "keystone@ctl-3"}},
		{inventory.Selector{Service: "keystone", Rack: "rack-2"}, []string{"keystone@ctl-2", "keystone@ctl-3"}},
		{inventory.Selector{Role: "controller", Host: "metal-1"}, []string{"ctl-1", "ctl-3"}},
		{inventory.Selector{Nodes: []string{"ctl-3", "cmp-1", "ctl-3"}}, []string{"cmp-1", "ctl-3"}},
		{inventory.Selector{Zone: "az-2"}, []string{"cmp-1"}},
		{inventory.Selector{Group: "galera"}, []string{"garbd@cmp-1", "mariadb@ctl-1", "mariadb@ctl-2", "mariadb@ctl-3"}},
		{inventory.Selector{Group: "galera", Service: "mariadb", Node: "ctl-1"}, []string{"mariadb@ctl-1"}},
		{inventory.Selector{Group: "galera", Service: "any", Node: "ctl-1"}, []string{"mariadb@ctl-1"}},
		{inventory.Selector{Service: "any", Zone: "az-2"}, []string{"garbd@cmp-1", "nova-compute@cmp-1"}},
	} {
		refs, err := cloud.Select(c.selector)
		require.NoError(t, err, c.selector)
		var got []string
		for _, r := range refs {
			got = append(got, r.String())
		}
		require.Equal(t, c.want, got, c.selector)
	}
}

func TestSelectNeverPicksNothing(t *testing.T) {
	cloud := load(t)
	for want, selector := range map[string]inventory.Selector{
		"the selector is empty":                              {},
		`unknown service "keyston"; did you mean keystone?`:  {Service: "keyston"},
		`unknown rack "rack-9"; did you mean rack-1?`:        {Rack: "rack-9", Service: "keystone"},
		`unknown node "ctl-4"; did you mean ctl-1?`:          {Nodes: []string{"ctl-1", "ctl-4"}},
		`unknown group "x"; known: api, galera`:              {Group: "x"},
		"nothing in the cloud fits {role: compute, rack: ra": {Role: "compute", Rack: "rack-1"},
		"fits {service: wonder, group: api}":                 {Service: "wonder", Group: "api"},
	} {
		refs, err := cloud.Select(selector)
		require.ErrorContains(t, err, want)
		require.Empty(t, refs)
	}
}

func TestADomainTakesAllOfItsNodes(t *testing.T) {
	cloud := load(t)
	var got []string
	for _, d := range []inventory.Domain{
		{Level: "zone", Name: "az-1"}, {Level: "zone", Name: "az-2"},
		{Level: "rack", Name: "rack-1"}, {Level: "rack", Name: "rack-2"}, {Level: "switch", Name: "sw-2"}, {Level: "host", Name: "metal-1"},
	} {
		line := d.String() + ":"
		for _, n := range cloud.NodesIn(d) {
			line += " " + n.Name
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"zone az-1: ctl-1 ctl-2 ctl-3", "zone az-2: cmp-1",
		"rack rack-1: ctl-1", "rack rack-2: ctl-2 ctl-3", "switch sw-2: ctl-2 ctl-3", "host metal-1: ctl-1 ctl-3",
	}, got)
	require.Empty(t, cloud.NodesIn(inventory.Domain{Level: "rack"}), "a node without a rack shares none")
	require.Empty(t, cloud.NodesIn(inventory.Domain{Level: "rack", Name: "rack-9"}))
	require.Equal(t, "nova-compute", cloud.ServicesOn("cmp-1")[1].Name)
}

func TestProbeScripts(t *testing.T) {
	node := &inventory.Node{Listen: "fd00::1"}
	service := func(p *inventory.Probe) *inventory.Service {
		return &inventory.Service{Port: 5000, Health: p, Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "a.service"}}
	}
	require.Equal(t, "curl -fsS -o /dev/null -m 1.5 'http://[fd00::1]:5000/v3?a=b' >/dev/null 2>&1\n",
		inventory.ProbeScript(node, service(&inventory.Probe{HTTP: "/v3?a=b", Timeout: 1500 * time.Millisecond})))
	require.Equal(t, "nc -z -w 2 'fd00::1' 5000 >/dev/null 2>&1\n",
		inventory.ProbeScript(node, service(&inventory.Probe{TCP: true, Timeout: 1500 * time.Millisecond})))
	require.Equal(t, "systemctl is-active --quiet 'a.service'\n", inventory.ProbeScript(node, service(nil)))
}

// TestProbeCommandsRunAsWritten runs the scripts that need nothing but sh.
func TestProbeCommandsRunAsWritten(t *testing.T) {
	node := &inventory.Node{Listen: "127.0.0.1"}
	probe := func(s *inventory.Service) error {
		return exec.CommandContext(t.Context(), "sh", "-c", inventory.ProbeScript(node, s)).Run()
	}
	command := func(c string) *inventory.Service {
		return &inventory.Service{Health: &inventory.Probe{Command: c, Timeout: time.Second}}
	}
	require.NoError(t, probe(command(`test "it's" = 'it'\''s'`)))
	require.Error(t, probe(command(`test a = b`)))

	running := exec.CommandContext(t.Context(), "sleep", "60")
	require.NoError(t, running.Start())
	process := func(name string) *inventory.Service {
		return &inventory.Service{Runtime: inventory.Runtime{Kind: inventory.Process, Name: name}}
	}
	require.NoError(t, probe(process("sleep")))
	require.Error(t, probe(process("no-such-process-anywhere")))
	require.NoError(t, running.Process.Kill())
	require.Error(t, running.Wait())
}
