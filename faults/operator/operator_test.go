package operator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/operator"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: KIND, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
services:
  mariadb: {unit: mariadb.service, on: {role: controller}, port: 3306, health: {tcp: true}}
`

// target is a node of a small cloud of that kind, or a service on it.
func target(t *testing.T, kind inventory.Kind, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(strings.Replace(small, "KIND", string(kind), 1)))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName("ctl-1"), Service: c.ServiceByName(service)}
}

// write makes a folder of scripts, each "NAME: TEXT".
func write(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for file, text := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	return dir
}

// with is a whole set of scripts that do nothing, with some of them changed; an
// empty one is left out.
func with(change map[string]string) map[string]string {
	set := map[string]string{}
	for _, step := range []string{"inject", "observe", "undo", "verify"} {
		set[step] = "#!/bin/sh\necho " + step + "\n"
	}
	for file, text := range change {
		if set[file] = text; text == "" {
			delete(set, file)
		}
	}
	return set
}

func load(t *testing.T, change map[string]string, args ...string) *operator.Run {
	t.Helper()
	run, err := scriptsIn("", write(t, with(change)), args...)
	require.NoError(t, err)
	return run
}

func TestWhatIsLaidKeepsToTheSubset(t *testing.T) {
	fault, ok := faultOf("script.run")
	require.True(t, ok)
	for _, service := range []string{"", "mariadb"} {
		s, err := fault.Scripts(target(t, inventory.Simulated, service))
		require.NoError(t, err)
		for step, text := range map[string]string{
			"preflight": s.Preflight, "fingerprint": s.Fingerprint, "inject": s.Inject,
			"observe": s.Observe, "undo": s.Undo, "healthy": s.Healthy,
		} {
			require.NotEmpty(t, text, step)
			require.Empty(t, script.Check(step, text))
		}
	}
}

func TestTheSameTargetGivesTheSameBytesWhateverBecomesOfTheFiles(t *testing.T) {
	dir := write(t, with(nil))
	run, err := scriptsIn(filepath.Dir(dir), filepath.Base(dir))
	require.NoError(t, err)
	one, err := run.Scripts(target(t, inventory.Lab, "mariadb"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(dir))
	other, err := run.Scripts(target(t, inventory.Lab, "mariadb"))
	require.NoError(t, err)
	require.Equal(t, one, other)
	require.Empty(t, one.Prepare)
	require.Empty(t, one.Irreversible)
}

func TestArgumentsToolsAndResources(t *testing.T) {
	run := load(t, map[string]string{"inject": "", "inject.py": "#!/usr/bin/env -S python3 -u\n", "prepare": "#!/bin/bash -e\n"}, "a b", "")
	run.Tools, run.Resources = []string{"ceph"}, []string{"unit:mariadb.service"}
	s, err := run.Scripts(target(t, inventory.Lab, "mariadb"))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-strike-1-1", "ctl-1", "198.18.0.11", "mariadb", "mariadb.service", "a b", ""}, s.Args)
	require.Subset(t, s.Tools, []string{"python3", "/bin/bash", "/bin/sh", "ceph"})
	require.Regexp(t, "^script:[^/]+:mariadb$", s.Resources[0])
	require.Equal(t, "unit:mariadb.service", s.Resources[1])
	require.Contains(t, s.Inject, "interpreter='python3 -u'\n")
	require.Contains(t, s.Prepare, "interpreter='/bin/bash -e'\n")
	whole, err := run.Scripts(target(t, inventory.Lab, ""))
	require.NoError(t, err)
	require.Equal(t, []string{"", ""}, whole.Args[3:5])
	require.Len(t, run.Files(), 5)
}

func TestWhatIsRefusedWhenItIsRead(t *testing.T) {
	for want, change := range map[string]map[string]string{
		"has no script inject":                         {"inject": ""},
		"has no script observe":                        {"observe": ""},
		"undoo is no step; did you mean undo?":         {"undo": "", "undoo": "#!/bin/sh\n"},
		"undo and undo.sh are for one step":            {"undo.sh": "#!/bin/sh\n"},
		"its first line names no interpreter":          {"undo": "echo undo\n"},
		"its lines end as on Windows":                  {"undo": "#!/bin/sh\r\necho undo\r\n"},
		"no absolute path with plain words behind it":  {"undo": "#!sh\n"},
		`"sh -c 'x'" is no absolute path`:              {"undo": "#!sh -c 'x'\n"},
		`"#!/usr/bin/env" names no program`:            {"undo": "#!/usr/bin/env\n"},
		"the kernel hands all behind the program of":   {"undo": "#!/bin/sh -e -u\n"},
		"env python3 -u\" on as one word":              {"undo": "#!/usr/bin/env python3 -u\n"},
		"undo is no text":                              {"undo": "#!/bin/sh\n\x00"},
		"has 65537 bytes, and a script has at most 65": {"undo": "#!/bin/sh\n" + strings.Repeat("x", operator.MaxSize-9)},
	} {
		_, err := scriptsIn("", write(t, with(change)))
		require.ErrorContains(t, err, want)
	}
	dir := write(t, with(map[string]string{"README.md": "for people", ".swp": "x"}))
	_, err := scriptsIn("", dir)
	require.NoError(t, err, "what is for people and what is hidden is left alone")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "prepare"), 0o700))
	_, err = scriptsIn("", dir)
	require.ErrorContains(t, err, "prepare is no file")
	_, err = scriptsIn("", filepath.Join(dir, "gone"))
	require.ErrorContains(t, err, "read scripts: open ")
}

func TestWhatIsRefusedByItsArguments(t *testing.T) {
	for want, run := range map[string]*operator.Run{
		`args: "a\nb" has a line break`:                            {Args: []string{"a\nb"}},
		`tools: "-v" is no command`:                                {Tools: []string{"-v"}},
		`tools: "a b" is no command`:                               {Tools: []string{"a b"}},
		`resources: "a/b" is not of letters, digits and ._:@-`:     {Resources: []string{"a/b"}},
		"resources: \"\" is not of letters, digits and ._:@-":      {Resources: []string{""}},
		"tools: \"a;b\" is no command\nresources: \"x y\" is not ": {Tools: []string{"a;b"}, Resources: []string{"x y"}},
	} {
		require.ErrorContains(t, run.Validate(), want)
	}
	_, err := (&operator.Run{}).Scripts(target(t, inventory.Lab, ""))
	require.ErrorContains(t, err, "they have not been read")
	alone := target(t, inventory.Lab, "")
	alone.Cloud = nil
	_, err = load(t, nil).Scripts(alone)
	require.ErrorContains(t, err, "nobody knows what runs on ctl-1")
}

func TestASimulatedNodeRunsNothingButTheSubsetOfSh(t *testing.T) {
	for want, change := range map[string]map[string]string{
		"undo is for python3, and a simulated node runs nothing but sh": {"undo": "#!/usr/bin/env python3\n"},
		"undo is for /bin/bash, and":                                    {"undo": "#!/bin/bash\n"},
		`a simulated node cannot run it: `:                              {"undo": "#!/bin/sh\nceph osd out 1\n"},
	} {
		run := load(t, change)
		_, err := run.Scripts(target(t, inventory.Simulated, ""))
		require.ErrorContains(t, err, want)
		_, err = run.Scripts(target(t, inventory.Lab, ""))
		require.NoError(t, err)
	}
	_, err := load(t, map[string]string{"undo": "#!/usr/bin/env sh\n:\n"}).Scripts(target(t, inventory.Simulated, ""))
	require.NoError(t, err)
}

func TestWhatNothingTakesBackIsHeldBackByItsNet(t *testing.T) {
	for want, change := range map[string]map[string]string{
		"it has no scripts undo and verify": {"undo": "", "verify": ""},
		"it has no script undo: ":           {"undo": ""},
		"it has no script verify: ":         {"verify": ""},
	} {
		run := load(t, change)
		at := target(t, inventory.Lab, "")
		require.Equal(t, []string{"irreversible"}, run.SafetyNets(at))
		s, err := run.Scripts(at)
		require.NoError(t, err)
		require.Contains(t, s.Irreversible, want)
		require.NotEmpty(t, s.Undo)
		require.NotEmpty(t, s.Healthy)
	}
	require.Empty(t, load(t, nil).SafetyNets(target(t, inventory.Lab, "")))
}
