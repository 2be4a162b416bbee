package link_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, listen: 'fd00::12', roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000, health: {http: /healthcheck}}
  nginx: {unit: nginx.service, on: {role: controller}, port: 80, health: {http: /}}
  placement: {container: placement_api, on: {nodes: [ctl-1]}, port: 8778, health: {http: /}}
  memcached: {unit: memcached.service, on: {nodes: [ctl-2, ctl-3]}, port: 11211, health: {tcp: true}}
  neutron-agent: {process: agent, on: {node: ctl-1}}
  nova-compute: {unit: nova-compute.service, on: {node: ctl-1}}
  horizon: {unit: nginx.service, on: {nodes: [ctl-2]}, port: 81, health: {http: /}}
`

// target is a service on a node of the small cloud, or the whole node.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: id, Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "link", newFault, func(string) (one, elsewhere faults.Target) {
		return target(t, "ctl-2", "memcached"), target(t, "ctl-3", "memcached")
	})
}

func TestALinkIsFromTheClientsUserToThePeersAddresses(t *testing.T) {
	d := link.NewDelay()
	d.To, d.Addresses, d.Ports, d.Jitter = "memcached", []netip.Addr{netip.MustParseAddr("198.18.0.10")}, []int{11212}, 20*time.Millisecond
	s, err := d.Scripts(target(t, "ctl-3", "keystone"))
	require.NoError(t, err)
	require.Equal(t, []string{
		id, "link-keystone", "keystone.service", "client", "delay 100 20 100",
		"meta skuid OWNERS ip daddr { 127.0.0.1, 198.18.0.10, 198.18.0.12, 198.18.0.13 } tcp dport { 11211, 11212 } counter redirect to :PORT4;" +
			"meta skuid OWNERS ip6 daddr { ::1, fd00::12 } tcp dport { 11211, 11212 } counter redirect to :PORT6",
		"198.18.0.10 11211 198.18.0.12 11211 198.18.0.13 11211 fd00::12 11211 198.18.0.10 11212 198.18.0.12 11212 198.18.0.13 11212 fd00::12 11212 " +
			"127.0.0.1 11211 ::1 11211 127.0.0.1 11212 ::1 11212", "keystone to memcached comes late", "100 ms ± 20 ms",
	}, s.Args)
	require.Equal(t, []string{"link:keystone"}, s.Resources)
	require.Contains(t, s.Healthy, "/healthcheck", "the client's own")
}

func TestWhatIsAskedIsToldInWords(t *testing.T) {
	for _, c := range []struct {
		fault       faults.Fault
		how, asked  string
		curlsBefore bool
	}{
		{&link.Rate{Link: link.Link{To: "nginx"}, Rate: 2048}, "rate 2048 0 100", "2048 B/s", false},
		{&link.Reset{Link: link.Link{To: "nginx"}, Share: 1}, "reset 0 0 100", "each connection", false},
		{&link.Reset{Link: link.Link{To: "nginx"}, Share: 0.07}, "reset 0 0 7", "7% of the connections", false},
		{&link.Status{Link: link.Link{To: "nginx"}, Status: 404, Share: 0.5}, "http_status 404 0 50", "404 for 50% of the requests", true},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-3", "keystone"))
		require.NoError(t, err)
		require.Equal(t, c.how, s.Args[4])
		require.Equal(t, c.asked, s.Args[8])
		if c.curlsBefore {
			require.Contains(t, s.Tools, "curl")
			require.Contains(t, s.Preflight, "plain HTTP")
		} else {
			require.NotContains(t, s.Preflight, "plain HTTP")
		}
	}
}

func TestALinkIsRefusedThatCannotBeStruckAlone(t *testing.T) {
	to := func(service string) link.Link { return link.Link{To: service} }
	for _, c := range []struct {
		fault         faults.Fault
		node, service string
		want          string
	}{
		{link.NewReset(), "ctl-3", "keystone", "to: names no service"},
		{&link.Reset{Link: to("memcache"), Share: 1}, "ctl-3", "keystone", `to: unknown service "memcache"; did you mean memcached?`},
		{&link.Reset{Link: to("nova-compute"), Share: 1}, "ctl-3", "keystone", "to: the inventory knows no port of nova-compute; say ports"},
		{&link.Reset{Link: to("nginx"), Share: 1}, "ctl-3", "", "ctl-3 is a whole node, and this fault strikes a service"},
		{&link.Reset{Link: to("nginx"), Share: 1}, "ctl-1", "neutron-agent", `neutron-agent runs as process "agent", which this fault does not support yet: only units of systemd and containers`},
		{&link.Reset{Link: to("nginx"), Share: 0.005}, "ctl-3", "keystone", "is not a whole percentage from 1% to 100%"},
		{&link.Reset{Link: link.Link{To: "nginx", Ports: []int{70000}}, Share: 1}, "ctl-3", "keystone", "ports: 70000 is not between 1 and 65535"},
		{&link.Reset{Link: link.Link{To: "nginx", Ports: []int{5000}}, Share: 1}, "ctl-3", "keystone", "ports: 5000 of ctl-1 is that of keystone"},
		{&link.Reset{Link: link.Link{To: "memcached", Ports: []int{8778}, Addresses: []netip.Addr{netip.MustParseAddr("198.18.0.11")}}, Share: 1}, "ctl-3", "keystone", "ports: 8778 of ctl-1 is that of placement"},
		{&link.Reset{Link: link.Link{To: "placement", Ports: []int{11211}, Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}, Share: 1}, "ctl-3", "keystone", "ports: 11211 of ctl-3 is that of memcached"},
		{&link.Reset{Link: to("memcached"), Share: 1}, "ctl-2", "horizon", "nginx.service of ctl-2 runs nginx too, which would be struck uncounted"},
		{&link.Reset{Link: link.Link{To: "nginx", Addresses: []netip.Addr{netip.IPv4Unspecified()}}, Share: 1}, "ctl-3", "keystone", "addresses: 0.0.0.0 is nobody's"},
		{&link.Status{Link: to("memcached"), Status: 503, Share: 1}, "ctl-3", "keystone", "to: the inventory does not say that memcached speaks HTTP: its health probe is none of http"},
		{&link.Status{Link: to("nginx"), Status: 302, Share: 1}, "ctl-3", "keystone", "status: 302 is not from 400 to 599"},
		{&link.Rate{Link: to("nginx"), Rate: 100}, "ctl-3", "keystone", "rate: 100B is not from 1KiB to 1GiB"},
		{&link.Delay{Link: to("nginx"), Delay: 1500 * time.Millisecond, Jitter: 600 * time.Millisecond}, "ctl-3", "keystone", "delay: 1.5s is not from 1ms to 2s, with its jitter"},
		{&link.Delay{Link: to("nginx"), Delay: 100 * time.Millisecond, Jitter: 200 * time.Millisecond}, "ctl-3", "keystone", "jitter: 200ms is not from 0s to the delay, 100ms"},
	} {
		_, err := c.fault.Scripts(target(t, c.node, c.service))
		require.ErrorContains(t, err, c.want)
	}
	shared := &link.Reset{Link: link.Link{To: "memcached", Shared: true}, Share: 1}
	_, err := shared.Scripts(target(t, "ctl-2", "horizon"))
	require.NoError(t, err)
	alone := target(t, "ctl-3", "keystone")
	alone.Cloud = nil
	_, err = (&link.Reset{Link: to("nginx"), Share: document.Percent(1)}).Scripts(alone)
	require.ErrorContains(t, err, "nobody knows the cloud")
}
