package scenarios_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/scenarios"
)

// capturing is a scenario with such captures and a fault.
func capturing(entries ...string) string {
	return "version: eris/v1\nname: demo\nphases: {chaos: 60s}\nstop_when: {none: a test}\ncaptures:\n  " + strings.Join(entries, "\n  ") +
		"\nfaults:\n  kill: {fault: service.kill, target: {service: keystone, count: 1}, hold: 5s}\n"
}

func TestAPlanSaysWhatIsCaptured(t *testing.T) {
	p, err := build(t, capturing(
		"around: {kind: logs, on: {service: keystone}, start: {after: kill.injected}, before: 30s, for: 5s, most: 1MiB}",
		"wire: {kind: packets, on: {nodes: [ctl-1, cmp-1]}, start: {at: 2s}, args: {filter: tcp port 5000, snap: 1500}}",
	), cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	require.Equal(t, []scenarios.PlannedCapture{
		{Name: "around", Kind: "logs", Nodes: []string{"ctl-1", "ctl-2", "ctl-3"}, Start: "after kill is injected", Before: 30 * time.Second, For: 5 * time.Second, Most: 1 << 20, Tools: []string{"journalctl", "tail", "sed"}},
		{Name: "wire", Kind: "packets", Nodes: []string{"cmp-1", "ctl-1"}, Start: "2s into chaos", For: 10 * time.Second, Most: 16 << 20, Tools: []string{"tcpdump"}},
	}, p.Captures)
	printed, document := text(t, p)
	require.Contains(t, printed, "captures      around: logs on ctl-1, ctl-2, ctl-3, 30s before it to 5s after it, at most 1MiB a node\n                its moment: after kill is injected\n"+
		"              wire: packets on cmp-1, ctl-1, 10s, at most 16MiB a node\n                its moment: 2s into chaos\n")
	require.Contains(t, document, `"most_bytes": 1048576`)
	require.Contains(t, printed, "warning: full.yaml:7: the capture wire keeps 1500 bytes of each packet: what is not encrypted is in it, tokens and passwords, too; its file is for you alone, and is not published\n")
	require.Equal(t, 1, strings.Count(printed, "tokens and passwords"))

	require.Contains(t, p.Reached(), "cmp-1", "where nothing else is done")
	list, err := p.Privileges()
	require.NoError(t, err)
	var granted bytes.Buffer
	require.NoError(t, list.Print(&granted))
	require.Regexp(t, `cmp-1 .*: captured by wire \(tcpdump\)\n`, granted.String())
	require.Regexp(t, `ctl-1 .*; captured by around \(journalctl, tail, sed\), wire \(tcpdump\)\n`, granted.String())
}

func TestARunKeepsNoMoreThanItMay(t *testing.T) {
	for want, entries := range map[string][]string{
		"the capture wide is on 18 nodes, and may be on 16":              {"wide: {kind: logs, on: {role: controller}, start: {at: 1s}}"},
		"the captures may take 576MiB, and those of a run 512MiB at mos": {"a: {kind: packets, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9]}, start: {at: 1s}, most: 64MiB, args: {filter: icmp}}"},
		"the captures make 65 files, and a run may have 64": {
			"a: {kind: logs, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9, ctl-10, ctl-11, ctl-12, ctl-13]}, start: {at: 1s}}",
			"b: {kind: logs, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9, ctl-10, ctl-11, ctl-12, ctl-13]}, start: {at: 1s}}",
			"c: {kind: logs, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9, ctl-10, ctl-11, ctl-12, ctl-13]}, start: {at: 1s}}",
			"d: {kind: logs, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9, ctl-10, ctl-11, ctl-12, ctl-13]}, start: {at: 1s}}",
			"e: {kind: logs, on: {nodes: [ctl-1, ctl-2, ctl-3, ctl-4, ctl-5, ctl-6, ctl-7, ctl-8, ctl-9, ctl-10, ctl-11, ctl-12, ctl-13]}, start: {at: 1s}}",
		},
	} {
		_, err := build(t, capturing(entries...), cloud(18, ""), scenarios.PlanOptions{})
		require.ErrorContains(t, err, want)
	}
}

// A capture takes a session for as long as it lasts: those of faults are left to them.
func TestCapturesLeaveSessionsToFaults(t *testing.T) {
	logs := func(name string) string {
		return name + ": {kind: logs, on: {nodes: [ctl-1]}, start: {at: 1s}}"
	}
	planned := func(sessions int, collectors string, entries ...string) error {
		on := cloud(3, "")
		on.NodeByName("ctl-1").SSH.Sessions = sessions
		_, err := build(t, capturing(entries...)+collectors, on, scenarios.PlanOptions{})
		return err
	}
	require.NoError(t, planned(8, "", logs("a"), logs("b")))
	require.ErrorContains(t, planned(8, "", logs("a"), logs("b"), logs("c")), "ctl-1 has 3 captures (a, b, c), and may have 2: each needs one of its 8 sessions, and faults and collectors need the others")
	require.NoError(t, planned(10, "", logs("a"), logs("b"), logs("c")))
	require.ErrorContains(t, planned(4, "", logs("a")), "may have 0")
	const waits = "collectors: {closer: {kind: service, on: {node: ctl-1}, start: {at: 1s}}}\n"
	require.ErrorContains(t, planned(8, waits, logs("a"), logs("b")), "may have 1", "a collector that waits has a session of its own")
	require.NoError(t, planned(8, strings.Replace(waits, "ctl-1", "ctl-2", 1), logs("a"), logs("b")))
}

// What the editors know of captures is what the loader does, and a small form may have less.
func TestCapturesAreInTheSchemaAndTheSmallForm(t *testing.T) {
	source := capturing("around: {kind: logs, on: {service: keystone}, start: {after: kill.injected}, before: 30s}") +
		"small:\n  phases: {chaos: 8s}\n  captures: {around: {start: {at: 1s}, for: 1s}}\n  faults: {kill: {hold: 1s}}\n"
	spec := read(t, source, scenarios.Options{Small: true})
	require.Equal(t, "1s into chaos", spec.Captures[0].Start.String())
	require.Equal(t, time.Second, spec.Captures[0].For)
	require.Equal(t, document.Bytes(2<<20), spec.Captures[0].Most)
	var schema bytes.Buffer
	require.NoError(t, catalogue().Schema(&schema))
	require.Contains(t, schema.String(), `"captures": {`)
	require.Contains(t, schema.String(), `"which packets, as pcap-filter(7) has it: tcp port 5672"`)
}
