//go:build openstackclient

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// rallyTask is one of Rally's own dummies, with a hook that has that description, or none.
func rallyTask(description string) string {
	return `{"version": 2, "title": "t", "subtasks": [{"title": "s", "scenario": {"Dummy.dummy": {"sleep": 0.02}},
  "runner": {"constant": {"times": 12, "concurrency": 2}},
  "hooks": [{` + description + `"action": {"sys_call": "sleep 0.1"}, "trigger": {"event": {"unit": "iteration", "at": [4]}}}]}]}`
}

// TestTheDatabaseOfARealRallyIsImported has Debian's Rally measure something twice: with a
// hook that its JSON report can tell of, and with one that it cannot.
func TestTheDatabaseOfARealRallyIsImported(t *testing.T) {
	dir := t.TempDir()
	database := filepath.Join(dir, "tasks.sqlite")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rally.conf"), []byte("[database]\nconnection = sqlite:///"+database+"\n"), 0o600))
	run := func(program string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s %v: %s", program, args, out)
		return string(out)
	}
	rally := func(args ...string) string {
		return run("rally", append([]string{"--config-file", "rally.conf"}, args...)...)
	}
	rally("db", "create")
	rally("env", "create", "--name", "e", "--no-use")
	measure := func(description string) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "task.json"), []byte(rallyTask(description)), 0o600))
		rally("task", "start", "--deployment", "e", "--task", "task.json")
	}
	measure(`"description": "sleeps a little", `)
	before, err := os.ReadFile(database)
	require.NoError(t, err)
	require.NotContains(t, run("eris", "import", "rally", "tasks.sqlite"), "taken are")
	rec, err := record.Open(filepath.Join(dir, "runs", "latest"))
	require.NoError(t, err)
	require.Equal(t, "sleeps-a-little", rec.Meta().Faults[0].Name)
	operations := map[string]int{}
	for s, err := range rec.Samples("rally") {
		require.NoError(t, err)
		operations[s.Operation]++
	}
	require.Equal(t, 12, operations[""])
	after, err := os.ReadFile(database)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after), "it is read alone")

	measure("")
	tasks := strings.Fields(rally("task", "list", "--all-deployments", "--deployment", "e", "--uuids-only"))
	require.Len(t, tasks, 2)
	cmd := exec.CommandContext(t.Context(), "eris", "import", "rally", "tasks.sqlite")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "eris: tasks.sqlite has 2 tasks that are finished")
	require.Contains(t, string(out), tasks[1])
	require.Contains(t, run("eris", "import", "rally", "tasks.sqlite", "--task", tasks[1]), "tells no times of atomic actions")
}
