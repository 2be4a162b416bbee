package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/openstack-eris/eris/kpi/published"
)

// publishedSchema is what the JSON of the published method says that it is.
const publishedSchema = "eris.published/v1"

// Published is what the published method makes of a run or a set; see package published
// for what that is, and why it is no good measure.
type Published struct {
	Schema string          `json:"schema"`
	Name   string          `json:"name"`
	Method string          `json:"method"` // published
	Runs   int             `json:"runs"`
	Loads  []PublishedLoad `json:"loads"`
}

// PublishedLoad is one load of it.
type PublishedLoad struct {
	Name     string         `json:"name"`
	Workload string         `json:"workload"`
	KPIs     []PublishedKPI `json:"kpis"`
}

// PublishedKPI is one figure. Value and Error are null where no run has any.
type PublishedKPI struct {
	Name  string   `json:"name"` // downtime, mttr, absolute_degradation, relative_degradation
	Value *float64 `json:"value"`
	Error *float64 `json:"error"`
	Unit  string   `json:"unit"` // s; of the relative degradation it is empty
	N     int      `json:"n"`    // runs that have any
	State string   `json:"state"`
	Text  string   `json:"text"` // as it was printed then
}

// Published computes it. A run without a baseline is an error that wraps
// [published.ErrNoBaseline].
func (s *Set) Published() (*Published, error) {
	if err := s.sameLoads(); err != nil {
		return nil, err
	}
	p := &Published{Schema: publishedSchema, Name: s.Name, Method: "published", Runs: len(s.Runs)}
	for _, load := range s.Runs[0].Record.Meta.Loads {
		var runs []published.Run
		for n, run := range s.Runs {
			r, err := published.Of(run.Record.Events, run.Record.Samples(load.Name))
			if err != nil {
				return nil, fmt.Errorf("load %s of run %d of %s: %w", load.Name, n+1, s.Name, err)
			}
			runs = append(runs, r)
		}
		sum, err := published.Summarize(runs)
		if err != nil {
			return nil, fmt.Errorf("load %s of %s: %w", load.Name, s.Name, err)
		}
		row := PublishedLoad{Name: load.Name, Workload: load.Workload}
		for _, k := range []struct {
			name, unit string
			figure     *published.Figure
		}{
			{"downtime", "s", sum.Downtime}, {"mttr", "s", sum.MTTR},
			{"absolute_degradation", "s", sum.AbsoluteDegradation}, {"relative_degradation", "", sum.RelativeDegradation},
		} {
			told := PublishedKPI{Name: k.name, Unit: k.unit, State: "none", Text: k.figure.String()}
			if f := k.figure; f != nil {
				told.Value, told.Error, told.N, told.State = &f.Value, &f.Error, f.Runs, "measured"
			}
			row.KPIs = append(row.KPIs, told)
		}
		p.Loads = append(p.Loads, row)
	}
	return p, nil
}

// WriteJSON writes it with its schema.
func (p *Published) WriteJSON(w io.Writer) error { return indented(w, p) }

// WriteText writes it for people, with what it is worth.
func (p *Published) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, by the method that was published in 2016\n\n", p.Name)
	rows := [][]string{{"load", "downtime, s", "MTTR, s", "absolute degradation, s", "relative degradation", "runs"}}
	for _, l := range p.Loads {
		row := []string{l.Name}
		for _, k := range l.KPIs {
			text := k.Text
			if k.N != 0 && k.N != p.Runs {
				text += fmt.Sprintf(" (%d of %d runs)", k.N, p.Runs)
			}
			row = append(row, text)
		}
		rows = append(rows, append(row, fmt.Sprint(p.Runs)))
	}
	columns(&b, rows, 1)
	b.WriteString("\nIt hides stalls, sums ratios, and leaves out runs that have none: --method corrected is what to go by.\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the published figures: %w", err)
	}
	return nil
}
