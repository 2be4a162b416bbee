package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Timeline is one picture: phases, fault lanes and the panels of every load
// and signal, above one another on one time axis. Places are in the units of
// the drawing, already as text.
type Timeline struct {
	Width, Height     string
	Left, Right, Foot string // edges of the plots
	End               string // of the axis, in seconds
	Title, Desc       string
	Phases            []Bracket
	Lanes             []Lane
	Plots             string // the fields of all panels
	Held, Recovering  string // the stretches of the faults, over all of them
	Grid              string
	Panels            []Panel
	Ticks             []Tick
	Sheets            []Sheet // of paper; none: the drawing fits on one
	Notes             []string
	Data              Data
	Table             Table
}

// Bracket marks a phase.
type Bracket struct{ D, X, Y, Name, Class string }

// Lane is one fault's bar: its preparation thin, held solid, and from the undo
// until recovery lighter.
type Lane struct {
	Link, Name, Anchor string // Anchor is the SVG text-anchor
	TextX, TextY       string
	Y, SetupY          string
	SetupX, SetupW     string
	HeldX, HeldW       string
	RecoverX, RecoverW string
	Said               string // the same in words
}

// Panel is one chart.
type Panel struct {
	Title        string
	Whole        string // the name that Title has the beginning of; empty: all of it
	Class        string
	X, Y, W, H   string
	TitleX       string
	TitleY       string
	Ticks        []Tick
	Lines        []Line
	Rule, RuleTo string // y of a limit; empty: none
	RuleText     string
	RuleTextY    string
}

// Line is a path; Dots are the places of it that have no neighbour, and Band are fields beside
// it, from the least to the most of steps, and Key is a piece of it before its name in a legend.
// Each may be empty.
type Line struct{ Class, D, Dots, Band, Name, LabelX, LabelY, Key string }

// Tick is a label on an axis.
type Tick struct{ At, TextAt, Text string }

const (
	chartWidth = 1140.0
	plotLeft   = 64.0
	plotRight  = 1076.0
)

// px is a place in the drawing.
func px(x float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
}

// scaleX places a moment of the run.
type scaleX struct{ end time.Duration }

func (s scaleX) at(d time.Duration) float64 {
	d = min(max(d, 0), s.end)
	return plotLeft + (plotRight-plotLeft)*float64(d)/float64(max(s.end, 1))
}

// newTimeline draws the run from top to bottom, as fine as what else a view has leaves room for.
func newTimeline(a *kpi.Analysis, v *View) *Timeline {
	t := &Timeline{Width: px(chartWidth), Left: px(plotLeft), Right: px(plotRight), Title: "Timeline of " + a.Result.Scenario.Name}
	shown, others := drawable(a.Signals)
	fine := v.detailOf(a, shown)
	x := scaleX{max(a.End, time.Second)}
	t.End = strconv.FormatFloat(x.end.Seconds(), 'f', -1, 64) // whole: by it the script counts the steps
	y := t.phases(a, x, 0)
	y = t.lanes(a, x, y) + 14
	blocks := []float64{y} // where what belongs together ends
	for _, l := range a.Loads {
		b := l.Buckets(fine.perLoad(len(a.Loads)), a.End)
		t.Data.add(l, b)
		t.Notes = append(t.Notes, noteOf(l, b))
		for _, panel := range loadPanels(l, b, x) {
			y = t.place(panel, y)
		}
		blocks = append(blocks, y)
	}
	thin := thinned(shown, fine)
	for _, s := range thin {
		t.Data.addSignal(s)
		y = t.place(signalPanel(s, x), y)
		blocks = append(blocks, y)
	}
	if len(thin) > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("signals: least and most of each %v", thin[0].Step))
	}
	if len(others) > 0 {
		t.Notes = append(t.Notes, "watched and not drawn: "+strings.Join(others, ", "))
	}
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Endless() {
			t.Notes = append(t.Notes, f.Name+": when it ended is not known, it is hatched to the end")
		}
	}
	t.axis(x, y)
	t.Sheets = sheets(blocks)
	t.shade(a, x)
	t.Table = tableOf(a, shown, fine.rows)
	t.Desc = describe(a)
	return t
}

// phases brackets the phases; the baseline's, which all is compared with, is
// the strong one.
func (t *Timeline) phases(a *kpi.Analysis, x scaleX, y float64) float64 {
	for _, p := range a.Phases {
		from, to := x.at(p.From)+1, x.at(p.To)-1
		class, base := "phase", p.Name == record.Baseline
		switch {
		case base:
			class = "phase base"
			to = max(to, from+leastBracket) // however short it was: all is compared with it
		case to-from < leastBracket:
			continue
		}
		b := Bracket{Class: class, X: px((from + to) / 2), Y: px(y + 11),
			D: fmt.Sprintf("M%s %sV%sH%sV%s", px(from), px(y+22), px(y+17), px(to), px(y+22))}
		if to-from > 6.5*float64(len(p.Name)) {
			b.Name = p.Name
		} else if base {
			b.Name, b.X = p.Name, px(to+4+3.2*float64(len(p.Name))) // beside it
		}
		t.Phases = append(t.Phases, b)
	}
	return y + 30
}

// leastBracket is how wide the bracket of a phase is at least.
const leastBracket = 4.0

// place puts a panel below y.
func (t *Timeline) place(d drawn, y float64) float64 {
	const titleHeight = 16.0
	top := y + titleHeight
	p := d.panel(top)
	t.Panels = append(t.Panels, p)
	t.Plots += fmt.Sprintf("M%s %sH%sv%sH%sz", t.Left, px(top), t.Right, px(d.height), t.Left)
	for _, tick := range p.Ticks {
		t.Grid += fmt.Sprintf("M%s %sH%s", t.Left, tick.At, t.Right)
	}
	return top + d.height + 14
}

// shade marks the faults' stretches over all panels: one path of each kind, since there are
// as many of them as faults times panels.
func (t *Timeline) shade(a *kpi.Analysis, x scaleX) {
	for i := range a.Faults {
		f := &a.Faults[i]
		held, ok := f.Held(a.End)
		if !ok {
			continue
		}
		shade := func(from, to time.Duration, into *string) {
			if to > from {
				w := px(max(x.at(to)-x.at(from), 1.5))
				*into += fmt.Sprintf("M%s 0h%sV%sh-%sz", px(x.at(from)), w, t.Foot, w)
			}
		}
		shade(held.From, held.To, &t.Held)
		if until, was := f.Recovering(); was {
			shade(held.To, until, &t.Recovering)
		}
	}
}

// axis closes the drawing with the times.
func (t *Timeline) axis(x scaleX, y float64) {
	step := time.Second
	for _, s := range []int{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200} {
		step = time.Duration(s) * time.Second
		if x.end/step <= 11 {
			break
		}
	}
	for at := time.Duration(0); at <= x.end; at += step {
		t.Ticks = append(t.Ticks, Tick{px(x.at(at)), px(y + 6), kpi.Clock(at)})
	}
	t.Foot = px(y - 14)
	t.Height = px(y + 14)
}

// describe is the picture in words.
func describe(a *kpi.Analysis) string {
	var parts []string
	for i := range a.Faults {
		if a.Faults[i].Effective != nil {
			parts = append(parts, laneWords(&a.Faults[i]))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no fault took effect"}
	}
	return fmt.Sprintf("Response time, errors and throughput over %s. %s.", spell(a.End), strings.Join(parts, ". "))
}

func noteOf(l kpi.LoadFigures, b kpi.Buckets) string {
	text := fmt.Sprintf("%s: points of %v", l.Plan.Name, b.Step)
	if b.Quantile > 0 {
		return text + fmt.Sprintf(", p%g over the last %v or what ten answers beyond it need", 100*b.Quantile, b.Window)
	}
	return text + ", too few arrivals for a percentile above the median"
}
