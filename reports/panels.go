package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// mostSignals is how many signals a page draws.
const mostSignals = 6

// drawable are the signals that a page draws: those that changed before those that did not, and
// of these what loads measured before what collectors saw, each by their names. The names of the others are given, too.
func drawable(all []kpi.Signal) (shown []kpi.Signal, others []string) {
	order := slices.SortedStableFunc(slices.Values(all), func(a, b kpi.Signal) int {
		moves := boolean(still(a)) - boolean(still(b))
		return cmp.Or(moves, boolean(b.Load)-boolean(a.Load), strings.Compare(a.Name, b.Name))
	})
	for _, s := range order[min(len(order), mostSignals):] {
		others = append(others, s.Name)
	}
	shown = order[:min(len(order), mostSignals)]
	slices.SortFunc(shown, func(a, b kpi.Signal) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(others)
	return shown, others
}

func boolean(is bool) int {
	if is {
		return 1
	}
	return 0
}

// still tells that no line of a signal ever has another value.
func still(s kpi.Signal) bool {
	for _, line := range s.Lines {
		var all *kpi.Extent
		for _, point := range line.Points {
			all = all.And(point)
		}
		if all != nil && all.Low != all.High {
			return false
		}
	}
	return true
}

// drawn is a panel before it has its place; makes it for a top edge.
type drawn struct {
	height float64
	panel  func(top float64) Panel
}

// loadPanels are a load's response time, errors and throughput.
func loadPanels(l kpi.LoadFigures, b kpi.Buckets, x scaleX) []drawn {
	whole := l.Plan.Name
	l.Plan.Name = within(whole, nameWidth)
	panels := []drawn{responsePanel(l, b, x), errorPanel(l, b, x), throughputPanel(l, b, x)}
	if whole == l.Plan.Name {
		return panels
	}
	for n, d := range panels {
		panels[n].panel = func(top float64) Panel {
			p := d.panel(top)
			p.Whole = whole
			return p
		}
	}
	return panels
}

// How wide a title over a panel is, and a load's name in it.
const titleWidth, nameWidth = 760.0, 400.0

func frame(title, class string, top, height float64) Panel {
	return Panel{Title: within(title, titleWidth), Class: class, X: px(plotLeft), Y: px(top), W: px(plotRight - plotLeft), H: px(height),
		TitleX: px(plotLeft), TitleY: px(top - 5)}
}

// responsePanel has a log axis: a fault makes answers ten times slower, and
// both ends must be readable.
func responsePanel(l kpi.LoadFigures, b kpi.Buckets, x scaleX) drawn {
	const height = 190.0
	low, high := latencyRange(b)
	return drawn{height, func(top float64) Panel {
		p := frame(l.Plan.Name+": response time from the intended start", "response", top, height)
		y := func(d time.Duration) float64 {
			s := math.Log(max(d.Seconds(), low)/low) / math.Log(high/low)
			return top + height*(1-min(s, 1))
		}
		for _, v := range logTicks(low, high) {
			at := y(time.Duration(v * float64(time.Second)))
			p.Ticks = append(p.Ticks, Tick{px(at), px(at + 4), kpi.Quantity(v, "s")})
		}
		worst, tail, median := &pen{}, &pen{}, &pen{}
		for _, k := range b.List {
			at := x.at(k.From + b.Step/2)
			for _, line := range []struct {
				pen *pen
				d   *time.Duration
			}{{worst, k.Worst}, {tail, k.High}, {median, k.P50}} {
				if line.d == nil {
					line.pen.lift()
					continue
				}
				line.pen.to(at, y(*line.d))
			}
		}
		p.Lines = []Line{lineOf(worst, "worst", "max"), lineOf(tail, "tail", ""), lineOf(median, "median", "p50")}
		if b.Quantile > 0 {
			p.Lines[1].Name = fmt.Sprintf("p%g", 100*b.Quantile)
		}
		label(p.Lines, b, y)
		if l.NoBound == nil {
			p.Rule, p.RuleTo = px(y(l.Bound.Latency)), px(plotRight)
			p.RuleTextY = px(top - 5) // over the panel, where no line crosses it
			p.RuleText = fmt.Sprintf("healthy: p%g ≤ %s", 100*l.Bound.Quantile, kpi.Quantity(l.Bound.Latency.Seconds(), "s"))
		}
		return p
	}}
}

// lineOf is what a pen drew.
func lineOf(p *pen, class, name string) Line {
	d, dots := p.paths()
	return Line{Class: class, D: d, Dots: dots, Name: name}
}

// label writes the names of the lines at their right ends, apart from one
// another.
func label(lines []Line, b kpi.Buckets, y func(time.Duration) float64) {
	ends := []*time.Duration{nil, nil, nil}
	for _, k := range b.List {
		for i, d := range []*time.Duration{k.Worst, k.High, k.P50} {
			if d != nil {
				ends[i] = d
			}
		}
	}
	above := math.Inf(-1)
	for i := range lines {
		if ends[i] == nil {
			lines[i].Name = ""
			continue
		}
		at := max(y(*ends[i])+4, above+12)
		lines[i].LabelX, lines[i].LabelY, above = px(plotRight+5), px(at), at
	}
}

// errorPanel stacks the classes of failure, arrivals a second.
func errorPanel(l kpi.LoadFigures, b kpi.Buckets, x scaleX) drawn {
	const height = 72.0
	step, most := b.Step.Seconds(), 0.0
	for _, k := range b.List {
		sum := int64(0)
		for class := record.HTTP5xx; class < record.Classes; class++ {
			if class != record.Aborted {
				sum += k.Errors[class]
			}
		}
		most = max(most, float64(sum)/step)
	}
	most = niceMost(most)
	return drawn{height, func(top float64) Panel {
		p := frame(l.Plan.Name+": errors a second", "errors", top, height)
		p.Ticks = linearTicks(0, most, top, height, "/s")
		base := make([]float64, len(b.List))
		for class := record.HTTP5xx; class < record.Classes; class++ {
			bars := &pen{}
			for i, k := range b.List {
				n := float64(k.Errors[class]) / step
				if class == record.Aborted || n == 0 {
					continue
				}
				from := top + height*(1-base[i]/most)
				base[i] += n
				at := x.at(k.From + b.Step/2)
				bars.lift()
				bars.to(at, from)
				bars.to(at, top+height*(1-base[i]/most))
			}
			if d, _ := bars.paths(); d != "" {
				p.Lines = append(p.Lines, Line{Class: "bar " + class.String() + " " + barWidth(len(b.List)), D: d, Name: errorWord(class.String())})
			}
		}
		return legend(p, top)
	}}
}

// barWidth is the class of strokes that fill their bucket.
func barWidth(n int) string {
	switch {
	case n > 400:
		return "w2"
	case n > 150:
		return "w4"
	default:
		return "w8"
	}
}

// legend writes the names of a panel's lines beside the title, each after a piece of its line,
// since colour alone says nothing. What does not fit beside it is shortened.
func legend(p Panel, top float64) Panel {
	const piece, apart = 19.0, 16.0 + 24.0 // a piece has two dashes of a line that is dashed
	at, wanted := plotLeft+wide(p.Title)+16, 0.0
	for _, l := range p.Lines {
		wanted += wide(l.Name) + apart
	}
	share := math.Inf(1)
	if at+wanted > chartWidth {
		share = (chartWidth-at)/float64(len(p.Lines)) - apart
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		l.Name = within(l.Name, share)
		key := &pen{}
		key.to(at, top-9)
		key.to(at+piece, top-9)
		l.Key, _ = key.paths()
		l.LabelX, l.LabelY = px(at+24), px(top-5)
		at += wide(l.Name) + apart
	}
	if len(p.Lines) == 0 {
		p.Title += ": none"
	}
	return p
}

func throughputPanel(l kpi.LoadFigures, b kpi.Buckets, x scaleX) drawn {
	const height = 84.0
	step, most := b.Step.Seconds(), 0.0
	for _, k := range b.List {
		most = max(most, float64(k.Due)/step, float64(k.OK)/step, float64(k.Started)/step)
	}
	most = niceMost(most)
	return drawn{height, func(top float64) Panel {
		p := frame(l.Plan.Name+": arrivals a second", "throughput", top, height)
		p.Ticks = linearTicks(0, most, top, height, "/s")
		offered, started, ok := &pen{}, &pen{}, &pen{}
		for i, k := range b.List {
			if i == len(b.List)-1 && len(b.List) > 1 {
				break // the last one is rarely whole, and would look like a fall
			}
			at := x.at(k.From + b.Step/2)
			y := func(n int64) float64 { return top + height*(1-float64(n)/step/most) }
			offered.to(at, y(k.Due))
			started.to(at, y(k.Started))
			ok.to(at, y(k.OK))
		}
		p.Lines = []Line{lineOf(offered, "offered", "offered"), lineOf(started, "started", "started"), lineOf(ok, "ok", "succeeded")}
		return legend(p, top)
	}}
}

// signalPanel is one signal, small.
func signalPanel(s kpi.Signal, x scaleX) drawn {
	const height = 44.0
	least, most := 0.0, 0.0
	for _, l := range s.Lines {
		for _, v := range l.Points {
			if v != nil {
				least, most = min(least, v.Low), max(most, v.High)
			}
		}
	}
	if least < 0 {
		least = -niceMost(-least)
	}
	if most != 1 && (most > 0 || least == 0) { // of what is or is not, that is the whole axis
		most = niceMost(most)
	}
	return drawn{height, func(top float64) Panel {
		title := s.Name
		if s.Unit != "" && s.Unit != "1" {
			title += ", " + s.Unit
		}
		if s.Left > 0 {
			title += fmt.Sprintf(" (%d more not drawn)", s.Left)
		}
		p := frame(title, "signal", top, height)
		p.Ticks = linearTicks(least, most, top, height, "")
		for i, l := range s.Lines {
			line, dots, band := signalPaths(l.Points, isOrIsNot(s), func(n int, v float64) (float64, float64) {
				return x.at(time.Duration(n)*s.Step + s.Step/2), top + height*(most-v)/(most-least)
			})
			p.Lines = append(p.Lines, Line{Class: fmt.Sprintf("signal s%d", i), D: line, Dots: dots, Band: band, Name: l.Label})
		}
		return legend(p, top)
	}}
}
