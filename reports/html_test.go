package reports_test

import (
	"bytes"
	"fmt"
	"html"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func examples() map[string]kpi.Record {
	return map[string]kpi.Record{
		"passing": example.Passing(), "failing": example.Failing(), "unknown": example.Unknown(), "cutoff": example.CutOff(),
	}
}

func page(t *testing.T, rec kpi.Record) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, reports.WriteHTML(&b, kpi.Compute(rec, kpi.Settings{})))
	return b.String()
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run: UPDATE=1 go test ./reports, and look at the difference")
}

func TestPageIsTheSameForTheSameRecord(t *testing.T) {
	golden(t, "passing.html", page(t, example.Passing()))
	again := page(t, example.Failing())
	require.Equal(t, again, page(t, example.Failing()))
}

func TestPageNeedsNothingButItself(t *testing.T) {
	for name, rec := range examples() {
		t.Run(name, func(t *testing.T) {
			text := page(t, rec)
			policy := html.UnescapeString(regexp.MustCompile(`Security-Policy" content="([^"]+)"`).FindStringSubmatch(text)[1])
			require.Regexp(t, `^default-src 'none'; style-src 'sha256-[^; ]+'; script-src 'sha256-[^; ]+'; base-uri 'none'; form-action 'none'$`, policy)
			require.NotRegexp(t, `\sstyle="`, text)
			require.NotRegexp(t, `\son[a-z]+="`, text)
			require.NotRegexp(t, `(?:src|href)="[^#]`, text)
			require.NotRegexp(t, "ZgotmplZ", text, "the template engine refused something")
			require.LessOrEqual(t, len(text), 150<<10)
			rows := strings.Count(text[strings.Index(text, `id="data-table"`):strings.Index(text, `id="faults"`)], "<tr>")
			require.LessOrEqual(t, rows, 121)
		})
	}
}

func TestPageOfEightHoursStaysSmall(t *testing.T) {
	require.LessOrEqual(t, len(page(t, example.Long())), 1<<20)
	require.LessOrEqual(t, len(page(t, example.Twelve())), 150<<10)
}

// busy is twenty minutes with twelve faults, four loads and 36 lines of signals.
func busy() kpi.Record { return watched(example.Twelve()) }

// watched is a record of four loads, beside which six collectors read a value a second of
// each of six nodes.
func watched(rec kpi.Record) kpi.Record {
	for _, name := range []string{"boots", "images", "lists"} {
		load := rec.Meta.Loads[0]
		load.Name = name
		rec.Meta.Loads = append(rec.Meta.Loads, load)
	}
	length := rec.Events[len(rec.Events)-1].At
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for at := time.Duration(0); at < length; at += time.Second {
				for n := range 36 {
					r := record.Reading{
						Signal: fmt.Sprintf("signal.%d", n%6), Labels: map[string]string{"node": fmt.Sprintf("ctl-%d", n/6)}, At: at, Value: float64(at.Milliseconds()*int64(n+7)%9973) / 7,
					}
					if !yield(r, nil) {
						return
					}
				}
			}
		}
	}
	return rec
}

// full is what a record has at most that is not written by hand: with four loads and 36 lines of
// signals eight operations of each load, failures of six classes, of each three texts as long as
// the record keeps them, and lines of the cloud's logs.
func full(rec kpi.Record) kpi.Record {
	rec = watched(rec)
	classes := []record.Class{record.HTTP5xx, record.HTTP4xx, record.Conflict, record.Connect, record.Timeout, record.WrongResult}
	id := func(n int64) string { return fmt.Sprintf("req-%08x-0000-4000-8000-%012x", n*7919, n*104729) }
	whole := rec.Samples
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range whole(load) {
				if s.Iteration%97 == 0 {
					s.Class, s.Status = classes[s.Iteration/97%int64(len(classes))], 500
					s.RequestID, s.SentID = id(s.Iteration), id(s.Iteration+1)
				}
				part := s
				part.Operation = fmt.Sprintf("neutron.create_and_delete_%d", s.Iteration%8)
				if !yield(part, err) || !yield(s, err) {
					return
				}
			}
		}
	}
	rec.Failures = func(load string) (all []record.Failure, _ error) {
		for c, class := range classes {
			for n := range int64(3) {
				all = append(all, record.Failure{
					Operation: fmt.Sprintf("neutron.create_and_delete_%d", n), Class: class.String(), At: time.Minute, Status: 500, Count: 100 - n, RequestID: id(int64(c) + n), SentID: id(int64(c) - n),
					Text: fmt.Sprintf("%s said %d %s: ", load, n, class) + strings.Repeat("Expected HTTP response code [201] when accessing it ", 9)[:440],
				})
			}
		}
		return all, nil
	}
	var lines []string
	for n := range 100 {
		lines = append(lines, fmt.Sprintf("2026-11-21 09:30:%02d.001 7 ERROR neutron.api.v2.resource [%s - - -] create failed: No details.", n%60, id(int64(n))))
	}
	rec.Events = append(rec.Events, record.Event{Logged: &record.Logged{Node: "ctl-1", Lines: []record.LoggedExcerpt{
		{Source: "/var/log/neutron/neutron-server.log", Fault: rec.Meta.Faults[0].Name, Service: "neutron", Lines: lines},
	}}})
	return rec
}

// The loads, the lines of signals, the operations, the errors and the lines of logs share the
// room that a page has.
func TestThePageStaysSmallWhateverIsOnIt(t *testing.T) {
	require.LessOrEqual(t, len(page(t, busy())), 150<<10, "20 minutes, 12 faults, four loads, 36 lines")
	require.LessOrEqual(t, len(page(t, full(example.Twelve()))), 150<<10, "beside these 32 operations, 24 classes of errors, and logs")
	require.LessOrEqual(t, len(page(t, full(example.Long()))), 1<<20, "8 hours, 24 faults, and all that")
}

// What folds away is counted by what came of it, and the worst of what failed is first.
func TestManyPromisesAreTold(t *testing.T) {
	v := reports.NewView(kpi.Compute(example.Long(), kpi.Settings{}))
	require.Len(t, v.Foremost(), 6)
	require.Len(t, v.Folded(), len(v.Promises)-6)
	require.Equal(t, "show 23 more: 19 fail, 4 pass", v.FoldedWords())
	require.Equal(t, "time to recover from rabbitmq-14", v.Promises[0].What, "as the sentence at the top has it")
	v.Promises = v.Promises[:10]
	require.Empty(t, v.Folded())
	require.NotContains(t, page(t, example.Failing()), "all-objectives")
}

// A steady state that does not hold is worse than any figure.
func TestASteadyStateThatFailedIsFirst(t *testing.T) {
	rec := example.Failing()
	rec.Events = slices.Clone(rec.Events)
	for i, e := range rec.Events {
		if e.Check != nil && e.Check.When == "after" {
			check := *e.Check
			check.Verdict = "fail"
			rec.Events[i].Check = &check
		}
	}
	v := reports.NewView(kpi.Compute(rec, kpi.Settings{}))
	require.Equal(t, "steady state after the faults", v.Promises[0].What)
	require.Equal(t, "fail", v.Promises[0].Mark.Word)
}

func TestWordsOfTheRecordAreEscaped(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Scenario = `<script>alert(1)</script>`
	rec.Meta.Command = []string{"eris", "run", "it's; rm -rf /", "</pre><img src=x>"}
	rec.Meta.Version = `</script><b>`
	text := page(t, rec)
	require.NotContains(t, text, "<script>alert")
	require.NotContains(t, text, "<img")
	require.NotContains(t, text, "<b>")
	require.Contains(t, text, `&#39;it&#39;\&#39;&#39;s; rm -rf /&#39;`)
}

func TestWhatWasSaidOfFailuresStandsOnThePage(t *testing.T) {
	rec := example.Passing()
	rec.Failures = func(string) ([]record.Failure, error) {
		return []record.Failure{
			{Operation: "boot <b>", Class: "http_5xx", Text: `<img src=x onerror=alert(1)> "Ä"`, At: 31e9, Status: 503, RequestID: "req-<i>", SentID: "req-own", Count: 12},
			{Class: "http_5xx", Text: "not counted", At: 32e9},
		}, nil
	}
	text := page(t, rec)
	said := text[strings.Index(text, `id="errors"`):strings.Index(text, `id="gaps"`)]
	require.Contains(t, said, `<li>boot &lt;b&gt;: &lt;img src=x onerror=alert(1)&gt; &#34;Ä&#34; <span class="note">(12 ×, first at 00:31, status 503, answered as req-&lt;i&gt;, sent as req-own)</span></li>`)
	require.Contains(t, said, `<li>not counted <span class="note">(first at 00:32)</span></li>`)
	require.Contains(t, said, "sent as <code>req-d0279088-299c-42b5-83f8-9fd88997c69d</code>", "the first request ids of the class")
	require.NotContains(t, text, "<img")
	var b bytes.Buffer
	require.NoError(t, reports.WriteText(&b, kpi.Compute(rec, kpi.Settings{}), true))
	require.Contains(t, b.String(), "\n    boot <b>: <img src=x onerror=alert(1)> \"Ä\" (12 ×, first at 00:31, status 503, answered as req-<i>, sent as req-own)\n    not counted (first at 00:32)\n")
}

func TestOrderOfThePage(t *testing.T) {
	text := page(t, example.Failing())
	at := -1
	for _, section := range []string{`class="badge fail"`, `class="summary"`, `class="cards"`, `id="objectives"`, `id="timeline"`, `id="faults"`,
		`id="baseline"`, `id="errors"`, `id="gaps"`, `id="quality"`, `id="reproduce"`} {
		next := strings.Index(text, section)
		require.Greater(t, next, at, section)
		at = next
	}
	rows := regexp.MustCompile(`class="(\w+) mark"`).FindAllStringSubmatch(text[:strings.Index(text, `id="timeline"`)], -1)
	var marks []string
	for _, r := range rows {
		marks = append(marks, r[1])
	}
	require.Equal(t, []string{"fail", "fail", "fail", "unknown", "pass", "pass", "pass", "pass", "pass"}, marks)
	require.Contains(t, text, `href="#fault-part-rabbitmq"`, "the sentence leads to the fault")
	require.Equal(t, 2, strings.Count(text, `role="img" aria-labelledby=`), "timeline and dumbbell are images with words")
}

func TestTextReport(t *testing.T) {
	for name, rec := range examples() {
		var b bytes.Buffer
		require.NoError(t, reports.WriteText(&b, kpi.Compute(rec, kpi.Settings{}), true))
		golden(t, name+".txt", b.String())
	}
}

// A gap leads to what shows it, and says what may have caused it as what that is.
func TestAGapOfAPageHasItsEvidenceAndCause(t *testing.T) {
	var page bytes.Buffer
	require.NoError(t, reports.WriteHTML(&page, kpi.Compute(example.Failing(), kpi.Settings{})))
	text := page.String()
	require.Contains(t, text, `<td><a href="#fault-part-rabbitmq">objective time_to_recover(`)
	require.Contains(t, text, `<tr id="fault-part-rabbitmq">`)
	require.Contains(t, text, `<p class="note">hypothesis: what was struck vanished without a word`)
	require.Contains(t, text, `<li>see it again: eris run keystone-token-storm -i lab --seed 4242</li>`)
}
