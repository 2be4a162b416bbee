package rally_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	faultkinds "github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/rally"
)

const three = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}}
groups:
  keystone: {services: [keystone], rule: n-1}
`

func options(t *testing.T) rally.Options {
	t.Helper()
	cloud, err := inventory.Read("three.yaml", []byte(three))
	require.NoError(t, err)
	c := &scenarios.Catalogue{
		Faults: &document.Kinds[faults.Fault]{}, Workloads: workloads.All(), Collectors: collectors.Catalogue(), Objectives: kpi.Functions(),
	}
	faultkinds.Fill(c.Faults)
	return rally.Options{Catalogue: c, Cloud: cloud}
}

// Each task of testdata/tasks comes to what stands beside it: its scenarios, which
// Eris itself has read, and the notes. ERIS_GOLDEN=write writes them.
func TestTasks(t *testing.T) {
	files, err := filepath.Glob("testdata/tasks/*[nl]") // yaml, json
	require.NoError(t, err)
	require.Len(t, files, 6)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			o := options(t)
			if strings.Contains(file, "loop") {
				o.Args = map[string]string{"who": "Jane", "smoke": "3"}
			}
			all, err := rally.Convert(filepath.Base(file), text, o)
			require.NoError(t, err)
			var got bytes.Buffer
			for _, w := range all {
				fmt.Fprintf(&got, "=== %s\n%s", w.Rally, w.Scenario)
				for _, note := range w.Notes {
					fmt.Fprintf(&got, "%s: %v\n", note.Weight, note)
				}
				if w.Scenario != nil {
					_, err := scenarios.Read("made.yaml", w.Scenario, scenarios.Options{Catalogue: o.Catalogue, Cloud: o.Cloud, WithoutFiles: true})
					require.NoError(t, err)
				}
			}
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".txt"
			if os.Getenv("ERIS_GOLDEN") == "write" {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

func TestWhatIsNoTask(t *testing.T) {
	const head = "version: 2\ntitle: x\nsubtasks:\n"
	for text, want := range map[string]string{
		"":                               "t:1:1: the file is empty",
		"[1]":                            "t:1:1: a task: wants a mapping, not a list",
		"a: [":                           "t:1:5: not valid YAML",
		"version: 3":                     "t:1:10: version 3 of Rally's format is not known",
		"version: 2\nx: 1":               "t:2:1: unknown key \"x\"",
		"A.b: 5":                         "t:1:6: A.b: wants a list, not a single value",
		"A.b: [{runer: {type: serial}}]": "t:1:8: unknown key \"runer\"",
		"A.b: [{runner: {times: 4}}]":    "t:1:16: runner: type is missing",
		"A.b: []":                        "t:1:1: the task has no workload",
		head + "- {title: y}":            "t:4:3: scenario is missing",
		head + "- {title: y, scenario: {A.b: {}, C.d: {}}}":                                                    "t:4:24: scenario: wants one name, and there are 2",
		head + "- {scenario: {Authenticate.keystone: {}}, runner: {constant: {times: few}}}":                   "t:4:70: times: wants a whole number from 1 on",
		head + "- {scenario: {Authenticate.keystone: {}}, runner: {constant: {tims: 2}}}":                      "t:4:63: unknown key \"tims\"",
		head + "- {scenario: {Authenticate.keystone: {}}, runner: {rps: {times: 2}}}":                          "t:4:15: runner rps: rps is missing",
		head + "- {scenario: {Authenticate.keystone: {}}, runner: {rps: {times: 2, rps: {start: 5, end: 2}}}}": "t:4:73: rps: wants start, end",
		head + "- {scenario: {Authenticate.keystone: {}}, sla: {failure_rate: {most: 2}}}":                     "t:4:64: unknown key \"most\"",
		head + "- {scenario: {Authenticate.keystone: {}}, sla: {failure_rate: {max: none}}}":                   "t:4:69: wants a number from 0 on, not \"none\"",
		"{% set a = b %}\n{% for k, v in a %}{{ k }}{{ v }}{% endfor %}{{ a }} {{ b }}":                        "t:2:57: the template wants the argument b",
		"{{ name }}: []":                          "t:1:4: the template wants the argument name",
		"a: 1\n{% if x %}\nb: 1":                  "t:",
		"{% include '../secret' %}":               "includes files of its own folder",
		"{% include '/etc/passwd' %}":             "includes files of its own folder",
		"{% set a = b | nosuchfilter %}\nA.b: []": "t:1:1: the template cannot be read: ",
	} {
		t.Run(text, func(t *testing.T) {
			o := options(t)
			o.Files = fstest.MapFS{}
			_, err := rally.Convert("t", []byte(text), o)
			require.ErrorContains(t, err, want)
			require.ErrorAs(t, err, &document.Problems{})
		})
	}
}

func TestATemplateIncludesFromItsFolder(t *testing.T) {
	o := options(t)
	o.Files = fstest.MapFS{"parts/runner.yaml": &fstest.MapFile{Data: []byte("{constant: {times: {{ n }}, timeout: 9}}")}}
	o.Args = map[string]string{"n": "7"}
	all, err := rally.Convert("t", []byte("version: 2\ntitle: x\nsubtasks:\n- scenario: {Authenticate.keystone: {}}\n  runner: {% include 'parts/runner.yaml' %}\n"), o)
	require.NoError(t, err)
	require.Contains(t, string(all[0].Scenario), "iterations: 7\n")
	require.Empty(t, all[0].Notes)
}

func TestWithoutACloudNoFaultIsKnown(t *testing.T) {
	o := options(t)
	o.Cloud = nil
	all, err := rally.Convert("t", []byte(`{"Authenticate.keystone": [{"runner": {"type": "constant", "times": 3, "timeout": 3}, "hooks": [
		{"name": "fault_injection", "args": {"action": "kill keystone service on one node"}, "trigger": {"name": "event", "args": {"unit": "iteration", "at": [1]}}}]}]}`), o)
	require.NoError(t, err)
	require.Len(t, all[0].Notes, 1)
	require.Equal(t, "t:2: hooks[0].action.fault_injection: without an inventory nobody knows what it is about: -i names one", all[0].Notes[0].String())
	require.True(t, all[0].Has(rally.Lost))
	require.False(t, all[0].Has(rally.Needed))
}

// The Human API of os-faults: of what no number is said, all are struck there.
func TestSentencesOfOsFaults(t *testing.T) {
	for said, want := range map[string]string{
		"reboot nodes":                                                 "node.reboot {nodes: [ctl-1, ctl-2, ctl-3]} max",
		"poweroff single node":                                         "power.off {nodes: [ctl-1, ctl-2, ctl-3]} 1",
		"shutdown nodes with keystone service":                         "node.shutdown {nodes: [ctl-1, ctl-2, ctl-3]} max",
		"unplug keystone service on nodes for 10 sec":                  "service.unplug {service: keystone} max",
		"freeze keystone service for 10 seconds":                       "service.freeze {service: keystone} max",
		"stress cpu for 10 seconds on nodes":                           "cpu.load {nodes: [ctl-1, ctl-2, ctl-3]} max",
		"stress disk for 10 seconds on ctl-2 node":                     "io.load {nodes: [ctl-2]} all",
		"disconnect management network on ctl-2 node":                  "network.partition {nodes: [ctl-2]} all",
		"disconnect management network on nodes with keystone service": "network.partition {nodes: [ctl-1, ctl-2, ctl-3]} max",
	} {
		all, err := rally.Convert("t", fmt.Appendf(nil, `{"Authenticate.keystone": [{"runner": {"type": "constant", "times": 3, "timeout": 3}, "hooks": [
			{"name": "fault_injection", "args": {"action": %q}, "trigger": {"name": "event", "args": {"unit": "iteration", "at": [1]}}}]}]}`, said), options(t))
		require.NoError(t, err)
		require.False(t, all[0].Has(rally.Lost), "%s: %v", said, all[0].Notes)
		spec, err := scenarios.Read("t", all[0].Scenario, scenarios.Options{Catalogue: options(t).Catalogue, Cloud: options(t).Cloud})
		require.NoError(t, err, said)
		require.Len(t, spec.Faults, 1)
		f := spec.Faults[0]
		require.Equal(t, want, fmt.Sprintf("%s {%s} %s", f.Kind, f.Target.Selector, f.Target.Count.V), said)
		require.Equal(t, strings.Contains(said, "management"), strings.Contains(fmt.Sprint(all[0].Notes), "whoever else speaks to it still can"), said)
	}
}

// Whatever the file is, it is carried over, or refused as what it is.
func FuzzConvert(f *testing.F) {
	files, err := filepath.Glob("testdata/tasks/*[nl]")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(strings.NewReplacer("{{ flavor }}", "tiny", "{%", "#", "{#", "#").Replace(string(text)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#") {
			return // a template may go on for as long as it likes
		}
		all, err := rally.Convert("t", []byte(text), options(t))
		if err != nil {
			require.ErrorAs(t, err, &document.Problems{})
			require.NotEmpty(t, err.Error())
		}
		for _, w := range all {
			require.True(t, w.Scenario != nil || w.Has(rally.Lost))
		}
	})
}
