package reports

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openstack-eris/eris/kpi"
)

// View is a run as people read it: words and figures that are ready to print,
// in the order in which a report shows them. Every writer prints from it.
type View struct {
	Title     string
	Verdict   Mark
	Summary   []Text
	Warnings  []string // lifted safety nets, an expected outage
	Facts     []Fact
	Cards     []Card
	Promises  []Promise
	Timeline  *Timeline
	Captures  []CaptureRow
	Folder    string // of the run, by its name
	Faults    []FaultRow
	Dumbbells []Dumbbell
	// Errors are the classes of failures, and MoreErrors says how many texts of them are left out
	// that run.json has.
	Errors     []ErrorRow
	MoreErrors string
	// Operations are the parts of the loads' iterations, and MoreOperations says what is left
	// out of them.
	Operations     []OperationRow
	MoreOperations string
	// Requests and Around are lines of the cloud's logs, with the ids of requests that failed
	// and around the faults; Unsearched is what could not be searched.
	Requests, Around []LogRow
	Unsearched       []string
	Beside           []BesideRow
	Gaps             []GapRow
	NotTested        []NotTested
	Quality          []QualityRow
	Clocks           []Fact // of nodes, as they went
	Workers          []WorkerRow
	Collectors       []CollectorRow
	Settings         []Fact
	Definitions      [][]string // of all KPIs: name, definition, what it is made of, unit
	Losses           []Fact     // of the loads of the data plane
	LeftBehind       string     // how much, in words
	Residue          []kpi.Residue
	Tested           []TestedRow
	Silent           []string // who could not be asked what it is, and why
	Reproduce        []Fact
	Spec             *SpecText // nil: the record has none
	Command          string
}

// Mark is a verdict as a word, a sign and a colour's name: never a colour alone.
type Mark struct{ Word, Sign, Tone string }

// MarkOf is the mark of a verdict.
func MarkOf(v kpi.Verdict) Mark {
	switch v {
	case kpi.Pass:
		return Mark{"pass", "✓", "pass"}
	case kpi.Fail:
		return Mark{"fail", "✕", "fail"}
	default:
		return Mark{"unknown", "?", "unknown"}
	}
}

// Text is a piece of a sentence; with Link it points into the page.
type Text struct{ Text, Link string }

// Fact is a label with its value.
type Fact struct{ Label, Value string }

// Card is one of the figures at the top.
type Card struct {
	Label, Value, Note, Tone string
}

// ErrorRow is a class of failure of a load.
type ErrorRow struct {
	Load, Class, Count, Share string
	RequestIDs, SentIDs       []string // see kpi.ErrorCount
	Texts                     []ErrorText
	Others                    string // what was said beside these; empty: nothing
}

// ErrorText is what was said of such failures: by what, the words, and how often and
// when, and some of them as they were said.
type ErrorText struct {
	Operation, Text, Note string
	Examples              []string
}

// Words are the text behind the name of the operation that it is of.
func (t ErrorText) Words() string {
	if t.Operation == "" {
		return t.Text
	}
	return t.Operation + ": " + t.Text
}

// BesideRow is an outage where no fault struck.
type BesideRow struct{ What, Why string }

// QualityRow is an assumption and whether it held.
type QualityRow struct {
	Mark               Mark
	Assumption, Detail string
}

// NewView puts what was found into words.
func NewView(a *kpi.Analysis) *View {
	r := &a.Result
	v := &View{
		Title: r.Scenario.Title(), Verdict: MarkOf(r.Verdict), Summary: linked(r.Summary, r.Faults),
		Warnings: warnings(a), Facts: facts(a), Cards: cards(a), Promises: promises(a),
		Captures: captureRows(r), Folder: r.Run, Faults: faultRows(a), Dumbbells: dumbbells(a), Errors: errorRows(r), MoreErrors: moreErrors(r),
		Gaps: gapRows(r.Gaps), Settings: settings(a), Residue: r.Residue,
		Command: command(a.Meta.Command), Reproduce: reproduce(a), Spec: specText(a),
	}
	v.Definitions, v.Losses, v.LeftBehind = definitions(r), ofLoads(r), leftBehind(r)
	v.logs(a)
	v.NotTested = notTested(v, r)
	v.Tested, v.Silent = testedRows(r.Tested), silentRows(r.Tested)
	for _, e := range r.Elsewhere {
		row := BesideRow{e.What(), unexplained(e)}
		if !e.Unexpected {
			row.Why = "began after the start of " + strings.Join(e.Beside, ", ") + " and before all that was struck had recovered"
		}
		v.Beside = append(v.Beside, row)
	}
	for _, c := range r.Clocks {
		v.Clocks = append(v.Clocks, Fact{c.Node, c.Says()})
	}
	v.Operations, v.MoreOperations = operationRows(r)
	v.Workers = workerRows(r.Workers)
	v.Collectors = collectorRows(r.Collectors)
	for _, q := range r.Quality {
		v.Quality = append(v.Quality, QualityRow{MarkOf(q.Verdict), q.Assumption, q.Detail})
	}
	v.Timeline = newTimeline(a, v) // last: it has the room that is left
	return v
}

// linked turns the first mention of each fault into a link to its row.
func linked(sentence string, faults []kpi.Fault) []Text {
	parts := []Text{{Text: sentence}}
	for _, f := range faults {
		for i, p := range parts {
			before, after, found := cutWord(p.Text, f.Name)
			if p.Link != "" || !found {
				continue
			}
			middle := []Text{{Text: before}, {f.Name, faultAnchor(f.Name)}, {Text: after}}
			parts = append(parts[:i:i], append(middle, parts[i+1:]...)...)
			break
		}
	}
	return parts
}

// cutWord cuts a text at a name that stands alone: f1 is no part of f10.
func cutWord(text, name string) (before, after string, found bool) {
	inName := func(r rune) bool { return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; name != ""; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			break
		}
		before, after = text[:from+i], text[from+i+len(name):]
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		if !inName(last) && !inName(first) {
			return before, after, true
		}
		from += i + len(name)
	}
	return "", "", false
}

func faultAnchor(name string) string { return "fault-" + name }

// command quotes what a shell would take apart, and names the program without
// the folder that it lay in: that is of no use on another machine.
func command(words []string) string {
	if len(words) > 0 {
		words = append([]string{filepath.Base(words[0])}, words[1:]...)
	}
	return kpi.ShellWords(words)
}

// What the classes of errors of all loads show together, as far as each shows its first;
// run.json has the rest.
const (
	mostErrorTexts = 24
	mostClassTexts = 3       // of one class
	mostErrorIDs   = 30      // of each kind
	mostErrorWords = 6 << 10 // characters of the texts
	mostExamples   = 24
	exampleMost    = 200 // characters of what was said
)

func errorRows(r *kpi.Result) []ErrorRow {
	var rows []ErrorRow
	classes := errorClasses(r)
	texts := func(said []kpi.ErrorText) []ErrorText {
		rows := errorTexts(said)
		for n := range rows {
			rows[n].Text = clip(rows[n].Text, max(mostErrorWords/(classes*len(rows)), longWord))
			rows[n].Examples = rows[n].Examples[:min(len(rows[n].Examples), max(mostExamples/(classes*len(rows)), 1))]
		}
		return rows
	}
	first := func(ids []string) []string { return ids[:min(len(ids), max(mostErrorIDs/classes, 1))] }
	for _, l := range r.Loads {
		for _, e := range l.Errors {
			rows = append(rows, ErrorRow{
				Load: l.Name, Class: errorWord(e.Class), Count: kpi.Quantity(float64(e.Count), "1"),
				Share:      kpi.Quantity(float64(e.Count)/float64(max(l.Planned, 1)), "ratio"),
				RequestIDs: first(e.RequestIDs), SentIDs: first(e.SentIDs), Texts: texts(e.Texts[:textsShown(e, classes)]),
				Others: othersOf(e.Others.And(e.Texts[textsShown(e, classes):])),
			})
		}
	}
	return rows
}

// errorClasses is how many classes of errors all loads have together.
func errorClasses(r *kpi.Result) (classes int) {
	for _, l := range r.Loads {
		classes += len(l.Errors)
	}
	return classes
}

// textsShown is how many of a class's texts are shown where there are so many classes.
func textsShown(e kpi.ErrorCount, classes int) int {
	return min(len(e.Texts), mostClassTexts, max(mostErrorTexts/classes, 1))
}

// moreErrors says where texts are that are not shown.
func moreErrors(r *kpi.Result) string {
	classes, left := errorClasses(r), 0
	for _, l := range r.Loads {
		for _, e := range l.Errors {
			left += len(e.Texts) - textsShown(e, classes)
		}
	}
	if left == 0 {
		return ""
	}
	return counted(left, "more text") + " of errors in run.json"
}

// othersOf says what was said beside the texts that are shown.
func othersOf(o *kpi.OtherTexts) string {
	switch {
	case o == nil:
		return ""
	case o.Count == nil:
		return "and " + counted(o.Texts, "other text")
	}
	return fmt.Sprintf("and %s more of %s", kpi.Quantity(float64(*o.Count), "1"), counted(o.Texts, "other text"))
}

// said are the texts of a class with their notes, for one line.
func (e ErrorRow) said() string {
	var words []string
	for _, t := range e.Texts {
		words = append(words, t.Words()+" ("+t.Note+")")
	}
	if e.Others != "" {
		words = append(words, e.Others)
	}
	return strings.Join(words, "; ")
}

func errorTexts(said []kpi.ErrorText) []ErrorText {
	var rows []ErrorText
	for _, t := range said {
		notes := []string{"first at " + kpi.Clock(time.Duration(t.FirstAtMS*float64(time.Millisecond)))}
		if t.Count != nil {
			notes = slices.Insert(notes, 0, kpi.Quantity(float64(*t.Count), "1")+" ×")
		}
		if t.Status != 0 {
			notes = append(notes, fmt.Sprint("status ", t.Status))
		}
		if t.RequestID != "" {
			notes = append(notes, answeredAs+" "+t.RequestID)
		}
		if t.SentID != "" {
			notes = append(notes, sentAs+" "+t.SentID)
		}
		rows = append(rows, ErrorText{t.Operation, t.Text, strings.Join(notes, ", "), examples(t)})
	}
	return rows
}

// examples are those that show more than the text does: as it was said, or others than the
// first.
func examples(t kpi.ErrorText) []string {
	if len(t.Examples) == 0 || len(t.Examples) == 1 && t.Examples[0].Text == "" {
		return nil
	}
	var rows []string
	before := ""
	for _, e := range t.Examples {
		words := []string{kpi.Clock(time.Duration(e.AtMS * float64(time.Millisecond)))}
		if e.RequestID != "" {
			words = append(words, answeredAs+" "+e.RequestID)
		}
		if e.SentID != "" {
			words = append(words, sentAs+" "+e.SentID)
		}
		row := strings.Join(words, ", ")
		if e.Text != before { // most often they are told in the same words
			row += ": " + clip(cmp.Or(e.Text, t.Text), exampleMost)
		}
		before = e.Text
		rows = append(rows, row)
	}
	return rows
}

// How the kinds of ids are told apart: those of services, and those that Eris has sent.
const (
	answeredAs = "answered as"
	sentAs     = "sent as"
)

// ids are those of a class of failures, as a line says them.
func (e ErrorRow) ids() string {
	var kinds []string
	if len(e.RequestIDs) > 0 {
		kinds = append(kinds, answeredAs+" "+strings.Join(e.RequestIDs, " "))
	}
	if len(e.SentIDs) > 0 {
		kinds = append(kinds, sentAs+" "+strings.Join(e.SentIDs, " "))
	}
	return strings.Join(kinds, "; ")
}

// errorWord is a class as a reader says it.
func errorWord(class string) string {
	switch class {
	case "http_5xx":
		return "HTTP 5xx"
	case "http_4xx":
		return "HTTP 4xx"
	case "connect":
		return "no connection"
	case "wrong_result":
		return "wrong result"
	case "dropped":
		return "could not start"
	case "tls":
		return "certificate not trusted"
	default:
		return class
	}
}
