package scenarios_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/scenarios"
)

func TestListAndDescribe(t *testing.T) {
	c := catalogue()
	for what, line := range map[string]string{
		"faults":     "service.kill    Does service.kill.\n",
		"workloads":  "keystone.issue_token",
		"collectors": "sockets  Watches.\n",
		"scenarios":  "keystone-max-loss",
		"functions":  "time_to_recover",
		"nets":       "beyond-redundancy",
	} {
		var b bytes.Buffer
		require.NoError(t, c.List(&b, what))
		require.Contains(t, b.String(), line)
	}
	require.ErrorContains(t, c.List(&bytes.Buffer{}, "fault"), "did you mean faults?")

	for name, line := range map[string]string{
		"service.kill":                "  signal (string) = KILL: sent to every process\n",
		"nova.boot_and_delete_server": "  flavor (string, required)\n",
		"keystone.issue_token":        "args: none\n",
		"sockets":                     "  sockets.established (1; labels node, port): sessions\n",
		"keystone-max-loss":           "fault: service.kill",
		"count_where":                 "function count_where(name, labels), in conditions: ",
		"p90":                         "function p90(load, phase?), in objectives",
		"irreversible":                "--override irreversible=REASON",
		"scenario":                    "  fault (string, required): a fault of eris list faults\n",
	} {
		var b bytes.Buffer
		require.NoError(t, c.Describe(&b, name))
		require.Contains(t, b.String(), line)
	}
	require.ErrorContains(t, c.Describe(&bytes.Buffer{}, "service.kil"), "did you mean service.kill?")
}

func TestTheGrammarIsDescribed(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, catalogue().Describe(&b, "scenario"))
	if os.Getenv("ERIS_GOLDEN") == "write" {
		require.NoError(t, os.WriteFile("testdata/grammar.txt", b.Bytes(), 0o600))
	}
	want, err := os.ReadFile("testdata/grammar.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func TestCheckFileTellsWhatItIs(t *testing.T) {
	options := scenarios.Options{Catalogue: catalogue()}
	var b bytes.Buffer
	require.NoError(t, scenarios.CheckFile(&b, "s.yaml", []byte("version: eris/v1\nname: x\nphases: {chaos: 5s}\nstop_when: none\n"), options))
	require.Equal(t, "s.yaml: scenario x: 0 loads, 0 collectors, 0 faults, 0 objectives\n"+
		"warning: s.yaml:4:12: nothing stops this run early\n    stop_when: none\n               ^\n    stop_when: {none: REASON} says why\n", b.String())
	b.Reset()
	require.NoError(t, scenarios.CheckFile(&b, "c.yaml", []byte("version: eris/v1\ncloud: {name: x}\nnodes: {a: {address: 198.18.0.1}}\n"), options))
	require.Equal(t, "c.yaml: inventory of the real cloud x: 1 node, 0 services, 0 redundancy groups\n", b.String())
	for _, source := range []string{"", "name: [", "version: eris/v1\nphases: {chaos: 5s}\n", "cloud: {name: x}\nnods: {}\n"} {
		var problems document.Problems
		require.ErrorAs(t, scenarios.CheckFile(&b, "bad.yaml", []byte(source), options), &problems, source)
		require.NotEmpty(t, problems)
	}
}
