package record_test

import (
	"encoding/json"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func create(t *testing.T) *record.Writer {
	t.Helper()
	w, err := record.Create(t.TempDir(), record.Meta{Scenario: "Keystone: max loss!", Clock: record.NewClock()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	require.NoError(t, w.EventSync(record.Event{Started: &record.RunStarted{Run: w.ID(), Scenario: "max", Seed: 7}}))
	return w
}

func all[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var got []T
	for v, err := range seq {
		require.NoError(t, err)
		got = append(got, v)
	}
	return got
}

func open(t *testing.T, dir string) *record.Run {
	t.Helper()
	r, err := record.Open(dir)
	require.NoError(t, err)
	return r
}

func samples() []record.Sample {
	s := time.Second
	return []record.Sample{
		{Iteration: 0, Intended: s, Started: s + 3, End: 2 * s, Status: 201},
		{Iteration: 0, Operation: "auth", Intended: s, Started: s + 4, End: 2*s - 1},
		{Iteration: 2, Operation: "auth", Intended: 3 * s, Started: 3*s + 7, Queued: true, End: 4 * s, Class: record.HTTP5xx, Status: 503, RequestID: "req-1"},
		{Iteration: 2, Operation: "show", Intended: 3 * s, Started: 3 * s, End: 4 * s, Class: record.Timeout},
		{Iteration: 2, Intended: 3 * s, Started: 3 * s, End: 4*s + 5, Class: record.Timeout},
		{Iteration: 1, Intended: 2 * s, Started: 2 * s, End: 9 * s, Class: record.Dropped},
	}
}

func TestARecordGivesBackWhatWasWritten(t *testing.T) {
	w := create(t)
	var told []record.Event
	w.Subscribe(func(e record.Event) { told = append(told, e) })
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for _, s := range samples() {
		load.Sample(s)
	}
	signals, err := w.Signals("nodes")
	require.NoError(t, err)
	reading := record.Reading{Signal: "node.load", Labels: map[string]string{"node": "ctl-1"}, At: 5, Value: 0.5}
	require.NoError(t, signals.Write(reading))
	require.NoError(t, w.WriteFile("plan.json", []byte("{}")))
	require.NoError(t, w.WriteFile("logs/ctl-1.txt", []byte("log")))
	require.NoError(t, w.Event(record.Event{At: 42, Phase: &record.PhaseStarted{Name: "chaos"}}))
	require.NoError(t, w.Event(record.Event{Ended: &record.RunEnded{}}))
	require.NoError(t, w.Close())

	r := open(t, w.Dir())
	_, cut := r.CutOff()
	require.False(t, cut)
	require.Equal(t, w.ID(), r.Meta().Run)
	require.Equal(t, samples(), all(t, r.Samples("tokens")))
	reading.Collector = "nodes"
	require.Equal(t, []record.Reading{reading}, all(t, r.Signals()))
	events := all(t, r.Events())
	require.Len(t, events, 3)
	require.Equal(t, told, events[1:])
	require.Equal(t, []any{int64(1), "phase", time.Duration(42)}, []any{events[1].Seq, events[1].Type, events[1].At})
	require.Positive(t, events[2].At, "the present was filled in")

	intervals := all(t, r.Intervals("tokens"))
	require.Len(t, intervals, 2, "operations, dropped and aborted are in none")
	require.Equal(t, []any{"ok", 2 * time.Second, 3 * time.Second}, []any{intervals[0].Tag, intervals[0].From, intervals[0].To})
	p50, ok := intervals[0].Latency.Quantile(0.5)
	require.True(t, ok)
	require.InEpsilon(t, float64(time.Second), float64(p50), 0.001)
}

// A record that has settled is whole, whoever is killed then; what is told of it later
// is in its journal and in its sums.
func TestARecordThatHasSettled(t *testing.T) {
	w := create(t)
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for _, s := range samples() {
		load.Sample(s)
	}
	signals, err := w.Signals("nodes")
	require.NoError(t, err)
	require.NoError(t, signals.Write(record.Reading{Signal: "node.load", Value: 0.5}))
	require.NoError(t, w.Event(record.Event{Ended: &record.RunEnded{}}))
	whole := func(events int) {
		r := open(t, w.Dir())
		_, cut := r.CutOff()
		require.False(t, cut)
		require.Equal(t, samples(), all(t, r.Samples("tokens")))
		require.Len(t, all(t, r.Signals()), 1)
		require.Len(t, all(t, r.Events()), events)
		differ, err := record.Verify(w.Dir())
		require.NoError(t, err)
		require.Empty(t, differ)
	}
	require.NoError(t, w.Settle())
	whole(2)
	_, err = w.Load("more")
	require.Error(t, err)
	_, err = w.Signals("more")
	require.Error(t, err)
	require.NoError(t, w.Event(record.Event{Note: &record.Note{Level: "info", Text: "later"}}))
	require.NoError(t, w.Close())
	whole(3)
}

// The folder that runs are in may be named as nobody would name it.
func TestARecordIsReadWhateverItsFolderIsCalled(t *testing.T) {
	parent := filepath.Join(t.TempDir(), `[a-z]*?{x}\`)
	require.NoError(t, os.Mkdir(parent, 0o755))
	w, err := record.Create(parent, record.Meta{Scenario: "drill", Clock: record.NewClock()})
	require.NoError(t, err)
	require.NoError(t, w.Event(record.Event{Started: &record.RunStarted{Run: w.ID(), Scenario: "drill"}}))
	load, err := w.Load("tokens")
	require.NoError(t, err)
	for _, s := range samples() {
		load.Sample(s)
	}
	signals, err := w.Signals("nodes")
	require.NoError(t, err)
	require.NoError(t, signals.Write(record.Reading{Signal: "node.load", Value: 0.5}))
	require.NoError(t, w.Close())

	r := open(t, w.Dir())
	require.Equal(t, samples(), all(t, r.Samples("tokens")))
	require.Len(t, all(t, r.Signals()), 1)
}

func TestManifestTellsWhatWasChanged(t *testing.T) {
	w := create(t)
	require.NoError(t, w.WriteFile("plan.json", []byte("{}")))
	_, err := record.Verify(w.Dir())
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, w.Close())
	require.NoError(t, w.WriteFile("run.json", []byte("{}")))
	require.NoError(t, w.WriteFile("report.html", []byte("<p>")))
	differ, err := record.Verify(w.Dir())
	require.NoError(t, err)
	require.Empty(t, differ)

	require.NoError(t, w.WriteFile("plan.json", []byte("{ }")))
	require.NoError(t, w.WriteFile("logs/new", nil))
	require.NoError(t, os.Remove(filepath.Join(w.Dir(), "journal.ndjson")))
	differ, err = record.Verify(w.Dir())
	require.NoError(t, err)
	require.Equal(t, []string{"journal.ndjson is missing", "plan.json was changed", "logs/new was added"}, differ)
}

func TestDirectoryIsNamedByStartAndScenario(t *testing.T) {
	dir := t.TempDir()
	clock := record.ClockFrom(time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC))
	w, err := record.Create(dir, record.Meta{Scenario: "Keystone: max loss!", Clock: clock})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Regexp(t, `^20261121T093000Z-keystone-max-loss-[0-9a-f]{4}$`, filepath.Base(w.Dir()))
	target, err := os.Readlink(filepath.Join(dir, "latest"))
	require.NoError(t, err)
	require.Equal(t, w.ID(), target)

	next, err := record.Create(dir, record.Meta{Scenario: "next", Clock: clock})
	require.NoError(t, err)
	require.NoError(t, next.Close())
	target, err = os.Readlink(filepath.Join(dir, "latest"))
	require.NoError(t, err)
	require.Equal(t, next.ID(), target, "latest moves on")

	_, err = record.Create(dir, record.Meta{ID: "../outside", Clock: clock})
	require.ErrorContains(t, err, "plain file name")
}

func TestAnEventSaysExactlyOneThing(t *testing.T) {
	w := create(t)
	require.ErrorContains(t, w.Event(record.Event{}), "says nothing")
	require.ErrorContains(t, w.Event(record.Event{Note: &record.Note{}, Ended: &record.RunEnded{}}), "both note and ended")
	require.ErrorContains(t, w.Err(), "says nothing", "the record remembers its first failure")
}

func TestRedactTakesSecretsOut(t *testing.T) {
	out, err := record.Redact([]byte(`
# admin password: hunter1
ssh: {key: ~/.ssh/id, jump: ops@bastion:22}
bmc: {password: hunter2, user: root}
db: mysql://root:hunter3@db/keystone
tokens: [hunter4]
env: {DB_PASS: hunter7, bypass: "true"}  # to pass
shared: &s hunter5
api_key: *s
pem: |
  -----BEGIN OPENSSH PRIVATE KEY-----
  hunter6
`))
	require.NoError(t, err)
	require.NotContains(t, string(out), "hunter")
	require.Contains(t, string(out), "~/.ssh/id")
	require.Contains(t, string(out), `bypass: "true"} # to pass`)
	require.Contains(t, string(out), "mysql://root:REDACTED@db/keystone")
	again, err := record.Redact(out)
	require.NoError(t, err)
	require.Equal(t, string(out), string(again), "still a document")
	_, err = record.Redact([]byte("a: ["))
	require.Error(t, err, "what cannot be read is not passed through")
}

func TestJournalLinesAreJSONObjects(t *testing.T) {
	w := create(t)
	require.NoError(t, w.Close())
	raw, err := os.ReadFile(filepath.Join(w.Dir(), "journal.ndjson"))
	require.NoError(t, err)
	var line map[string]any
	require.NoError(t, json.Unmarshal(raw, &line))
	require.Equal(t, "started", line["type"])
}
