package publish_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/reports/publish"
)

// kept lays an example down as a run's directory, as a run of that id that was started
// days after the first. What its failures said has an address, a host and a name in it.
func kept(t *testing.T, parent, id string, days int, rec kpi.Record) {
	t.Helper()
	w, err := record.Create(parent, record.Meta{ID: id, Scenario: rec.Meta.Scenario, Clock: record.NewClock()})
	require.NoError(t, err)
	for _, e := range rec.Events {
		if e.Started != nil {
			started := *e.Started
			started.Run, started.At = id, time.Date(2026, 11, 1+days, 9, 0, 0, 0, time.UTC)
			e.Started = &started
		}
		require.NoError(t, w.Event(e))
	}
	l, err := w.Load("tokens")
	require.NoError(t, err)
	for s := range rec.Samples("tokens") {
		if s.Class != record.OK {
			s.Err = errors.New("POST http://api.cloud.example.org:5000/v3: dial tcp 198.51.100.10:5000: refused by ctl-1.cloud.example.org at FA:16:3e:00:00:0a")
		}
		l.Sample(s)
	}
	require.NoError(t, w.Close())
}

// three are runs of one scenario, of which the second failed, and one of another.
func three(t *testing.T) []coverage.Run {
	t.Helper()
	parent := t.TempDir()
	kept(t, parent, "20261101T090000Z-drill-aaaa", 0, example.Passing())
	kept(t, parent, "20261103T090000Z-drill-bbbb", 2, example.CutOff())
	kept(t, parent, "20261110T090000Z-drill-cccc", 9, example.Passing())
	other := example.Failing()
	kept(t, parent, "20261111T090000Z-other-dddd", 10, other)
	runs, broken, err := reports.OpenAll(parent)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.Len(t, runs, 4)
	return runs
}

func options() publish.Options {
	return publish.Options{
		Title: "Drills", Now: time.Date(2026, 11, 12, 12, 0, 0, 0, time.UTC), Stale: 30 * 24 * time.Hour,
		Possible: []coverage.Thing{{Cloud: "production", Group: "mariadb", Service: "mariadb", Family: "service"}},
		Known:    []coverage.Known{{Gap: "nothing has these words", Link: "https://bugs.example.org/7"}},
		Unread:   []reports.Unreadable{{Dir: "runs/torn", Why: "no start"}},
		Secret:   []string{"198.51.100.10", "ctl-1.cloud.example.org"},
	}
}

func write(t *testing.T, folder string, runs []coverage.Run) {
	t.Helper()
	made, err := publish.Write(folder, runs, options())
	require.NoError(t, err)
	require.Equal(t, publish.Made{Unread: options().Unread}, made)
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	require.NoError(t, err)
	return string(text)
}

func TestASiteHasAllRunsAndTellsNoAddress(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "site")
	write(t, folder, three(t))
	index := read(t, folder, "index.html")
	for _, has := range []string{
		"<h1>Drills</h1>", "4 runs", "1 unknown",
		`<a href="runs/20261110T090000Z-drill-cccc.html">`, "2026-11-11 09:00",
		`<a class="pass mark" href="runs/20261110T090000Z-drill-cccc.html"><span aria-hidden="true">✓</span> pass</a><br><span class="note mark">2 days</span>`,
		"<h3>production</h3>", `<span aria-hidden="true">–</span> never`, "<code>runs/torn</code> no start", "https://bugs.example.org/7",
		"<code>availability(&#34;tokens&#34;) &gt;= 97%</code>", "limit ≥ 97 %",
		"hypothesis: ", "it stands on: ", "<li>on ctl-1 read the journal and the log files of rabbitmq from ",
	} {
		require.Contains(t, index, has)
	}
	require.Equal(t, 4, strings.Count(index, "<figure>"), "each objective of the scenario that was run more than once")
	files, err := filepath.Glob(filepath.Join(folder, "runs", "*.html"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	all := index
	for _, file := range files {
		all += read(t, file)
	}
	require.Contains(t, all, "://HOST-1")
	require.Contains(t, all, "dial tcp ADDRESS-1:5000: refused by HOST-2 at MAC-1")
	require.NotContains(t, all, "198.51.100.10")
	require.NotContains(t, all, "cloud.example.org")
	require.NotContains(t, strings.ToLower(all), "fa:16:3e")
}

func TestASiteIsTheSameForTheSameRuns(t *testing.T) {
	runs, parent := three(t), t.TempDir()
	for _, name := range []string{"a", "b"} {
		write(t, filepath.Join(parent, name), runs)
	}
	for _, file := range []string{"index.html", "runs/20261111T090000Z-other-dddd.html"} {
		require.Equal(t, read(t, parent, "a", file), read(t, parent, "b", file))
	}
}

// What nobody thought of when it was taken out is found by who looks.
func TestWhatIsNotToBePublishedIsRefused(t *testing.T) {
	o := options()
	o.Known[0].Link = "https://ann:hunter2@bugs/?admin_password=hunter2"
	_, err := publish.Write(filepath.Join(t.TempDir(), "site"), three(t), o)
	var leaks *publish.LeakError
	require.ErrorAs(t, err, &leaks)
	require.NotContains(t, err.Error(), "hunter2")
	require.Contains(t, err.Error(), "index.html:")
	require.Contains(t, err.Error(), "a value of admin_password")
}

func TestARunThatCannotBeJudgedAgainIsTold(t *testing.T) {
	runs := three(t)
	require.NoError(t, os.WriteFile(filepath.Join(runs[0].Dir, "journal.ndjson"), []byte("{}\n"), 0o644))
	folder := filepath.Join(t.TempDir(), "site")
	made, err := publish.Write(folder, runs, options())
	unread := made.Unread
	require.NoError(t, err)
	require.Len(t, unread, 2, "with the one that could not be read")
	index := read(t, folder, "index.html")
	require.Contains(t, index, "3 runs")
	require.Contains(t, index, "<code>"+runs[0].Dir+"</code>")
}

// The page of a run whose record cannot be read any more stays as it was, since nothing is
// known to be in its place; one that is of no record goes when all can be read.
func TestThePageOfARecordThatCannotBeReadIsKept(t *testing.T) {
	runs, parent := three(t), t.TempDir()
	o := options()
	o.Unread = nil
	first := filepath.Join(parent, "first")
	made, err := publish.Write(first, runs, o)
	require.NoError(t, err)
	require.Empty(t, made)
	require.NoError(t, os.WriteFile(filepath.Join(first, "runs", "notes.txt"), []byte("mine"), 0o644))

	page := filepath.Join("runs", filepath.Base(runs[0].Dir)+".html")
	journal := filepath.Join(runs[0].Dir, "journal.ndjson")
	was, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(journal, []byte("{}\n"), 0o644))
	o.Earlier = os.DirFS(first)
	second := filepath.Join(parent, "second")
	made, err = publish.Write(second, runs, o)
	require.NoError(t, err)
	require.Len(t, made.Unread, 1)
	require.Equal(t, []string{filepath.ToSlash(page)}, made.Kept)
	require.Equal(t, read(t, first, page), read(t, second, page))
	require.Contains(t, read(t, second, "index.html"), `<li><a href="`+filepath.ToSlash(page)+`">`)
	require.NoFileExists(t, filepath.Join(second, "runs", "notes.txt"))

	require.NoError(t, os.WriteFile(journal, was, 0o644))
	o.Earlier = os.DirFS(second)
	third := filepath.Join(parent, "third")
	made, err = publish.Write(third, runs[1:], o)
	require.NoError(t, err)
	require.Empty(t, made)
	require.NoFileExists(t, filepath.Join(third, page))
	require.NotContains(t, read(t, third, "index.html"), "site of before")

	// What stays is looked through like what is new.
	require.NoError(t, os.WriteFile(filepath.Join(first, "runs", "x.html"), []byte("<p>198.51.100.10"), 0o644))
	o.Unread, o.Earlier = options().Unread, os.DirFS(first)
	_, err = publish.Write(filepath.Join(parent, "fourth"), runs, o)
	require.ErrorContains(t, err, "runs/x.html:1: the address 198.51.100.10")
}
