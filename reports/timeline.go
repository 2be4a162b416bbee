package reports

import (
	"fmt"
	"strings"
	"time"

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
	Shades            []Shade
	Panels            []Panel
	Ticks             []Tick
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

// Shade is a fault's stretch in one panel.
type Shade struct{ X, Y, W, H, Class string }

// Panel is one chart.
type Panel struct {
	Title        string
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

// Line is a path.
type Line struct{ Class, D, Name, LabelX, LabelY string }

// Tick is a label on an axis.
type Tick struct{ At, TextAt, Text string }

const (
	chartWidth = 1140.0
	plotLeft   = 64.0
	plotRight  = 1076.0
	mostPoints = 600 // buckets of a chart
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

// newTimeline draws the run from top to bottom.
func newTimeline(a *kpi.Analysis) *Timeline {
	t := &Timeline{Width: px(chartWidth), Left: px(plotLeft), Right: px(plotRight), Title: "Timeline of " + a.Result.Scenario.Name}
	x := scaleX{max(a.End, time.Second)}
	t.End = px(x.end.Seconds())
	y := t.phases(a, x, 0)
	y = t.lanes(a, x, y) + 14
	for _, l := range a.Loads {
		b := l.Buckets(mostPoints, a.End)
		t.Data.add(l, b)
		t.Notes = append(t.Notes, noteOf(l, b))
		for _, panel := range loadPanels(l, b, x) {
			y = t.place(a, x, panel, y)
		}
	}
	for _, s := range a.Signals[:min(len(a.Signals), mostSignals)] {
		y = t.place(a, x, signalPanel(s, x), y)
	}
	t.axis(x, y)
	t.Table = tableOf(a)
	t.Desc = describe(a)
	return t
}

// phases brackets the phases; the baseline's, which all is compared with, is
// the strong one.
func (t *Timeline) phases(a *kpi.Analysis, x scaleX, y float64) float64 {
	for _, p := range a.Phases {
		from, to := x.at(p.From)+1, x.at(p.To)-1
		if to-from < 4 {
			continue
		}
		class := "phase"
		if p.Name == "baseline" {
			class = "phase base"
		}
		b := Bracket{Class: class, X: px((from + to) / 2), Y: px(y + 11),
			D: fmt.Sprintf("M%s %sV%sH%sV%s", px(from), px(y+22), px(y+17), px(to), px(y+22))}
		if to-from > 6.5*float64(len(p.Name)) {
			b.Name = p.Name
		}
		t.Phases = append(t.Phases, b)
	}
	return y + 30
}

// lanes puts the faults into as few rows as their bars and names need.
func (t *Timeline) lanes(a *kpi.Analysis, x scaleX, y float64) float64 {
	const height = 32.0
	var used []float64 // right edge of each row
	for i := range a.Faults {
		f := &a.Faults[i]
		if f.Effective == nil {
			continue
		}
		from, to := *f.Effective, f.Extent.To
		if f.Asked != nil {
			from = min(from, *f.Asked)
		}
		left, right := x.at(from), max(x.at(to), x.at(from)+2)
		label := f.Name + " " + f.Plan.Fault
		width, anchor, textX := 6.2*float64(len(label)), "start", left
		if left+width > plotRight {
			anchor, textX = "end", max(right, left+2)
			left = min(left, textX-width)
		}
		row := 0
		for row < len(used) && used[row]+10 > left {
			row++
		}
		if row == len(used) {
			used = append(used, 0)
		}
		used[row] = max(right, left+width)
		t.Lanes = append(t.Lanes, lane(f, x, y+float64(row)*height, label, anchor, textX))
	}
	return y + float64(len(used))*height
}

func lane(f *kpi.FaultFigures, x scaleX, y float64, label, anchor string, textX float64) Lane {
	held := f.Extent.To
	if f.Undone != nil {
		held = *f.Undone
	}
	at := x.at(*f.Effective)
	l := Lane{Link: faultAnchor(f.Name), Name: label, Anchor: anchor, TextX: px(textX), TextY: px(y + 10), Y: px(y + 15),
		SetupY: px(y + 19), HeldX: px(at), HeldW: px(max(x.at(held)-at, 1.5)), Said: laneWords(f)}
	if f.Asked != nil && *f.Asked < *f.Effective {
		l.SetupX, l.SetupW = px(x.at(*f.Asked)), px(at-x.at(*f.Asked))
	}
	if f.Extent.To > held {
		l.RecoverX, l.RecoverW = px(x.at(held)), px(x.at(f.Extent.To)-x.at(held))
	}
	return l
}

func laneWords(f *kpi.FaultFigures) string {
	text := fmt.Sprintf("%s, %s, took effect at %s", f.Name, f.Plan.Fault, clock(*f.Effective))
	if f.Undone != nil {
		text += ", was undone at " + clock(*f.Undone)
	} else {
		text += ", was not seen to be undone"
	}
	switch f.Recover.State {
	case kpi.Measured:
		return text + ", time to recover " + figure(f.Recover)
	case kpi.Censored:
		return text + ", had not recovered when the run ended"
	case kpi.None:
		return text + ", no load was degraded"
	default:
		return text + ", time to recover not measured"
	}
}

// place puts a panel below y, with the faults' stretches behind it.
func (t *Timeline) place(a *kpi.Analysis, x scaleX, d drawn, y float64) float64 {
	const titleHeight = 16.0
	top := y + titleHeight
	t.Panels = append(t.Panels, d.panel(top))
	for i := range a.Faults {
		f := &a.Faults[i]
		held, ok := f.Held(a.End)
		if !ok {
			continue
		}
		shade := func(from, to time.Duration, class string) {
			if to > from {
				t.Shades = append(t.Shades, Shade{px(x.at(from)), px(top), px(max(x.at(to)-x.at(from), 1.5)), px(d.height), class})
			}
		}
		shade(held.From, held.To, "held")
		shade(held.To, f.Extent.To, "recovering")
	}
	return top + d.height + 14
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
		t.Ticks = append(t.Ticks, Tick{px(x.at(at)), px(y + 6), clock(at)})
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
