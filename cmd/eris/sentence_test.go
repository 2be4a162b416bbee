package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// Nobody has seen the scenario that a sentence is made to: what is wrong in that is
// shown in the words that were typed.
func TestProblemsOfASentenceAreShownInItsWords(t *testing.T) {
	cloud, err := inventory.Read("small.yaml", []byte(`version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
openstack: {file: clouds.yaml, cloud: demo}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller], rack: rack-1}
  ctl-2: {address: 198.18.0.12, roles: [controller], rack: rack-2}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000}
  haproxy: {unit: haproxy.service, on: {role: controller}}
`))
	require.NoError(t, err)
	for text, want := range map[string]string{
		"service.kill {signall: TERM} of keystone": `--fault:1:15: unknown key "signall"
    service.kill {signall: TERM} of keystone
                  ^
    did you mean signal?`,
		"service.kill {keep_down: false, signal: FOO} of keystone on one node": "--fault:1:41: service.kill: signal: \"FOO\" is none of",
		"service.kill {keep_down: maybe} keystone":                             "--fault:1:26: keep_down: ",
		"haproxy.drain {backend: keystone} haproxy on ctl-1": `--fault:1:15: haproxy.drain: server: is missing, and has no default
    haproxy.drain {backend: keystone} haproxy on ctl-1
                  ^`,
		"haproxy.drain {backend: keystone, server: a b} haproxy on ctl-1": `--fault:1:43: haproxy.drain: server: "a b" is not a name of haproxy`,
		"haproxy.drain haproxy on ctl-1":                                  "--fault:1:1: haproxy.drain: backend: is missing, and has no default",
		"kill keystone service on  9 nodes for 3s":                        "--fault:1:27: count: 9 are asked for, and 2 fit {service: keystone}",
		"power off all nodes in rack nowhere":                             `--fault:1:29: unknown rack "nowhere"`,
		"kill keystone with role wizard for 3s":                           `--fault:1:25: unknown role "wizard"`,
		"network.delay\n{delay: [1s]} on ctl-1": `--fault:1:23: delay: wants a single value, not a list
    network.delay {delay: [1s]} on ctl-1
                          ^`,
		"network.delay {\n  delay: [1s]} on ctl-1": "--fault:1:26: delay: wants a single value, not a list",
		"network.partition {from: ctl-2} ctl-1": `--fault:1:26: from: wants a mapping, not a single value
    network.partition {from: ctl-2} ctl-1
                             ^
    write {node: ctl-2}, or {service: ctl-2}, {role: ctl-2} and so on`,
		"network.partition {from: [ctl-2, ctl-3]} ctl-1": "write {nodes: [ctl-2, ctl-3]}",
		"network.loss {from: {rol: x}} on ctl-1":         `--fault:1:22: unknown key "rol"`,
	} {
		flags := planFlags{sentences: []string{text}}
		_, err := flags.spec(nil, scenarios.Options{Catalogue: newCatalogue(), Cloud: cloud})
		var problems document.Problems
		require.ErrorAs(t, err, &problems, text)
		require.Contains(t, err.Error(), want, text)
	}
}
