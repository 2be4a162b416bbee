package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// recorded makes a run's record, which ends as it should.
func recorded(t *testing.T, parent, scenario string, edit ...func(*record.RunStarted)) string {
	t.Helper()
	clock := record.NewClock()
	w, err := record.Create(parent, record.Meta{Scenario: scenario, Clock: clock})
	require.NoError(t, err)
	started := &record.RunStarted{Run: w.ID(), Scenario: scenario, Cloud: "prod", At: clock.Start(), Faults: []record.FaultPlan{
		{Name: "lose", Fault: "service.kill", Targets: []record.Target{{Node: "ctl-1", Service: "keystone"}}, Groups: []string{"keystone"}},
	}}
	for _, e := range edit {
		e(started)
	}
	require.NoError(t, w.Event(record.Event{Started: started}))
	require.NoError(t, w.Event(record.Event{Fault: &record.FaultEvent{Name: "lose", State: record.Skipped, Reason: "its condition was not seen"}}))
	require.NoError(t, w.Event(record.Event{Ended: &record.RunEnded{}}))
	require.NoError(t, w.Close())
	return w.Dir()
}

func TestARecordThatCannotBeReadHidesNoOther(t *testing.T) {
	dir := t.TempDir()
	good := recorded(t, dir, "drill")
	set, err := record.CreateSet(dir, "repeated", time.Now())
	require.NoError(t, err)
	require.NoError(t, record.WriteSet(set, "repeated", []string{filepath.Base(recorded(t, set, "repeated"))}))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "notes"), 0o755))
	broken := recorded(t, dir, "broken")
	require.NoError(t, os.WriteFile(filepath.Join(broken, "journal.ndjson"), []byte("{}\n"), 0o644))
	tomorrow := recorded(t, dir, "tomorrow")
	text, err := os.ReadFile(filepath.Join(tomorrow, "journal.ndjson"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(tomorrow, "journal.ndjson"), bytes.Replace(text, fmt.Appendf(nil, `"format":%d`, record.Format), []byte(`"format":9`), 1), 0o644))

	runs, unread, err := reports.OpenAll(dir)
	require.NoError(t, err)
	require.Len(t, runs, 2)
	require.Len(t, unread, 2)
	require.Equal(t, []string{broken, tomorrow}, []string{unread[0].Dir, unread[1].Dir})
	require.Contains(t, unread[1].Why, "it is of version 9")
	runs, unread, err = reports.OpenAll(good)
	require.NoError(t, err)
	require.Len(t, runs, 1, "the directory of a run is that run")
	require.Empty(t, unread)
	runs, _, err = reports.OpenAll(set)
	require.NoError(t, err)
	require.Len(t, runs, 1, "that of a set is the set")
	_, _, err = reports.OpenAll(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Runs are found where operators put them away, and no run counts twice.
func TestRunsInFoldersAndTheirCopies(t *testing.T) {
	dir := t.TempDir()
	month := filepath.Join(dir, "of [2026]", "november")
	require.NoError(t, os.MkdirAll(month, 0o755))
	kept := recorded(t, month, "drill")
	half := filepath.Join(dir, "a-copy") // made while the run went on, and read first
	require.NoError(t, os.CopyFS(half, os.DirFS(kept)))
	text, err := os.ReadFile(filepath.Join(half, "journal.ndjson"))
	require.NoError(t, err)
	first, _, _ := bytes.Cut(text, []byte("\n"))
	require.NoError(t, os.WriteFile(filepath.Join(half, "journal.ndjson"), append(first, '\n'), 0o644))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "same"), os.DirFS(kept)))
	far := filepath.Join(dir, "one", "two", "three", "four")
	require.NoError(t, os.MkdirAll(far, 0o755))
	recorded(t, far, "far")

	runs, unread, err := reports.OpenAll(dir)
	require.NoError(t, err)
	require.Empty(t, unread)
	require.Len(t, runs, 1)
	require.Equal(t, kept, runs[0].Dir, "that which goes on longest, the first of those")
	runs, _, err = reports.OpenAll(filepath.Join(dir, "one"))
	require.NoError(t, err)
	require.Len(t, runs, 1, "three folders deep")
}

// A record that was made of a run's and of others' results is of that run: it counts in its
// place.
func TestARunToWhichResultsWereJoinedIsOneRun(t *testing.T) {
	dir := t.TempDir()
	run := recorded(t, dir, "drill")
	var joined []string
	for n := range 4 {
		joined = append(joined, recorded(t, dir, "drill", func(s *record.RunStarted) {
			s.Joined = &record.Joined{Run: filepath.Base(run), Results: make([]record.JoinedResult, []int{1, 3, 2, 4}[n])}
			for i := range s.Joined.Results {
				s.Joined.Results[i].Offset = new(time.Duration(0))
			}
			if n == 3 {
				s.Joined.Results[0].Offset = nil // how its clock was nobody knows
			}
		}))
	}
	recorded(t, dir, "other")
	runs, unread, err := reports.OpenAll(dir)
	require.NoError(t, err)
	require.Empty(t, unread)
	require.Len(t, runs, 2)
	require.Contains(t, []string{runs[0].Dir, runs[1].Dir}, joined[1], "that which has the most of them")
}

func TestGapsAsTextAndAsJSON(t *testing.T) {
	dir := t.TempDir()
	recorded(t, dir, "dri\x1b[31mll", func(s *record.RunStarted) { s.Faults[0].Groups = []string{"key\x1b[31mstone"} })
	runs, unread, err := reports.OpenAll(dir)
	require.NoError(t, err)
	possible := []coverage.Thing{{Cloud: "prod", Group: "nova", Service: "nova-api", Family: "service"}, {Cloud: "prod", Group: "nova", Service: "nova-api", Family: "network"}, {Cloud: "prod", Group: "nova", Family: "node"}}
	g := reports.NewGaps(dir, runs, append(unread, reports.Unreadable{Dir: "x", Why: "torn"}), possible, []coverage.Known{{Gap: "outage", Link: "https://bugs.example.org/1"}}, time.Now(), time.Hour)
	var text, document bytes.Buffer
	require.NoError(t, g.WriteText(&text))
	require.NotContains(t, text.String(), "\x1b")
	said := strings.Join(strings.Fields(text.String()), " ")
	require.Contains(t, said, "! not read: x: torn")
	require.Contains(t, said, "Gaps none on record known, and in no gap that is there: outage (https://bugs.example.org/1)")
	require.Contains(t, said, "Coverage of prod: 1 not testable, 3 never")
	require.Regexp(t, `not testable \S+ keystone service 1 [0-9-]+ its condition was not seen`, said)
	require.Contains(t, said, "never nova (nodes) node 0 —")
	require.Contains(t, said, "never nova nova-api network, service 0 —")
	require.NoError(t, g.WriteJSON(&document))
	var read reports.Gaps
	require.NoError(t, json.Unmarshal(document.Bytes(), &read))
	require.Equal(t, "eris.gaps/v1", read.Schema)
	require.Equal(t, g.Coverage[0].Thing, read.Coverage[0].Thing)
	require.Len(t, read.Coverage, 4)
	require.Contains(t, document.String(), `"gaps": []`)
}

// What may have caused a gap is shown as that, with what it stands on, or why it is not known.
func TestAGapIsShownWithItsCause(t *testing.T) {
	run := func(id string, gap kpi.Gap) coverage.Run {
		return coverage.Run{Dir: id, Meta: record.RunStarted{Run: id}, Result: &kpi.Result{Run: id, Scenario: kpi.Scenario{Name: "drill"}, Gaps: []kpi.Gap{gap}}}
	}
	shown := func(gap kpi.Gap) string {
		var text bytes.Buffer
		require.NoError(t, reports.NewGaps("", []coverage.Run{run("a", gap)}, nil, nil, nil, time.Now(), time.Hour).WriteText(&text))
		return text.String()
	}
	gap := kpi.Gap{What: "outage", Hypotheses: []kpi.Hypothesis{{Rule: "x", Text: "hypothesis: the \x1bproxy", StandsOn: []string{"5 of 5", "at 3 s"}}}, Looks: []kpi.Look{{Kind: "logs", Text: "read this"}}}
	require.Contains(t, shown(gap), "\n          hypothesis: the proxy; it stands on: 5 of 5; at 3 s\n          next: read this\n")
	require.Contains(t, shown(kpi.Gap{What: "outage", NoHypothesis: "no hypothesis: nobody looked"}), "\n          no hypothesis: nobody looked\n")
	slow := run("b", gap)
	slow.Result.KPIs = []kpi.KPI{{Name: "latency_ratio", Scope: "lose", Detail: "p99 of tokens", State: kpi.Measured, Value: new(3.0), Low: new(2.0), High: new(4.0)}}
	slow.Result.Verdict, slow.Dir = kpi.Pass, "there"
	var text bytes.Buffer
	require.NoError(t, reports.NewGaps("", []coverage.Run{slow}, nil, nil, nil, time.Now(), time.Hour).WriteText(&text))
	require.Contains(t, text.String(), "\nPerformance\n  drill: p99 of tokens while lose was held was 3× the baseline's (2× to 4×)\n          one run against its own baseline")
	require.Contains(t, text.String(), "\n          there/report.html#baseline\n")
	require.Contains(t, shown(kpi.Gap{What: "outage"}), "its cause was not looked for when this was written")
}
