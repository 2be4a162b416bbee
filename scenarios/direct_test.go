package scenarios_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/scenarios"
)

// watching is a scenario with collectors, an entry a line, and a stop condition.
func watching(stop string, entries ...string) string {
	return "version: eris/v1\nname: demo\nphases: {chaos: 5s}\ncollectors:\n  " + strings.Join(entries, "\n  ") + "\nstop_when: ['" + stop + "']\n" +
		"faults:\n  kill: {fault: service.kill, target: {service: memcached, count: 1}, hold: 1s}\n"
}

const (
	agents = "agents: {kind: neutron_agents, every: 5s}"
	graphs = "graphs: {kind: prometheus, args: {url: 'http://127.0.0.1:9090', queries: {" +
		"api.latency: {query: 'max(x)', unit: s}, pod.memory: {query: 'y', unit: bytes, labels: [node, pod]}}}}"
)

func withCollectors() *scenarios.Catalogue {
	c := catalogue()
	c.Collectors = collectors.Catalogue()
	return c
}

// What is asked from here is on no node, and everything else is on some.
func TestACollectorThatIsAskedFromHereIsOnNoNode(t *testing.T) {
	demo := cloud(3, "")
	for entry, wrong := range map[string]string{
		"agents: {kind: neutron_agents, on: {role: controller}}": "demo.yaml:5:34: neutron_agents is asked from where Eris runs, and is on no node",
		"nodes: {kind: node}": "demo.yaml:5:3: nodes: on is missing",
		"agents: {kind: neutron_agents, args: {timeout: 1h}}": "neutron_agents: timeout: 1h0m0s is not from 1s to 1m",
		"graphs: {kind: prometheus}":                          "prometheus needs args: url is missing",
		"graphs: {kind: prometheus, args: {url: 'http://127.0.0.1', queries: {a.b: {query: x, unit: '1'}}, token_file: none}}":                                                                               "prometheus: token_file: open none: no such file",
		"a: {kind: nova_services}\n  b: {kind: nova_services}":                                                                                                                                               "another collector publishes nova_services.up, too",
		"a: {kind: scrape, args: {url: 'http://127.0.0.1:1/a', signals: {a.b: {unit: '1'}}}}\n  b: {kind: scrape, args: {url: 'http://127.0.0.1:1/b', signals: {c.d: {unit: '1'}}}}":                         "another collector publishes scrape.up, too",
		"a: {kind: prometheus, args: {url: 'http://127.0.0.1:1', queries: {a.b: {query: x, unit: '1'}}}}\n  b: {kind: prometheus, args: {url: 'http://127.0.0.1:2', queries: {a.b: {query: y, unit: '1'}}}}": "another collector publishes a.b, too",
		"a: {kind: scrape, args: {url: 'http://127.0.0.1:1', signals: {a.b: {unit: '1', kind: counter}}}}\n  b: {kind: scrape, args: {url: 'http://127.0.0.1:2', signals: {a.b: {unit: '1'}}}}":              "with another unit or kind or other labels",
		"text: {kind: scrape, args: {url: 'http://127.0.0.1', signals: {node.load1: {unit: '1'}}}}":                                                                                                          "scrape: signals: node.load1 is what the collector node publishes",
	} {
		_, err := scenarios.Read("demo.yaml", []byte(watching(`error_ratio("x", "1s") > 1%`, entry)), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
		require.ErrorContains(t, err, wrong, entry)
	}
	_, err := scenarios.Read("demo.yaml", []byte(watching(`signal("a.b", {server: "127.0.0.1:1"}) > 1`,
		"a: {kind: scrape, args: {url: 'http://127.0.0.1:1', signals: {a.b: {unit: '1'}}}}", "b: {kind: scrape, args: {url: 'http://127.0.0.1:2', signals: {a.b: {unit: '1'}}}}")),
		scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
	require.NoError(t, err, "two exporters are told apart")
	source := watching(`min_where("neutron_agents.alive", {type: "L3 agent"}) < 1 for 5s`, agents, graphs, "nodes: {kind: node, on: {node: ctl-1}}")
	p, err := scenarios.BuildPlan(read(t, source, scenarios.Options{Cloud: demo, Catalogue: withCollectors()}), demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, document := text(t, p)
	require.Contains(t, printed, "collectors    agents: neutron_agents every 5s from here\n")
	require.Contains(t, printed, "nodes: node every 1s on ctl-1\n")
	require.Contains(t, document, `"nodes": []`)
	list, err := p.Privileges()
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, list.Print(&b))
	require.Contains(t, b.String(), "collector agents neutron_agents: admin\n")
}

// Conditions over its signals are checked as those over others are.
func TestSignalsThatAreOfNoNodeAreChecked(t *testing.T) {
	demo := cloud(3, "")
	for condition, wrong := range map[string]string{
		`signal("neutron_agents.up") > 5s`:                                    "a count does not go with a duration",
		`signal("neutron_agents.up", "ctl-1") > 0`:                            "neutron_agents.up is not of a node",
		`signal("neutron_agents.alive", "ctl-1") > 0`:                         "its labels are host, type",
		`count_where("neutron_agents.alive", {binary: "x"}) > 0`:              `neutron_agents.alive has no label "binary"`,
		`count_where("nova_services.alive", {host: "ctl-1"}) > 0`:             "add to collectors: nova_services: {kind: nova_services}",
		`signal("neutron_agents.alife") > 0`:                                  "did you mean neutron_agents.alive?",
		`signal("api.latency") > 5`:                                           "missing unit",
		`signal("api.latency") > 500ms and signal("node.load1", "ctl-1") > 3`: "add to collectors: node: {kind: node, on: {…}}",
		`max_where("pod.memory", {pod: "a", container: "b"}) > 1`:             `pod.memory has no label "container"`,
		`signal("pod.memory", "ctl-9") > 1`:                                   `unknown node "ctl-9"`,
	} {
		_, err := scenarios.Read("demo.yaml", []byte(watching(condition, agents, graphs)), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
		require.ErrorContains(t, err, wrong, condition)
	}
	for _, condition := range []string{
		`signal("neutron_agents.up") == 0 for 10s`, `min_where("neutron_agents.alive", {host: "ctl-1", type: "L3 agent"}) == 0`,
		`signal("api.latency") > 500ms`, `signal("pod.memory", {node: "ctl-1", pod: "a"}) > 1`, `signal("pod.memory", "ctl-1") > 1`, `signal("prometheus.up") == 0`,
	} {
		_, err := scenarios.Read("demo.yaml", []byte(watching(condition, agents, graphs)), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
		require.NoError(t, err, condition)
	}
}

// A fault cannot be aimed by what has no value of its targets.
func TestAFaultIsNotAimedByWhatIsOfNoNode(t *testing.T) {
	demo := cloud(3, "")
	for signal, wrong := range map[string]string{
		"neutron_agents.up":    "most: neutron_agents.up has one value for the whole cloud, which compares no targets",
		"neutron_agents.alive": "most: neutron_agents.alive is told by host, type, and may have more than one value on mariadb@ctl-1",
	} {
		source := strings.Replace(watching(`error_ratio("x", "1s") > 1%`, agents), "{service: memcached, count: 1}", "{service: mariadb, count: 1, most: "+signal+"}", 1)
		_, err := scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
		require.ErrorContains(t, err, wrong)
	}
}

func TestWhatIsAskedFromHereIsDescribed(t *testing.T) {
	for name, lines := range map[string][]string{
		"neutron_agents": {"  timeout (duration) = 5s: ", "  neutron_agents.up (1; no labels): ", "  neutron_agents.alive (1; labels host, type): "},
		"prometheus":     {"  url (string, required): ", "  queries (map of mapping, required): ", "  prometheus.up (1; labels server): "},
		"scrape":         {"  signals (map of mapping, required): ", "  scrape.up (1; labels server): "},
		"quotas":         {"  apis (list of string) = ", "  quotas.limit (1; labels api, resource): "},
	} {
		var b bytes.Buffer
		require.NoError(t, withCollectors().Describe(&b, name))
		for _, line := range lines {
			require.Contains(t, b.String(), "\n"+line)
		}
	}
}

// What is read in a part of the run only is nothing that all of it can rest on.
func TestACollectorOfAPartOfTheRun(t *testing.T) {
	demo := cloud(3, "")
	options := scenarios.Options{Catalogue: withCollectors(), Cloud: demo}
	const stop, closer = `signal("node.load1", "ctl-1") > 9`, "closer: {kind: node, every: 200ms, on: {node: ctl-1}, start: {after: kill.injected}, end: {phase: recovery, delay: 2s}}"
	p, err := scenarios.BuildPlan(read(t, watching(stop, closer, "nodes: {kind: node, on: {node: ctl-1}}"), options), demo, scenarios.PlanOptions{})
	require.NoError(t, err)
	_, err = scenarios.Read("demo.yaml", []byte(watching(`signal("node.load1", "ctl-2") > 9`, closer, "nodes: {kind: node, on: {node: ctl-2}}")), options)
	require.NoError(t, err, "of the node that is asked for it is read throughout")
	_, err = scenarios.Read("demo.yaml", []byte(watching(stop, closer, "nodes: {kind: node, on: {node: ctl-2}}")), options)
	require.ErrorContains(t, err, "node.load1 of ctl-1 is read in a part of the run only, by closer: what is missing counts as a breach")
	printed, document := text(t, p)
	require.Contains(t, printed, "closer: node every 200ms on ctl-1\n                starts after kill is injected\n                ends 2s into recovery\n")
	require.Contains(t, document, `"starts after kill is injected"`)
	for entry, wrong := range map[string]string{
		closer: "node.load1 is read in a part of the run only, by closer: what is missing counts as a breach",
		"closer: {kind: node, on: {node: ctl-1}, start: {after: none.injected}}":                              `unknown fault "none"`,
		"closer: {kind: node, on: {node: ctl-1}, start: {after: kill.injected, at: 3s}}":                      "start: has either phase, at, after, when or iteration, not several of them",
		"closer: {kind: node, on: {node: ctl-1}, start: {when: 'signal(\"node.load2\", \"ctl-1\") > 1'}}":     "node.load2",
		"closer: {kind: node, on: {node: ctl-1}, end: {}}":                                                    "end: says nothing of when",
		"closer: {kind: node, on: {node: ctl-1}, start: {when: 'signal(\"service.active\", \"ctl-1\") > 1'}}": "no collector of this scenario publishes service.active",
	} {
		_, err := scenarios.Read("demo.yaml", []byte(watching(stop, entry)), options)
		require.ErrorContains(t, err, wrong, entry)
	}
	steady := "steady_state: ['" + stop + "']\n"
	_, err = scenarios.Read("demo.yaml", []byte(steady+watching(`error_ratio("x", "1s") > 1%`, closer)), options)
	require.ErrorContains(t, err, "by closer: the steady state is asked for before the loads and after the recovery")
}
