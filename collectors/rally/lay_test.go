package rally_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
)

// laid is the record of the only repetition in a file.
func laid(t *testing.T, text string) *record.Run {
	t.Helper()
	all, err := rally.Read([]byte(text))
	require.NoError(t, err)
	dir := t.TempDir()
	id, err := all[0].Lay(dir, rally.Origin{Name: "experiment"})
	require.NoError(t, err)
	run, err := record.Open(filepath.Join(dir, id))
	require.NoError(t, err)
	why, cut := run.CutOff()
	require.False(t, cut, why)
	return run
}

func TestARepetitionIsARecord(t *testing.T) {
	t.Parallel()
	run := laid(t, of2016)
	require.Equal(t, []record.LoadPlan{{Name: "rally", Workload: "Authenticate.keystone", Model: "closed", Workers: 5}}, run.Meta().Loads)
	require.Len(t, run.Meta().Faults, 1)
	require.True(t, run.Meta().Faults[0].Foreign)
	require.Equal(t, "kill-keystone-service-on-one-node", run.Meta().Faults[0].Name)
	var samples []record.Sample
	for s, err := range run.Samples("rally") {
		require.NoError(t, err)
		samples = append(samples, s)
	}
	require.Len(t, samples, 2, "the old form has no times of actions")
	require.Equal(t, []time.Duration{1, 125*time.Millisecond + 1}, []time.Duration{samples[0].Started, samples[0].End}, "after the start of the baseline")
	require.Equal(t, record.HTTP5xx, samples[1].Class)
	require.Equal(t, 500, samples[1].Status)
	said, err := run.Failures("rally")
	require.NoError(t, err)
	require.Equal(t, "InternalServerError: Internal Server Error (HTTP 500)", said[0].Text)

	var held *record.TargetEvent
	phases := map[string]time.Duration{}
	for e, err := range run.Events() {
		require.NoError(t, err)
		if e.Phase != nil {
			phases[e.Phase.Name] = e.At
		}
		if e.Target != nil {
			held = e.Target
		}
	}
	require.Equal(t, 750*time.Millisecond+1, phases[record.Chaos], "chaos begins with the hook")
	require.Equal(t, 750*time.Millisecond+1, *held.NodeAt)
	require.Equal(t, 7500*time.Millisecond, held.Bound, "it took effect at some moment while the program ran")
}

// What a hook was given may be a command with a password in it.
func TestAHookIsToldWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	run := laid(t, strings.ReplaceAll(of2016, "kill keystone service on one node", "mysqladmin --password=hunter2 shutdown"))
	for e, err := range run.Events() {
		require.NoError(t, err)
		text, err := json.Marshal(e)
		require.NoError(t, err)
		require.NotContains(t, string(text), "hunter2")
	}
}

func TestActionsOfTodayAreOperations(t *testing.T) {
	t.Parallel()
	run := laid(t, ofToday)
	var operations []string
	for s, err := range run.Samples("rally") {
		require.NoError(t, err)
		operations = append(operations, s.Operation)
	}
	require.Equal(t, []string{"inner", "nova.list_servers", ""}, operations, "in the order in which they ended")
	for e, err := range run.Events() {
		require.NoError(t, err)
		if e.Target != nil {
			require.Equal(t, record.Unknown, e.Target.State, "its program failed")
			require.Nil(t, e.Target.NodeAt)
		}
	}
}
