package reports

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
)

// gapsSchema is what the JSON of the gaps of many runs says that it is.
const gapsSchema = "eris.gaps/v1"

// Unreadable is what lies among runs and is none that can be read.
type Unreadable struct {
	Dir string `json:"dir"`
	Why string `json:"why"`
}

// deepest is how many folders may lie between the one that is named and that of a run.
const deepest = 3

// OpenAll reads all runs of a directory, those of its sets and of folders in it, too; of the
// directory of a run or of a set that alone. What is no record is passed over; a record that
// cannot be read is named and hides no other. A run that is there twice is given once: of its
// copies the one that goes on longest, since one may have been made while it went on, and
// before that the one to which the most of others' results were joined, but none whose
// clocks nobody knows. It is an error that the directory cannot be read.
func OpenAll(dir string) (runs []coverage.Run, broken []Unreadable, err error) {
	if _, err := os.ReadDir(dir); err != nil {
		return nil, nil, fmt.Errorf("read runs: %w", err)
	}
	all, broken := openBelow(dir, deepest+1, nil, nil)
	places := map[string]int{} // by id: where in runs it is
	for _, run := range all {
		at, twice := places[run.Meta.Of()]
		switch {
		case !twice:
			places[run.Meta.Of()] = len(runs)
			runs = append(runs, run)
		case fuller(run, runs[at]):
			run.Set = cmp.Or(run.Set, runs[at].Set)
			runs[at] = run
		}
	}
	return runs, broken, nil
}

// fuller tells whether the first of two records of one run has more of it: others' results,
// or time; of two that have the same it is the one that was made later. One to which
// results were joined of which nobody said how their clock was has less than any other.
func fuller(a, b coverage.Run) bool {
	joined := func(r coverage.Run) (n int) {
		if r.Meta.Joined == nil {
			return 0
		}
		for _, result := range r.Meta.Joined.Results {
			if result.Offset == nil {
				return -1
			}
		}
		return len(r.Meta.Joined.Results)
	}
	return cmp.Or(cmp.Compare(joined(a), joined(b)), cmp.Compare(a.Result.DurationMS, b.Result.DurationMS), cmp.Compare(a.Meta.Run, b.Meta.Run)) > 0
}

// openBelow opens the run of a directory, or each of a set's, or where it is neither what is
// in its folders, so many levels down. Links are not followed: latest is one to another run.
// A folder that cannot be read is named.
func openBelow(dir string, deep int, runs []coverage.Run, broken []Unreadable) ([]coverage.Run, []Unreadable) {
	known := len(runs) + len(broken)
	if runs, broken = openEach(dir, runs, broken); len(runs)+len(broken) > known || deep == 0 {
		return runs, broken
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return runs, append(broken, Unreadable{dir, err.Error()})
	}
	for _, e := range entries {
		if e.IsDir() {
			runs, broken = openBelow(filepath.Join(dir, e.Name()), deep-1, runs, broken)
		}
	}
	return runs, broken
}

// openEach opens the run of a directory, or each of a set's.
func openEach(dir string, runs []coverage.Run, broken []Unreadable) ([]coverage.Run, []Unreadable) {
	set, is, err := record.OpenSet(dir)
	switch {
	case err != nil:
		return runs, append(broken, Unreadable{dir, err.Error()})
	case !is:
		return openInto(dir, runs, broken)
	}
	for _, id := range set.Runs {
		known, read := len(runs)+len(broken), len(runs)
		if runs, broken = openInto(filepath.Join(dir, id), runs, broken); len(runs) > read {
			runs[read].Set = dir
		}
		if len(runs)+len(broken) == known {
			broken = append(broken, Unreadable{filepath.Join(dir, id), "its set has it, and there is no record"})
		}
	}
	return runs, broken
}

// openInto opens a run by what it came to, and one that did not write that by its record.
func openInto(dir string, runs []coverage.Run, broken []Unreadable) ([]coverage.Run, []Unreadable) {
	switch info, err := os.Stat(filepath.Join(dir, "journal.ndjson")); {
	case errors.Is(err, os.ErrNotExist):
		return runs, broken
	case err == nil && !info.Mode().IsRegular():
		return runs, append(broken, Unreadable{dir, "its journal is no file"})
	}
	rec, err := record.Open(dir)
	if err != nil {
		return runs, append(broken, Unreadable{dir, err.Error()})
	}
	one := coverage.Run{Dir: dir, Meta: rec.Meta(), Result: &kpi.Result{}, Going: goesOn(rec)}
	text, err := rec.ReadFile("run.json")
	if err != nil || json.Unmarshal(text, one.Result) != nil || one.Result.Schema != kpi.Schema || one.Result.Run != one.Meta.Run {
		again, err := Open(dir)
		if err != nil {
			return runs, append(broken, Unreadable{dir, err.Error()})
		}
		one.Result = &again.Analysis.Result
	}
	return append(runs, one), broken
}

// Gaps is what many runs come to: what was tried and what was not, and what fell short.
type Gaps struct {
	Schema string `json:"schema"`
	Dir    string `json:"dir"`
	Runs   int    `json:"runs"`
	// Going are those of Runs, by their ids, that still go on: they count in nothing else.
	Going []string `json:"going"`
	// Unreadable are records that could not be read: what they show is not in the rest.
	Unreadable []Unreadable    `json:"unreadable"`
	Gaps       []coverage.Seen `json:"gaps"`
	// Vanished are the known issues that fit no gap that is still there.
	Vanished []coverage.Known `json:"known_vanished"`
	Coverage []coverage.Cell  `json:"coverage"`
	// Worse are the figures of the newest runs that were worse than in the baseline or in
	// the runs before.
	Worse []coverage.Versus `json:"performance"`
}

// NewGaps puts runs together; possible is what can be broken on their clouds.
func NewGaps(dir string, runs []coverage.Run, broken []Unreadable, possible []coverage.Thing, known []coverage.Known, now time.Time, stale time.Duration) *Gaps {
	g := &Gaps{Schema: gapsSchema, Dir: dir, Runs: len(runs), Going: []string{}, Unreadable: broken, Coverage: coverage.Cover(runs, possible, now, stale)}
	for _, run := range runs {
		if run.Going {
			g.Going = append(g.Going, run.Result.Run)
		}
	}
	g.Gaps, g.Vanished = coverage.Gaps(runs, known)
	if g.Worse = coverage.Performance(runs); g.Worse == nil {
		g.Worse = []coverage.Versus{}
	}
	if g.Unreadable == nil {
		g.Unreadable = []Unreadable{}
	}
	if g.Gaps == nil {
		g.Gaps = []coverage.Seen{}
	}
	if g.Vanished == nil {
		g.Vanished = []coverage.Known{}
	}
	return g
}

// Gap is the one of an id, or nil.
func (g *Gaps) Gap(id string) *coverage.Seen {
	for n := range g.Gaps {
		if g.Gaps[n].ID == id {
			return &g.Gaps[n]
		}
	}
	return nil
}

// WriteJSON writes it with its schema.
func (g *Gaps) WriteJSON(w io.Writer) error { return indented(w, g) }

// WriteText writes it for people.
func (g *Gaps) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d on record\n", shown(g.Dir), g.Runs)
	for _, run := range g.Going {
		fmt.Fprintf(&b, "  still goes on, and is not counted: %s\n", shown(run))
	}
	for _, u := range g.Unreadable {
		fmt.Fprintf(&b, "! not read: %s: %s\n", shown(u.Dir), shown(u.Why))
	}
	b.WriteString("\nGaps\n")
	if len(g.Gaps) == 0 {
		b.WriteString("  none on record\n")
	}
	for _, s := range g.Gaps {
		g.textGap(&b, &s)
	}
	for _, k := range g.Vanished {
		fmt.Fprintf(&b, "  known, and in no gap that is there: %s (%s)\n", shown(k.Gap), shown(k.Link))
	}
	g.textWorse(&b)
	for n, c := range g.Coverage {
		if n == 0 || g.Coverage[n-1].Cloud != c.Cloud {
			g.textCoverage(&b, c.Cloud)
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write gaps: %w", err)
	}
	return nil
}

func (g *Gaps) textGap(b *strings.Builder, s *coverage.Seen) {
	often := fmt.Sprintf("in %d of %d runs", s.Times, s.Runs)
	if s.Vanished {
		often += ", not in the newest"
	}
	fmt.Fprintf(b, "  %s  %s: %s, %s\n", s.ID, shown(s.Scenario), shown(s.Gap.What), often)
	fmt.Fprintf(b, "          expected %s, observed %s\n", shown(s.Gap.Expected), shown(s.Gap.Observed))
	if s.Known != nil {
		fmt.Fprintf(b, "          known: %s\n", shown(strings.TrimSpace(s.Known.Link+" "+s.Known.Note)))
	}
	textCause(b, "          ", s.Gap)
	_, next := Cause(s.Gap) // which may have better ones
	fmt.Fprintf(b, "          first %s, last %s: %s\n", day(s.First.At), day(s.Last.At), shown(s.Last.Report))
	if len(s.Requests) > 0 && !slices.ContainsFunc(next, func(look string) bool {
		return strings.Contains(look, s.Requests[0]) || strings.Contains(look, "these requests")
	}) {
		fmt.Fprintf(b, "          look for these requests in the cloud's logs: %s\n", shown(strings.Join(s.Requests, " ")))
	}
}

// textCoverage writes what is known of one cloud; what was never tried is put together, a
// line for each group.
func (g *Gaps) textCoverage(b *strings.Builder, cloud string) {
	rows := [][]string{{"", "group", "what", "faults", "tried", "last", ""}}
	var never [][]string
	counts := map[coverage.State]int{}
	for _, c := range g.Coverage {
		if c.Cloud != cloud {
			continue
		}
		counts[c.State]++
		what := c.Service
		if what == "" {
			what = "(nodes)"
		}
		if c.State == coverage.Never {
			at := slices.IndexFunc(never, func(r []string) bool { return r[1] == shown(c.Group) && r[2] == shown(what) })
			if at < 0 {
				at = len(never)
				never = append(never, []string{string(c.State), shown(c.Group), shown(what), "", "0", "—", ""})
			}
			never[at][3] = strings.TrimPrefix(never[at][3]+", "+c.Family, ", ")
			continue
		}
		rows = append(rows, []string{string(c.State), shown(c.Group), shown(what), shown(c.Family),
			fmt.Sprint(c.Passed + c.Failed + c.Untold + c.Refused), day(c.Last.At), shown(c.Why)})
	}
	var words []string
	for _, s := range []coverage.State{coverage.Passed, coverage.Failed, coverage.Unknown, coverage.Stale, coverage.Refused, coverage.Never} {
		if counts[s] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	fmt.Fprintf(b, "\nCoverage of %s: %s\n", shown(cloud), strings.Join(words, ", "))
	columns(b, append(rows, never...), 7)
}

// day is the date of a moment.
func day(at time.Time) string { return at.UTC().Format(time.DateOnly) }

// shown is a text of a record that a terminal may have.
func shown(text string) string { return record.OneLine(text, 300) }
