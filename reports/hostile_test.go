package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// formula is what a spreadsheet takes for one.
var formula = regexp.MustCompile(`^[\s\pZ\pC]*(?:[=+@＝＋－＠]|-\D)|^[\t\r]`)

// everywhere puts a text into each place of a record that has texts of others.
func everywhere(text string) kpi.Record {
	rec := example.Failing()
	rec.Meta.Scenario, rec.Meta.Cloud, rec.Meta.Version = text, text, text
	rec.Meta.Command = []string{"eris", "run", text}
	rec.Meta.Loads[0].Name, rec.Meta.Loads[0].Workload = text, text
	rec.Events = append([]record.Event(nil), rec.Events...)
	for n := range rec.Events {
		e := &rec.Events[n]
		if e.Fault != nil {
			f := *e.Fault
			f.Reason, f.Trigger = text, text
			e.Fault = &f
		}
		if e.Target != nil {
			target := *e.Target
			target.Target.Node, target.Effect, target.Reason = text, text, text
			e.Target = &target
		}
		if e.Tested != nil {
			e.Tested.Add(record.TestedPackage, text, text, text)
		}
	}
	last := rec.Events[len(rec.Events)-1]
	rec.Events = append(rec.Events[:len(rec.Events)-1:len(rec.Events)-1],
		record.Event{Seq: last.Seq, At: last.At, Type: "residue", Residue: &record.Residue{Node: text, What: text, Remedy: text}},
		record.Event{Seq: last.Seq + 1, At: last.At, Type: "outage", Outage: &record.OutageEvent{Target: record.Target{Node: text, Service: text}, State: record.OutageBegan, From: last.At / 2, Beside: []string{text}}},
	)
	last.Seq += 2
	rec.Events = append(rec.Events, last)
	whole := rec.Samples
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range whole(load) {
				part := s
				part.Operation = text
				if !yield(part, err) || !yield(s, err) {
					return
				}
			}
		}
	}
	rec.Failures = func(string) ([]record.Failure, error) {
		return []record.Failure{{Operation: text, Class: "http_5xx", Text: text, At: 31e9, Status: 503, RequestID: text, Count: 3}}, nil
	}
	return rec
}

// A name or a text of others that is markup, breaks lines, is longer than a page or turns the
// direction of writing cannot break a format or run in one, wherever it stands.
func TestNoTextOfOthersBreaksAnyFormat(t *testing.T) {
	for what, text := range hostile() {
		t.Run(what, func(t *testing.T) {
			rec := everywhere(text)
			run := &reports.Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}
			for _, w := range reports.Writers() {
				var b bytes.Buffer
				require.NoError(t, w.Write(&b, run), w.Name)
				said := b.String()
				require.True(t, utf8.ValidString(said), w.Name)
				if w.Name != "prometheus" { // of which a label is a name to ask for
					require.Equal(t, -1, strings.IndexFunc(said, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }), w.Name)
				}
				switch w.Name {
				case "json":
					require.True(t, json.Valid(b.Bytes()))
				case "junit":
					require.NotContains(t, said, "<script>alert", w.Name)
					decoder := xml.NewDecoder(&b)
					for {
						_, err := decoder.Token()
						if errors.Is(err, io.EOF) {
							break
						}
						require.NoError(t, err)
					}
				case "csv", "kpis":
					rows, err := csv.NewReader(&b).ReadAll()
					require.NoError(t, err)
					for _, row := range rows {
						for _, cell := range row {
							require.False(t, formula.MatchString(cell), cell)
						}
					}
				case "prometheus":
					for line := range strings.Lines(said) {
						require.Regexp(t, `^(# (HELP|TYPE|EOF)|eris_[a-z_]+(\{.*\})? [-+0-9.einfaN]+)`, line)
					}
				case "html":
					require.NotContains(t, said, "<script>alert", w.Name)
				case "text", "markdown":
					require.NotRegexp(t, "[\x1b\x00\u202e\u2066]", said, w.Name)
				}
			}
		})
	}
}
