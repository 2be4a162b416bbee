package rally_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
)

// of2016 has a hook as Rally told it before 2016-10, and iterations out of order.
const of2016 = `[{
  "key": {"name": "Authenticate.keystone", "pos": 0, "kw": {
    "runner": {"type": "constant_for_duration", "concurrency": 5, "duration": 30},
    "context": {}, "hooks": [{"name": "fault_injection", "args": {"action": "kill keystone service on one node"}, "trigger": {"name": "event"}}]}},
  "result": [
    {"timestamp": 1475059626.5, "duration": 0.25, "idle_duration": 0.0, "error": ["InternalServerError", "Internal Server Error (HTTP 500)", "Traceback"], "atomic_actions": {"authenticate.keystone": null}, "output": {}},
    {"timestamp": 1475059625.25, "duration": 0.125, "idle_duration": 0.0, "error": [], "atomic_actions": {"authenticate.keystone": 0.125}, "output": {}}],
  "hooks": [{"hook": "fault_injection", "description": "n/a", "status": "success", "started_at": 1475059626.0, "finished_at": 1475059633.5, "triggered_by": {"iteration": 100}}],
  "sla": [], "load_duration": 30.0, "full_duration": 34.7}]`

// ofToday is `rally task report --json`.
const ofToday = `{"info": {"rally_version": "3.3.0", "format_version": "1.2"}, "tasks": [{"uuid": "t", "subtasks": [{"title": "s", "workloads": [{
  "uuid": "w", "scenario": {"NovaServers.list_servers": {"detailed": true}}, "runner": {"rps": {"rps": 4, "times": 8}},
  "hooks": [{"config": {"action": {"sys_call": "/bin/true"}, "trigger": {"event": {}}, "description": "restart nova-api"},
    "results": [{"status": "failed", "started_at": 1795000001.5, "finished_at": 1795000002.0, "triggered_by": {"event_type": "iteration", "value": 3}, "error": ["E", "m", "t"]}], "summary": {"failed": 1}}],
  "data": [{"timestamp": 1795000000.5, "duration": 1.0, "idle_duration": 0, "error": [], "output": {}, "atomic_actions": [
    {"name": "nova.list_servers", "started_at": 1795000000.5, "finished_at": 1795000001.25, "children": [{"name": "inner", "started_at": 1795000000.75, "finished_at": 1795000001.0, "children": []}]}]}]}]}]}]}`

func TestResultsOf2016AreRead(t *testing.T) {
	t.Parallel()
	all, err := rally.Read([]byte(of2016))
	require.NoError(t, err)
	require.Len(t, all, 1)
	r := all[0]
	require.Equal(t, "Authenticate.keystone", r.Scenario)
	require.Equal(t, rally.Runner{Kind: "constant_for_duration", Workers: 5}, r.Runner)
	require.Len(t, r.Iterations, 2)
	require.Equal(t, time.Unix(1475059625, 250e6).UTC(), r.Iterations[0].Began, "in the order in which they began")
	require.Equal(t, 125*time.Millisecond, r.Iterations[0].Duration)
	require.Equal(t, []rally.Action{{Name: "authenticate.keystone", Failed: true}}, r.Iterations[1].Actions, "an action without a duration failed")
	require.Equal(t, []rally.Hook{{Name: "kill keystone service on one node", Began: time.Unix(1475059626, 0).UTC(), Ended: time.Unix(1475059633, 500e6).UTC()}}, r.Hooks)
}

func TestAReportOfTodayIsRead(t *testing.T) {
	t.Parallel()
	all, err := rally.Read([]byte(ofToday))
	require.NoError(t, err)
	require.Len(t, all, 1)
	r := all[0]
	require.Equal(t, "NovaServers.list_servers", r.Scenario)
	require.Equal(t, rally.Runner{Kind: "rps", Rate: 4}, r.Runner)
	require.Equal(t, []rally.Action{
		{Name: "nova.list_servers", Began: time.Unix(1795000000, 500e6).UTC(), Duration: 750 * time.Millisecond},
		{Name: "inner", Began: time.Unix(1795000000, 750e6).UTC(), Duration: 250 * time.Millisecond},
	}, r.Iterations[0].Actions)
	require.Len(t, r.Hooks, 1)
	require.Equal(t, "restart nova-api", r.Hooks[0].Name)
	require.True(t, r.Hooks[0].Failed)
}

func TestWhatIsNoResultIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	iteration := `{"timestamp": 1475059626.5, "duration": 0.25, "error": []}`
	old := func(key, result, more string) string {
		return `[{"key": {"name": "A.b", "kw": {"runner": ` + key + `}}, "result": [` + result + `]` + more + `}]`
	}
	today := func(data string) string {
		return `{"info": {"format_version": "1.2"}, "tasks": [{"subtasks": [{"workloads": [{"scenario": {"A.b": {}}, "runner": {"constant": {"concurrency": 2}}, "hooks": [], "data": [` + data + `]}]}]}]}`
	}
	closed := `{"type": "constant", "concurrency": 2}`
	for text, want := range map[string]string{
		``:               "JSON begins with [ or {",
		`<html>`:         "JSON begins with [ or {",
		`[]`:             "no workload is in it",
		`[{"key"`:        "unexpected EOF",
		`[{"keys": {}}]`: `unknown field "keys"`,
		old(closed, `{"timestamp": 1475059626.5, "error": []}`, ""):                                           "iteration 1: it has no duration",
		`{"info": {"format_version": 1}}`:                                                                     "info.format_version is a number",
		old(closed, iteration, "") + "[]":                                                                     "something follows the result",
		old(closed, iteration, "") + "]":                                                                      "something follows the result",
		today(iteration[:len(iteration)-1]+`, "atomic_actions": []}`) + "}]]]":                                "something follows the result",
		old(closed, iteration[:len(iteration)-1]+`, "error": ["Timeout"]}`, ""):                               `"error" is given twice`,
		old(closed, iteration[:len(iteration)-1]+`, "Error": ["Timeout"]}`, ""):                               `"Error" is given twice`,
		today(`{"timestamp": 1475059626.5, "error": ["E", "m", ""], "duration": 0.25, "error": []}`):          `"error" is given twice`,
		old(closed, iteration+","+iteration, ""):                                                              "workload 1 (A.b): iteration 2 is iteration 1 once more",
		today(`{"timestamp": 1475059626.5, "duration": 0.5, "error": []}, ` + iteration + "," + iteration):    "workloads[0]: iteration 3 is iteration 2 once more",
		old(closed, iteration, "")[:len(old(closed, iteration, ""))-1] + "," + old(closed, iteration, "")[1:]: "workload 2 is workload 1 once more",
		old(closed, "", ""):                                                                                 "workload 1 (A.b): no iteration is in it",
		old(`{"type": "constant"}`, iteration, ""):                                                          "its runner constant has no concurrency",
		old(`{"type": "swarm", "concurrency": 2}`, iteration, ""):                                           `its runner is "swarm"`,
		old(closed, iteration+`, {"timestamp": -1, "duration": 1, "error": []}`, ""):                        "iteration 2: timestamp: -1 is no time",
		old(closed, `{"timestamp": "now"}`, ""):                                                             "timestamp is a string",
		old(closed, iteration, `, "hooks": [{"status": "success", "started_at": 9, "finished_at": 8}]`):     "hook 1: it ended 1s before it began",
		old(closed, `{"timestamp": 1475059626.5, "duration": 0.25}`, ""):                                    "iteration 1: it does not say whether it failed",
		old(closed, iteration, `, "hooks": [{"started_at": 8, "finished_at": 9}]`):                          "hook 1: it does not say how it ended",
		today(`{"timestamp": 1475059626.5, "duration": 0.25, "error": [], "failed": true}`):                 `unknown field "failed"`,
		today(`{"timestamp": 1475059626.5, "duration": 0.25, "atomic_actions": []}`):                        "data[0]: it does not say whether it failed",
		`{"info": {"format_version": "9.0"}}`:                                                               `info.format_version is "9.0"`,
		`{"info": {"format_version": "1.2"}, "tasks": [{"subtasks": [{"workloads": [{"scenario": {}}]}]}]}`: "tasks[0].subtasks[0].workloads[0]: it has 0 scenarios",
	} {
		_, err := rally.Read([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}
