package rally_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
)

// unfired are results of which a hook, that was configured, has no execution.
func unfired() map[string]string {
	before, _, _ := strings.Cut(of2016, `"hooks": [{"hook"`)
	other := `, {"name": "sys_call", "description": "the other", "args": "x", "trigger": {"name": "event"}}]}}`
	return map[string]string{
		"none of the old form": before + `"hooks": [], "sla": []}]`,
		"the old form with results of each": before + `"hooks": [{"config": {"name": "fault_injection", "args": {"action": "kill keystone service on one node"}, "trigger": {}},
			"results": [], "summary": {}}], "sla": []}]`,
		"one of two": strings.Replace(of2016, `]}},`, other+",", 1),
		"a report's": ofToday[:strings.Index(ofToday, `"results": [`)] + `"results": [], "summary": {}}]` + ofToday[strings.Index(ofToday, ",\n  \"data\""):],
	}
}

// Whatever a hook was to do to the cloud, nothing says that it was done: it is a fault that
// was skipped, and not none.
func TestAConfiguredHookThatNeverFiredIsAFaultThatWasSkipped(t *testing.T) {
	t.Parallel()
	for what, text := range unfired() {
		all, err := rally.Read([]byte(text))
		require.NoError(t, err, what)
		want := map[string]string{"one of two": "the other", "a report's": "restart nova-api"}[what]
		if want == "" {
			want = "kill keystone service on one node"
		}
		require.Equal(t, []string{want}, all[0].Unfired, what)
		run := laid(t, text)
		faults := run.Meta().Faults
		require.Len(t, faults, 1+len(all[0].Hooks), what)
		require.True(t, strings.HasPrefix(faults[len(faults)-1].Name, strings.ReplaceAll(want, " ", "-")), what)
		requireSkipped(t, run, faults[len(faults)-1].Name)
	}
}

func requireSkipped(t *testing.T, run *record.Run, name string) {
	t.Helper()
	var states []record.FaultState
	for e, err := range run.Events() {
		require.NoError(t, err)
		if e.Fault != nil && e.Fault.Name == name {
			states = append(states, e.Fault.State)
			require.Equal(t, "Rally was to run this hook and tells no execution of it", e.Fault.Reason)
		}
	}
	require.Equal(t, []record.FaultState{record.Skipped}, states)
}

func TestAHookThatNeverFiredIsAFaultOfTheRunThatItsResultsAreJoinedTo(t *testing.T) {
	t.Parallel()
	run, dir, text := ran(t), t.TempDir(), unfired()["a report's"]
	id, joined, err := rally.Join(dir, run, []rally.Source{source(t, text)}, rally.Joining{})
	require.NoError(t, err)
	require.Equal(t, []string{"restart-nova-api-2"}, joined[0].Hooks)
	requireSkipped(t, opened(t, filepath.Join(dir, id)), "restart-nova-api-2")
	_, joined, err = rally.Join(dir, run, []rally.Source{source(t, text)}, rally.Joining{WithoutHooks: true})
	require.NoError(t, err)
	require.Empty(t, joined[0].Hooks)
	require.Equal(t, 1, joined[0].HooksOut)
}

// Whether an iteration failed does not depend on what is said of it.
func TestAnErrorWithoutWordsIsAFailure(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`[""]`:                  "failed",
		`["", "", ""]`:          "failed",
		`["\n"]`:                "failed",
		`["\nTimeout", "late"]`: "Timeout: late",
	} {
		run := laid(t, strings.Replace(of2016, `"error": []`, `"error": `+said, 1))
		var classes []record.Class
		for s, err := range run.Samples("rally") {
			require.NoError(t, err)
			classes = append(classes, s.Class)
		}
		require.Equal(t, []record.Class{record.WrongResult, record.HTTP5xx}, classes, said)
		failures, err := run.Failures("rally")
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(failures, func(f record.Failure) bool { return f.Text == want }), said)
	}
}
