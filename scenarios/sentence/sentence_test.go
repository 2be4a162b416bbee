package sentence_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios/sentence"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
openstack: {file: clouds.yaml, cloud: demo}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller], rack: rack-1}
  ctl-2: {address: 198.18.0.12, roles: [controller], rack: rack-2}
  Ctl-3: {address: 198.18.0.13, roles: [controller], rack: Rack-3}
  cmp-1: {address: 198.18.0.21, roles: [compute], switch: sw-1}
switches:
  sw-1: {on: cmp-1, devices: [br0]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000}
  memcached: {unit: memcached.service, on: {nodes: [ctl-2, Ctl-3]}, port: 11211}
  keepalived: {unit: keepalived.service, on: {role: controller}, leader: {address: 198.18.0.10}}
  galera-db: {unit: mariadb.service, on: {role: controller}, leaders: {writer: {command: writes}, donor: {command: gives}}}
`

func read(t *testing.T, text string) (map[string]any, error) {
	t.Helper()
	return readOn(t, small, text)
}

func readOn(t *testing.T, file, text string) (map[string]any, error) {
	t.Helper()
	cloud, err := inventory.Read("small.yaml", []byte(file))
	require.NoError(t, err)
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	written, err := sentence.Scenario(text, &kinds, cloud)
	if err != nil {
		return nil, err
	}
	var scenario struct {
		Phases map[string]string
		Faults map[string]map[string]any
		Loads  map[string]any
	}
	require.NoError(t, yaml.Unmarshal(written.Source, &scenario))
	require.Len(t, scenario.Faults, 1)
	require.Contains(t, scenario.Loads, "tokens")
	for _, fault := range scenario.Faults {
		require.Equal(t, scenario.Phases["chaos"], fault["hold"])
		return fault, nil
	}
	return nil, nil
}

func TestSentences(t *testing.T) {
	type m = map[string]any
	fault := func(kind, hold string, target, args m) m {
		f := m{"fault": kind, "hold": hold, "target": target}
		if args != nil {
			f["args"] = args
		}
		return f
	}
	for text, want := range map[string]m{
		"kill keystone service on one node for 30 seconds":                             fault("service.kill", "30s", m{"service": "keystone", "count": "1"}, nil),
		"Kill the keystone service on a random node during 2 minutes":                  fault("service.kill", "2m0s", m{"service": "keystone", "count": "1"}, nil),
		"freeze keystone on ctl-1, ctl-2 for 500 ms":                                   fault("service.freeze", "500ms", m{"service": "keystone", "nodes": []any{"ctl-1", "ctl-2"}, "count": "all"}, nil),
		"stop keystone service on as many nodes as redundancy tolerates for 1m":        fault("service.stop", "1m0s", m{"service": "keystone", "count": "max"}, nil),
		"stop keystone on a minority of nodes":                                         fault("service.stop", "10s", m{"service": "keystone", "count": "minority"}, nil),
		"unplug keystone on 50% of the nodes":                                          fault("service.unplug", "10s", m{"service": "keystone", "count": "50%"}, nil),
		"link.delay {to: memcached} keystone service on one node":                      fault("link.delay", "10s", m{"service": "keystone", "count": "1"}, m{"to": "memcached"}),
		"terminate keystone service on node Ctl-3":                                     fault("service.kill", "10s", m{"service": "keystone", "nodes": []any{"Ctl-3"}, "count": "all"}, m{"signal": "TERM"}),
		"terminate {keep_down: false} keystone service on node Ctl-3":                  fault("service.kill", "10s", m{"service": "keystone", "nodes": []any{"Ctl-3"}, "count": "all"}, m{"signal": "TERM", "keep_down": false}),
		"terminate {signal: HUP} keystone service on node Ctl-3":                       fault("service.kill", "10s", m{"service": "keystone", "nodes": []any{"Ctl-3"}, "count": "all"}, m{"signal": "HUP"}),
		"power off one node with memcached service for 1.5 minutes":                    fault("power.off", "1m30s", m{"nodes": []any{"Ctl-3", "ctl-2"}, "count": "1"}, nil),
		"restart keystone on one node for 20s":                                         fault("service.restart", "20s", m{"service": "keystone", "count": "1"}, nil),
		"crash loop keystone on one node":                                              fault("service.crash_loop", "10s", m{"service": "keystone", "count": "1"}, nil),
		"reboot ctl-2 for 1 minute":                                                    fault("node.reboot", "1m0s", m{"nodes": []any{"ctl-2"}, "count": "all"}, nil),
		"crash one controller":                                                         fault("node.crash", "10s", m{"role": "controller", "count": "1"}, nil),
		"reload keystone on ctl-1":                                                     fault("service.reload", "10s", m{"service": "keystone", "nodes": []any{"ctl-1"}, "count": "all"}, nil),
		"power off all nodes in rack Rack-3":                                           fault("power.off", "10s", m{"rack": "Rack-3", "count": "all"}, nil),
		"power off ctl-2 running memcached for 5 s":                                    fault("power.off", "5s", m{"nodes": []any{"ctl-2"}, "count": "all"}, nil),
		"power off node with memcached service Ctl-3":                                  fault("power.off", "10s", m{"nodes": []any{"Ctl-3"}, "count": "all"}, nil),
		"power off a controller where keepalived leads for 5 s":                        fault("power.off", "5s", m{"role": "controller", "count": "1", "leader": "keepalived"}, nil),
		"power off where keepalived leads":                                             fault("power.off", "10s", m{"nodes": []any{"Ctl-3", "ctl-1", "ctl-2"}, "count": "1", "leader": "keepalived"}, nil),
		"stop memcached on all nodes where keepalived does not lead":                   fault("service.stop", "10s", m{"service": "memcached", "count": "all", "follower": "keepalived"}, nil),
		"stop keystone on one node where galera-db/donor leads":                        fault("service.stop", "10s", m{"service": "keystone", "count": "1", "leader": "galera-db/donor"}, nil),
		"isolate ctl-1 from ctl-2 for 5 s":                                             fault("network.partition", "5s", m{"nodes": []any{"ctl-1"}, "count": "all"}, m{"from": m{"nodes": []any{"ctl-2"}}}),
		"partition one controller from memcached":                                      fault("network.partition", "10s", m{"role": "controller", "count": "1"}, m{"from": m{"service": "memcached"}}),
		"partition ctl-1 from the computes":                                            fault("network.partition", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, m{"from": m{"role": "compute"}}),
		"unplug keystone on ctl-1 from memcached service for 3s":                       fault("service.unplug", "3s", m{"service": "keystone", "nodes": []any{"ctl-1"}, "count": "all"}, m{"from": "memcached"}),
		"kill a random service for 3s":                                                 fault("service.kill", "3s", m{"service": "any", "count": "1"}, nil),
		"stop any service on ctl-2":                                                    fault("service.stop", "10s", m{"service": "any", "nodes": []any{"ctl-2"}, "count": "1"}, nil),
		"stop as many keystone services as redundancy tolerates":                       fault("service.stop", "10s", m{"service": "keystone", "count": "max"}, nil),
		"kill as many keystone as possible for 3s":                                     fault("service.kill", "3s", m{"service": "keystone", "count": "max"}, nil),
		"network.switch sw-1 for 5s":                                                   fault("network.switch", "5s", m{"nodes": []any{"cmp-1"}, "count": "all"}, m{"switch": "sw-1"}),
		"disconnect management network on one controller for 5 sec":                    fault("network.partition", "5s", m{"role": "controller", "count": "1"}, nil),
		"disconnect the management network on nodes ctl-1 and ctl-2":                   fault("network.partition", "10s", m{"nodes": []any{"ctl-1", "ctl-2"}, "count": "all"}, nil),
		"disconnect 192.0.2.0/24 network on ctl-1 for 5s":                              fault("network.down", "5s", m{"nodes": []any{"ctl-1"}, "count": "all"}, m{"carries": "192.0.2.0/24"}),
		"disconnect network 192.0.2.7 on ctl-1":                                        fault("network.down", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, m{"carries": "192.0.2.7"}),
		"disconnect eth1 interface on a random node with memcached service":            fault("network.down", "10s", m{"nodes": []any{"Ctl-3", "ctl-2"}, "count": "1"}, m{"interface": "eth1"}),
		"disconnect interface eth1 on ctl-1":                                           fault("network.down", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, m{"interface": "eth1"}),
		"shut down node ctl-1 for 1 minute":                                            fault("node.shutdown", "1m0s", m{"nodes": []any{"ctl-1"}, "count": "all"}, nil),
		"shutdown ctl-1 node":                                                          fault("node.shutdown", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, nil),
		"poweroff single controller":                                                   fault("power.off", "10s", m{"role": "controller", "count": "1"}, nil),
		"stress cpu for 30 seconds on one controller":                                  fault("cpu.load", "30s", m{"role": "controller", "count": "1"}, nil),
		"stress memory on ctl-1":                                                       fault("memory.load", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, nil),
		"stress disk on ctl-1":                                                         fault("io.load", "10s", m{"nodes": []any{"ctl-1"}, "count": "all"}, nil),
		"power off rack Rack-3 for 5s":                                                 fault("power.off", "5s", m{"rack": "Rack-3", "count": "all"}, nil),
		"power off the zone z-1":                                                       fault("power.off", "10s", m{"zone": "z-1", "count": "all"}, nil),
		"power off one node of rack rack-1":                                            fault("power.off", "10s", m{"rack": "rack-1", "count": "1"}, nil),
		"stop keystone on rack rack-1":                                                 fault("service.stop", "10s", m{"service": "keystone", "rack": "rack-1", "count": "all"}, nil),
		"kill keystone on the node with the most sockets.established for 3s":           fault("service.kill", "3s", m{"service": "keystone", "count": "1", "most": "sockets.established"}, nil),
		"reboot two controllers with least node.cpu_busy":                              fault("node.reboot", "10s", m{"role": "controller", "count": "2", "least": "node.cpu_busy"}, nil),
		"isolate one controller for 5 s":                                               fault("network.partition", "5s", m{"role": "controller", "count": "1"}, nil),
		"disconnect two controllers":                                                   fault("network.partition", "10s", m{"role": "controller", "count": "2"}, nil),
		"network.partition {direction: in, from: {node: ctl-1}} on ctl-2":              fault("network.partition", "10s", m{"nodes": []any{"ctl-2"}, "count": "all"}, m{"direction": "in", "from": m{"node": "ctl-1"}}),
		"service.kill {keep_down: false} of keystone on one node with role controller": fault("service.kill", "10s", m{"service": "keystone", "role": "controller", "count": "1"}, m{"keep_down": false}),
	} {
		got, err := read(t, text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestWrongWordsAreShown(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                          "--fault:1:1: nothing is said",
		"kil keystone service":                                      "--fault:1:1: no fault is called \"kil\"\n    kil keystone service\n    ^\n    did you mean kill?",
		"kill keyston service on one node":                          "--fault:1:6: unknown service \"keyston\"\n    kill keyston service on one node\n         ^\n    did you mean keystone?",
		"kill keystone on node ctl-9":                               "--fault:1:23: unknown node \"ctl-9\"",
		"reboot nodes in rack rack-1":                               "--fault:1:8: how many nodes are struck is not said",
		"kill keystone service from ctl-1":                          "--fault:1:23: service.kill has no other end",
		"isolate ctl-1 from":                                        "--fault:1:19: who is at the other end is not said",
		"isolate ctl-1 from ctl-9":                                  "--fault:1:20: unknown other end \"ctl-9\"",
		"kill as many keystone services":                            "as many as what?",
		"kill keystone as redundancy tolerates":                     "--fault:1:15: as many as what?",
		"network.jitter on ctl-1":                                   "network.delay has jitter",
		"kill keystone on one two nodes":                            "--fault:1:22: how many are struck is said twice",
		"kill keystone for 30":                                      "--fault:1:19: 30 has no unit of time",
		"kill keystone for ever":                                    "--fault:1:19: \"ever\" is no length of time",
		"kill keystone for":                                         "\"\" is no length of time",
		"kill keystone for 0s":                                      "\"0s\" is no length of time",
		"kill":                                                      "--fault:1:5: nobody is said to be struck",
		"power off ctl-1 running memcached":                         "the service that is said to be on ctl-1 is not there",
		"kill keystone in rack rack-1 in rack rack-2":               "--fault:1:33: which rack is said twice",
		"kill keystone for 3 s for 4 s":                             "for how long is said twice",
		"kill keystone in rack":                                     "which rack is not said",
		"service.kill {signal: [} of keystone":                      "--fault:1:14: what is in braces cannot be read: ",
		"service.kill {signal: TERM of keystone":                    "--fault:1:14: what is in braces cannot be read: ",
		"power off one node with":                                   "whom it is about is not said",
		"power off where":                                           "--fault:1:16: where is not said",
		"power off where memcached leads":                           "--fault:1:17: the inventory does not say how a node knows that memcached leads on it",
		"power off where galera-db leads":                           "--fault:1:17: the leaders of galera-db that the inventory tells are donor, writer",
		"power off where galera-db/reader leads":                    "e.g. where galera-db/donor leads",
		"power off where keepalived rests":                          "--fault:1:28: keepalived where it leads, or does not?",
		"power off where keepalived leads where keepalived follows": "--fault:1:34: where is said twice",
		"disconnect the storage network on ctl-1":                   "--fault:1:16: the inventory does not say what the storage network is",
		"disconnect network on ctl-1":                               "--fault:1:20: which network is not said",
		"disconnect interface":                                      "--fault:1:21: which interface is not said",
		"plug keystone service":                                     "--fault:1:1: no fault is called \"plug\"\n    plug keystone service\n    ^\n    it is what undoes unplug, which happens by itself when its time is over: say unplug",
		"start keystone service":                                    "it is what undoes stop",
		"connect management network on ctl-1":                       "it is what undoes disconnect",
		"power on ctl-1":                                            "--fault:1:1: no fault is called \"power on\"",
		"poweron ctl-1":                                             "it is what undoes power off",
		"oom one node":                                              "nothing here has the kernel end processes for it",
		"stress kernel on ctl-1":                                    "no fault is called \"stress kernel\"\n    stress kernel on ctl-1\n    ^\n    stress cpu, stress memory and stress disk are there",
		"power off switch sw-1":                                     "--fault:1:11: the switch, or its nodes?",
		"power off rack":                                            "--fault:1:11: unknown service, node or role \"rack\"",
		"power off with most":                                       "--fault:1:20: the most of what is not said",
		"power off with the most x with the least y":                "which of them is said twice",
		"power off where keepalived leads with the most x":          "it is one of them",
		"power off with the most x where keepalived leads":          "it is one of them",
		"power off one node with memcachd service":                  "--fault:1:25: unknown service \"memcachd\"",
	} {
		_, err := read(t, text)
		var problems document.Problems
		require.ErrorAs(t, err, &problems, text)
		require.Contains(t, err.Error(), want, text)
	}
}

// What bears the name of a word is struck where it is said to be a node, and nobody
// else is struck in its place.
func TestNamesThatAreWords(t *testing.T) {
	const odd = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
openstack: {file: clouds.yaml, cloud: demo}
nodes:
  a: {address: 198.18.0.31, roles: [odd]}
  two: {address: 198.18.0.32, roles: [odd]}
  half: {address: 198.18.0.33, roles: [odd]}
  all: {address: 198.18.0.34, roles: [odd]}
  "3": {address: 198.18.0.35, roles: [odd]}
services:
  keystone: {unit: keystone.service, on: {role: odd}}
  some: {unit: some.service, on: {role: odd}}
`
	for text, want := range map[string][]any{
		"reboot node a":                 {"a"},
		"reboot nodes a, two and half":  {"a", "two", "half"},
		"stop keystone on node all":     {"all"},
		"isolate node a from node half": {"a"},
		"reboot node 3 for 4 s":         {"3"},
	} {
		got, err := readOn(t, odd, text)
		require.NoError(t, err, text)
		require.Equal(t, map[string]any{"nodes": want, "count": "all"}, withoutService(got["target"]), text)
	}
	for text, want := range map[string]string{
		"reboot a":                    `--fault:1:8: "a" is a word here, and a name in the inventory`,
		"stop keystone on all":        `--fault:1:18: "all" is a word here`,
		"stop keystone on two":        `"two" is a word here`,
		"reboot 3 nodes":              `"3" is a word here`,
		"stop some service on node a": `"some" is a word here`,
	} {
		_, err := readOn(t, odd, text)
		require.ErrorContains(t, err, want, text)
	}
}

func withoutService(target any) any {
	delete(target.(map[string]any), "service")
	return target
}
