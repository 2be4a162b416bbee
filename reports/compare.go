package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// comparisonSchema is what the JSON of a comparison says that it is.
const comparisonSchema = "eris.comparison/v1"

// Comparison is two sets of repetitions, or two runs, side by side.
type Comparison struct {
	Schema string          `json:"schema"`
	A      Side            `json:"a"`
	B      Side            `json:"b"`
	Differ []string        `json:"differ"` // what differs beside the figures, and what is in doubt, in words
	List   []kpi.Change    `json:"objectives"`
	of     []kpi.Objective // of List, as the first repetition of A has them
	sets   [2]*Set         // A and B
}

// Side is one of the two.
type Side struct {
	Name        string `json:"name"`
	Repetitions int    `json:"repetitions"`
	Verdicts    string `json:"verdicts"` // how many have which
}

// Compare compares b with a. Runs of different scenarios are refused unless it is
// forced: then the objectives of a are compared that b has, too.
func Compare(a, b *Set, force bool) (*Comparison, error) {
	c := &Comparison{Schema: comparisonSchema, Differ: []string{}, sets: [2]*Set{a, b}}
	spec := a.Runs[0].Analysis.Result.Scenario
	for _, s := range []*Set{a, b} {
		if err := s.sameLoads(); err != nil {
			return nil, err
		}
		for _, run := range s.Runs {
			if other := run.Analysis.Result.Scenario; !other.Same(spec) && !force {
				return nil, fmt.Errorf("run %s is of the scenario %s (sha256 %s), and run %s of %s (sha256 %s)",
					run.Analysis.Result.Run, other.Title(), shortSum(other.SHA256), a.Runs[0].Analysis.Result.Run, spec.Title(), shortSum(spec.SHA256))
			}
		}
	}
	left, right := a.results(), b.results()
	c.A, c.B = side(a, left), side(b, right)
	c.List = kpi.Compare(left, right)
	c.of = left[0].Objectives
	for n, results := range [][]*kpi.Result{left, right} {
		if lost := len(results) - kpi.Finished(results); lost > 0 {
			c.Differ = append(c.Differ, fmt.Sprintf("%d of %c's repetitions did not come to their end, or have no whole record, and count for nothing", lost, 'A'+rune(n)))
		}
		if doubts := doubtful(results); doubts > 0 {
			c.Differ = append(c.Differ, fmt.Sprintf("of %d of %c's repetitions an assumption of the measurement is in doubt", doubts, 'A'+rune(n)))
		}
	}
	c.Differ = append(c.Differ, testedSides(a, b)...)
	c.Differ = append(c.Differ, judgedBy(left, right)...)
	facts := differing(a)
	for n, f := range differing(b) {
		if was := facts[n].Value; was != f.Value {
			c.Differ = append(c.Differ, fmt.Sprintf("%s: %s, then %s", f.Label, cmp.Or(was, notRecorded), cmp.Or(f.Value, notRecorded)))
		}
	}
	return c, nil
}

// judgedBy names the thresholds that are not the same in all runs of both sides: figures by
// different ones are not of the same thing.
func judgedBy(left, right []*kpi.Result) (differ []string) {
	values := func(results []*kpi.Result, name string) string {
		var all []string
		for _, r := range results {
			for _, t := range r.Thresholds {
				if t.Name == name && !slices.Contains(all, t.String()) {
					all = append(all, t.String())
				}
			}
		}
		return strings.Join(all, " and ")
	}
	for _, t := range left[0].Thresholds {
		was, is := values(left, t.Name), values(right, t.Name)
		if was != is || strings.Contains(was, " and ") {
			differ = append(differ, fmt.Sprintf("threshold %s: %s, then %s", t.Name, was, is))
		}
	}
	return differ
}

// notRecorded stands for what the records of a side do not tell.
const notRecorded = "not recorded"

func (s *Set) results() []*kpi.Result {
	var all []*kpi.Result
	for _, run := range s.Runs {
		all = append(all, &run.Analysis.Result)
	}
	return all
}

// doubtful is of how many runs some assumption of the measurement did not hold.
func doubtful(results []*kpi.Result) (n int) {
	for _, r := range results {
		if slices.ContainsFunc(r.Quality, func(q kpi.Quality) bool { return q.Verdict != kpi.Pass }) {
			n++
		}
	}
	return n
}

func side(s *Set, results []*kpi.Result) Side {
	return Side{s.Name, len(results), tally(results)}
}

// tally counts the verdicts: 3 pass, 1 fail.
func tally(results []*kpi.Result) string {
	counts := map[kpi.Verdict]int{}
	for _, r := range results {
		counts[r.Verdict]++
	}
	var words []string
	for _, v := range []kpi.Verdict{kpi.Pass, kpi.Fail, kpi.Unknown} {
		if counts[v] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	return strings.Join(words, ", ")
}

// limitOf is what an objective is compared with; nothing where that is not known.
func limitOf(o kpi.Objective) string {
	return cmp.Or(o.LimitText(), "—")
}

// differing is what may differ between two sets and make a figure another one.
func differing(s *Set) []Fact {
	facts := []Fact{{"scenario", ""}, {"cloud", ""}, {"kind of cloud", ""}, {"eris", ""}, {"seed", ""}, {"microversions", ""}, {"load", ""}, {"command", ""}}
	for n := range facts {
		var values []string
		for _, run := range s.Runs {
			r, meta := &run.Analysis.Result, run.Analysis.Meta
			var loads []string
			for _, l := range meta.Loads {
				loads = append(loads, strings.TrimSpace(l.Name+" "+l.Workload))
			}
			value := []string{shortSum(r.Scenario.SHA256), r.Cloud.Name, r.Cloud.Kind, meta.Version, fmt.Sprint(r.Seed), microversions(meta), strings.Join(loads, ", "), command(withoutRepeat(meta.Command))}[n]
			if !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
		facts[n].Value = strings.Join(values, " and ")
	}
	return facts
}

// withoutRepeat is a command without what only says where and how often.
func withoutRepeat(words []string) []string {
	var kept []string
	for n := 0; n < len(words); n++ {
		switch name, _, joined := strings.Cut(words[n], "="); name {
		case "--repeat", "--out":
			if !joined {
				n++
			}
		case "--plain", "--quiet", "--json", "--yes":
		default:
			kept = append(kept, words[n])
		}
	}
	return kept
}

func shortSum(sum string) string { return sum[:min(len(sum), 8)] }

// Worse tells that something is worse.
func (c *Comparison) Worse() bool {
	return slices.ContainsFunc(c.List, func(x kpi.Change) bool { return x.Word == kpi.Worse })
}

// WriteJSON writes it with its schema.
func (c *Comparison) WriteJSON(w io.Writer) error { return indented(w, c) }

// WriteText writes it for people.
func (c *Comparison) WriteText(w io.Writer) error {
	var b strings.Builder
	for n, s := range []Side{c.A, c.B} {
		fmt.Fprintf(&b, "%c  %s, %s: %s\n", 'A'+rune(n), s.Name, counted(s.Repetitions, "repetition"), s.Verdicts)
	}
	for _, d := range c.Differ {
		fmt.Fprintf(&b, "!  %s\n", d)
	}
	b.WriteString("\n")
	rows := [][]string{{"", "", "limit", "A", "B", "change", "90 % interval", "kept", ""}}
	for n := range c.List {
		r := c.row(n)
		rows = append(rows, []string{string(c.List[n].Word), r.What, r.Limit, r.A, r.B, r.Change, r.Interval, r.Kept, r.Why})
	}
	columns(&b, rows, 2)
	if _, err := io.WriteString(w, record.Printable(b.String())); err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	return nil
}

// changeRow is an objective of both sides in words.
type changeRow struct {
	Mark                                            Mark // its word
	What, Expression, Limit, A, B, Change, Interval string
	Kept                                            string // in how many repetitions of A and of B
	Why                                             string // it cannot be told
}

func (c *Comparison) row(n int) changeRow {
	x, o := c.List[n], c.of[n]
	r := changeRow{
		Mark: markOfWord(x.Word), What: nameOf(o), Expression: x.Expression, Limit: limitOf(o),
		A: typical(x.A, x.AAtLeast, x.ANone, o), B: typical(x.B, x.BAtLeast, x.BNone, o), Change: "—", Interval: intervalOf(x),
		Kept: fmt.Sprintf("%d/%d, %d/%d", x.PassedA, c.A.Repetitions, x.PassedB, c.B.Repetitions), Why: x.Why,
	}
	if o.Text == "" {
		r.Expression = ""
	}
	if x.Margin {
		r.What, r.Limit = r.What+", how far within its limit", "measured"
		r.A, r.B = typical(x.A, x.AAtLeast, x.ANone, kpi.Objective{Unit: x.Unit}), typical(x.B, x.BAtLeast, x.BNone, kpi.Objective{Unit: x.Unit})
	}
	if x.Change != nil {
		r.Change = signed(*x.Change, x.Unit)
	}
	return r
}

// intervalOf is that of a change; a side without a bound is open.
func intervalOf(x kpi.Change) string {
	switch {
	case x.Low == nil && x.High == nil && x.NA >= kpi.LeastRepetitions && x.NB >= kpi.LeastRepetitions:
		return "no bound"
	case x.Low == nil && x.High == nil:
		return "—"
	case x.High == nil:
		return signed(*x.Low, x.Unit) + " or more"
	case x.Low == nil:
		return signed(*x.High, x.Unit) + " or less"
	}
	return signed(*x.Low, x.Unit) + " to " + signed(*x.High, x.Unit)
}

// typical is the median of an objective's figure on a side, which may be a lower bound, or that it
// did not happen.
func typical(value *float64, lower, none bool, o kpi.Objective) string {
	switch {
	case none:
		return "none"
	case value == nil:
		return "—"
	case lower:
		return "> " + o.Figure(*value)
	}
	return o.Figure(*value)
}

// nameOf is what an objective is about, for people; it says where no scenario has it.
func nameOf(o kpi.Objective) string {
	name := cmp.Or(o.Text, o.Expression)
	if o.Default {
		name += ", by default"
	}
	return name
}

// signed is a change with its sign. That of a ratio is in percentage points.
func signed(x float64, unit string) string {
	if x > 0 {
		return "+" + kpi.Difference(x, unit)
	}
	return kpi.Difference(x, unit)
}
