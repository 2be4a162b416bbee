package rally_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
)

// begun is when the run began to which results are joined, and the length it had.
var begun = time.Unix(1795000000, 0).UTC()

const length = 20 * time.Second

// ran is a run of 20 s with a load and a fault that have the names which a result of Rally
// would have.
func ran(t *testing.T) *record.Run {
	t.Helper()
	dir := t.TempDir()
	w, err := record.Create(dir, record.Meta{Scenario: "drill", Clock: record.ClockFrom(begun)})
	require.NoError(t, err)
	l, err := w.Load("rally")
	require.NoError(t, err)
	l.Sample(record.Sample{Intended: time.Second, Started: time.Second, End: 2 * time.Second})
	require.NoError(t, w.WriteFile("logs/ctl-1.txt", []byte("a line")))
	for _, e := range []record.Event{
		{Started: &record.RunStarted{Run: w.ID(), Scenario: "drill", Cloud: "prod", At: begun, Loads: []record.LoadPlan{{Name: "rally"}}, Faults: []record.FaultPlan{{Name: "restart-nova-api"}}}},
		{At: 1, Phase: &record.PhaseStarted{Name: record.Baseline}},
		{At: time.Second, Phase: &record.PhaseStarted{Name: record.Chaos}},
		{At: length, Phase: &record.PhaseStarted{Name: record.Done}},
		{At: length + time.Minute, Ended: &record.RunEnded{}},
	} {
		require.NoError(t, w.Event(e))
	}
	require.NoError(t, w.Close())
	return opened(t, w.Dir())
}

func opened(t *testing.T, dir string) *record.Run {
	t.Helper()
	run, err := record.Open(dir)
	require.NoError(t, err)
	return run
}

// source is a file of today's form.
func source(t *testing.T, text string) rally.Source {
	t.Helper()
	all, err := rally.Read([]byte(text))
	require.NoError(t, err)
	return rally.Source{Repetitions: all, Origin: rally.Origin{Name: "results", SHA256: "abc", Version: "devel"}}
}

func TestAResultIsALoadOfTheRunAndItsHooksAreFaults(t *testing.T) {
	t.Parallel()
	run := ran(t)
	dir := filepath.Dir(run.Dir())
	run = opened(t, filepath.Join(dir, "latest")) // which leads to another when this is over
	id, joined, err := rally.Join(dir, run, []rally.Source{source(t, ofToday)}, rally.Joining{})
	require.NoError(t, err)
	require.Equal(t, []record.JoinedResult{{
		Load: "rally-2", Workload: "NovaServers.list_servers", File: "results", SHA256: "abc", Version: "devel", Arrivals: 1, Hooks: []string{"restart-nova-api-2"},
	}}, joined)
	both := opened(t, filepath.Join(dir, id))
	why, cut := both.CutOff()
	require.False(t, cut, why)
	different, err := record.Verify(both.Dir())
	require.NoError(t, err)
	require.Empty(t, different)

	meta := both.Meta()
	require.Equal(t, []string{id, run.Meta().Run}, []string{meta.Run, meta.Of()})
	require.Equal(t, joined, meta.Joined.Results)
	require.Equal(t, []string{"rally", "rally-2"}, both.Loads())
	require.Equal(t, []record.LoadPlan{{Name: "rally"}, {Name: "rally-2", Workload: "NovaServers.list_servers", Model: "open", Rate: 4}}, meta.Loads)
	text, err := both.ReadFile("logs/ctl-1.txt")
	require.NoError(t, err)
	require.Equal(t, "a line", string(text))
	var happened []string
	last := time.Duration(0)
	for e, err := range both.Events() {
		require.NoError(t, err)
		require.GreaterOrEqual(t, e.At, last, "in the order in which it was")
		last = e.At
		switch {
		case e.Phase != nil:
			happened = append(happened, fmt.Sprint(e.At, " ", e.Phase.Name))
		case e.Load != nil:
			happened = append(happened, fmt.Sprint(e.At, " ", e.Load.Name, " ", e.Load.State))
		case e.Fault != nil:
			happened = append(happened, fmt.Sprint(e.At, " ", e.Fault.Name, " ", e.Fault.State))
		}
	}
	require.Equal(t, []string{
		"1ns baseline", "500ms rally-2 started", "1s chaos", "1.5s rally-2 stopped", "1.5s restart-nova-api-2 injecting", "2s restart-nova-api-2 unknown", "20s done",
	}, happened)

	var refused *rally.RefusedError
	_, _, err = rally.Join(dir, both, []rally.Source{source(t, ofToday)}, rally.Joining{})
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "results was joined to this record before, as results")
	other := source(t, ofToday)
	other.SHA256 = "def"
	_, _, err = rally.Join(dir, both, []rally.Source{other, other}, rally.Joining{})
	require.ErrorContains(t, err, "results is given twice, as results")
	again, joined, err := rally.Join(dir, both, []rally.Source{other}, rally.Joining{Offset: new(250 * time.Millisecond), WithoutHooks: true})
	require.NoError(t, err)
	require.Equal(t, []any{"rally-3", 1, 0}, []any{joined[0].Load, joined[0].HooksOut, len(joined[0].Hooks)})
	thrice := opened(t, filepath.Join(dir, again))
	require.Equal(t, run.Meta().Run, thrice.Meta().Of(), "of the first")
	require.Len(t, thrice.Meta().Joined.Results, 2)
	for s, err := range thrice.Samples("rally-3") {
		require.NoError(t, err)
		if s.Operation == "" {
			require.Equal(t, 750*time.Millisecond, s.Started, "Rally's clock was behind")
		}
	}
}

// late are iterations of the old form and of today's at the edges of the run's time: what
// began before it, what it cuts off, and what came after.
const late = `{"info": {"format_version": "1.2"}, "tasks": [{"subtasks": [{"workloads": [
  {"scenario": {"A.b": {}}, "runner": {"constant": {"concurrency": 2}}, "hooks": [
    {"config": {"action": {"sys_call": "x"}}, "results": [{"status": "success", "started_at": 1794999999.0, "finished_at": 1795000001.0}, {"status": "success", "started_at": 1795000019.0, "finished_at": 1795000021.0}]}],
   "data": [
    {"timestamp": 1794999999.5, "duration": 1.0, "error": [], "atomic_actions": []},
    {"timestamp": 1795000018.0, "duration": 5.0, "error": ["Timeout", "late", ""], "atomic_actions": [
      {"name": "one", "started_at": 1795000018.0, "finished_at": 1795000019.0},
      {"name": "two", "started_at": 1795000019.0, "finished_at": 1795000022.0, "failed": true},
      {"name": "three", "started_at": 1795000022.0, "finished_at": 1795000023.0, "failed": true}]},
    {"timestamp": 1795000020.0, "duration": 1.0, "error": [], "atomic_actions": []}]},
  {"scenario": {"C.d": {}}, "runner": {"constant": {"concurrency": 2}}, "hooks": [], "data": [{"timestamp": 1795000030.0, "duration": 1.0, "error": [], "atomic_actions": []}]}]}]}]}`

func TestWhatLiesOutsideOfTheRunIsLeftOutAndCounted(t *testing.T) {
	t.Parallel()
	run, dir := ran(t), t.TempDir()
	id, joined, err := rally.Join(dir, run, []rally.Source{source(t, late)}, rally.Joining{})
	require.NoError(t, err)
	require.Equal(t, []record.JoinedResult{
		{Load: "rally-2", Workload: "A.b", File: "results", SHA256: "abc", Version: "devel", Arrivals: 1, Cut: 1, Before: 1, After: 1, Hooks: []string{"x"}, HooksOut: 1},
		{Workload: "C.d", File: "results", SHA256: "abc", Version: "devel", After: 1},
	}, joined)
	both := opened(t, filepath.Join(dir, id))
	var samples []string
	for s, err := range both.Samples("rally-2") {
		require.NoError(t, err)
		samples = append(samples, fmt.Sprint(s.Operation, " ", s.Started, " ", s.End, " ", s.Class))
	}
	require.Equal(t, []string{"one 18s 19s ok", "two 19s 20s aborted", " 18s 20s aborted"}, samples)
	said, err := both.Failures("rally-2")
	require.NoError(t, err)
	require.Empty(t, said, "what became of it was after the run")
	for e, err := range both.Events() {
		require.NoError(t, err)
		require.Nil(t, e.Target, "the hook's end was after the run's")
	}
}

func TestOnAnotherRecordThanAWholeOneNothingIsBuilt(t *testing.T) {
	t.Parallel()
	for says, spoil := range map[string]func(dir string) error{
		"the record is not whole":    func(dir string) error { return os.Truncate(filepath.Join(dir, "journal.ndjson"), 1000) },
		"the record has no MANIFEST": func(dir string) error { return os.Remove(filepath.Join(dir, "MANIFEST")) },
		"is not as it was written: logs/ctl-1.txt was changed": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "logs/ctl-1.txt"), []byte("another"), 0o600)
		},
		"is not as it was written: samples/rally-2 was added":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "samples/rally-2"), nil, 0o600) },
		"nothing of the results began in its time: it was from ": nil,
	} {
		run, out := ran(t), filepath.Join(t.TempDir(), "out")
		text := ofToday
		if spoil != nil {
			require.NoError(t, spoil(run.Dir()))
			run, _ = record.Open(run.Dir())
		} else {
			text = strings.ReplaceAll(text, "17950000", "17960000")
		}
		require.NotNil(t, run, says)
		_, _, err := rally.Join(out, run, []rally.Source{source(t, text)}, rally.Joining{})
		var refused *rally.RefusedError
		require.ErrorAs(t, err, &refused, says)
		require.ErrorContains(t, err, says)
		require.NoDirExists(t, out)
	}
}
