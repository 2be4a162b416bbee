package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// overSchema is what the JSON of a set's figures says that it is.
const overSchema = "eris.over/v1"

// Over is what repetitions come to, by the corrected method.
type Over struct {
	Schema      string         `json:"schema"`
	Name        string         `json:"name"`
	Verdicts    string         `json:"verdicts"` // how many have which
	Repetitions []Repetition   `json:"repetitions"`
	KPIs        []kpi.Repeated `json:"kpis"`
	// Exit is the exit code of the worst one: where several hold, the first of 6, 1, 5, 3, 4, 2.
	Exit int `json:"exit"`
}

// Repetition is one of them.
type Repetition struct {
	Run     string      `json:"run"`
	Verdict kpi.Verdict `json:"verdict"`
	Summary string      `json:"summary"`
}

// Over puts the figures of the runs together; it is an error that they have not the same
// loads.
func (s *Set) Over() (*Over, error) {
	if err := s.sameLoads(); err != nil {
		return nil, err
	}
	results := s.results()
	o := &Over{Schema: overSchema, Name: s.Name, Verdicts: tally(results)}
	gravest := []int{kpi.ExitPass, kpi.ExitRefused, kpi.ExitUnknown, kpi.ExitFail, kpi.ExitStopped, kpi.ExitInternal, kpi.ExitNotUndone}
	for _, r := range results {
		o.Repetitions = append(o.Repetitions, Repetition{r.Run, r.Verdict, r.Summary})
		if slices.Index(gravest, r.Exit) > slices.Index(gravest, o.Exit) {
			o.Exit = r.Exit
		}
	}
	o.KPIs = kpi.Over(results)
	return o, nil
}

// WriteJSON writes it with its schema.
func (o *Over) WriteJSON(w io.Writer) error { return indented(w, o) }

// WriteText writes it for people.
func (o *Over) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s\n\n", o.Name, counted(len(o.Repetitions), "repetition"))
	var rows [][]string
	for _, r := range o.Repetitions {
		rows = append(rows, []string{string(r.Verdict), r.Run, r.Summary})
	}
	columns(&b, rows, 3)
	b.WriteString("\n")
	columns(&b, append([][]string{overHead()}, o.rows()...), 2)
	if _, err := io.WriteString(w, record.Printable(b.String())); err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	return nil
}

// WriteMarkdown writes it as [WriteMarkdown] does a run.
func (o *Over) WriteMarkdown(w io.Writer) error {
	b := &markdown{}
	b.line("## %s, %s: %s", plain(o.Name), counted(len(o.Repetitions), "repetition"), plain(o.Verdicts))
	var runs [][]string
	for _, r := range o.Repetitions {
		runs = append(runs, []string{MarkOf(r.Verdict).Sign + " " + string(r.Verdict), r.Run, r.Summary})
	}
	b.table([]string{"", "run", ""}, runs)
	b.table(overHead(), o.rows())
	if _, err := io.WriteString(w, b.text.String()); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// overHead heads rows.
func overHead() []string {
	return []string{"", "", "median", "interval of it", "least", "most", "measured", "not yet over", "none", "not measured"}
}

// rows are the KPIs over all repetitions.
func (o *Over) rows() [][]string {
	var rows [][]string
	for _, k := range o.KPIs {
		rows = append(rows, []string{
			strings.ReplaceAll(k.Name, "_", " "), k.Scope, median(k), around(k), least(k), most(k),
			fmt.Sprint(k.Measured), fmt.Sprint(k.Censored), fmt.Sprint(k.None), fmt.Sprint(k.Missing),
		})
	}
	return rows
}

func median(k kpi.Repeated) string {
	switch k.State {
	case kpi.Censored:
		return "> " + quantity(k.Median, k.Unit)
	case kpi.None:
		return "none"
	default:
		return quantity(k.Median, k.Unit)
	}
}

// around is the interval of the median, and how surely it has it; of one repetition alone nothing is
// sure, and the interval is what that leaves open.
func around(k kpi.Repeated) string {
	if k.Lower == nil || k.Sure == 0 && k.Upper != nil && *k.Lower == *k.Upper {
		return "—"
	}
	text := "over " + kpi.Quantity(*k.Lower, k.Unit)
	if k.Upper != nil {
		text = kpi.Quantity(*k.Lower, k.Unit) + " to " + kpi.Quantity(*k.Upper, k.Unit)
	}
	if k.Sure == 0 {
		return text
	}
	return text + ", " + kpi.Quantity(k.Sure, "ratio")
}

// least is that of all repetitions that tell.
func least(k kpi.Repeated) string {
	switch {
	case k.None > 0:
		return "none"
	case k.Low == nil && k.Censored > 0:
		return "not seen"
	default:
		return quantity(k.Low, k.Unit)
	}
}

func most(k kpi.Repeated) string {
	switch {
	case k.Censored > 0:
		return "not seen"
	case k.High == nil && k.None > 0:
		return "none"
	default:
		return quantity(k.High, k.Unit)
	}
}

// quantity of what may be missing.
func quantity(value *float64, unit string) string {
	if value == nil {
		return "—"
	}
	return kpi.Quantity(*value, unit)
}
