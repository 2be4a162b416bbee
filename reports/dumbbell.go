package reports

import (
	"fmt"
	"math"
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Dumbbell compares a load's percentiles in the baseline, while a fault was
// held, and in the recovery phase, on a log axis.
type Dumbbell struct {
	Load          string
	Width, Height string
	Foot          string
	Title, Desc   string
	Rows          []DumbbellRow
	Ticks         []Tick
	Counts        string
}

// DumbbellRow is one percentile. A place is empty where its window did not
// support the percentile.
type DumbbellRow struct {
	Name, Y, TextY       string
	From, To             string
	Base, Held, Recovery string // places
	HeldD, RecX, RecY    string // shapes: a diamond's path, a square's corner
	Ratio, RatioX        string
	BaseWord, HeldWord   string
	RecoveryWord         string
	Within               []Whisker
}

// Whisker is an interval as it is drawn.
type Whisker struct{ Class, D string }

func dumbbells(a *kpi.Analysis) []Dumbbell {
	var list []Dumbbell
	for _, l := range a.Result.Loads {
		base, held, recovery := l.Windows[record.Baseline], l.Windows["held"], l.Windows[record.Recovery]
		if base.P50MS == nil || held.Count+held.Unanswered == 0 {
			continue
		}
		list = append(list, dumbbell(l.Name, base, held, recovery))
	}
	return list
}

type percentiles struct {
	name                 string
	base, held, recovery *float64
	within               []kpi.Within // of the three; zero where there is none
	open                 []bool       // of the three: a lower bound, since it is among what nobody answered
}

func dumbbell(load string, base, held, recovery kpi.Window) Dumbbell {
	var all []percentiles
	for _, p := range []struct {
		name, key string
		of        func(w kpi.Window) *float64
	}{
		{"p50", "p50", func(w kpi.Window) *float64 { return w.P50MS }}, {"p90", "p90", func(w kpi.Window) *float64 { return w.P90MS }},
		{"p95", "p95", func(w kpi.Window) *float64 { return w.P95MS }}, {"p99", "p99", func(w kpi.Window) *float64 { return w.P99MS }},
		{"p99.9", "p999", func(w kpi.Window) *float64 { return w.P999MS }},
	} {
		one := percentiles{name: p.name, base: p.of(base), held: p.of(held), recovery: p.of(recovery)}
		for _, w := range []kpi.Window{base, held, recovery} {
			one.within, one.open = append(one.within, w.Within[p.key]), append(one.open, slices.Contains(w.Open, p.key))
		}
		all = append(all, one)
	}
	low, high := math.Inf(1), 0.0
	for _, p := range all {
		for _, v := range []*float64{p.base, p.held, p.recovery} {
			if v != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
		for _, in := range p.within {
			if in.HighMS > 0 {
				low, high = min(low, max(in.LowMS, 0.001)), max(high, in.HighMS)
			}
		}
	}
	low, high = low/1.3, high*1.3
	at := func(ms float64) float64 {
		return plotLeft + 60 + (plotRight-plotLeft-140)*math.Log(ms/low)/math.Log(high/low)
	}
	d := Dumbbell{Load: load, Width: px(chartWidth), Title: load + ": baseline, fault held and recovery",
		Counts: fmt.Sprintf("n = %s in the baseline, %s while a fault was held, %s in recovery", arrivals(base), arrivals(held), arrivals(recovery))}
	y := 22.0
	for _, p := range all {
		if p.base == nil && p.held == nil && p.recovery == nil {
			continue
		}
		row := p.row(y, at)
		d.Desc += fmt.Sprintf("%s: baseline %s, fault %s, recovery %s. ", p.name, row.BaseWord, row.HeldWord, row.RecoveryWord)
		d.Rows = append(d.Rows, row)
		y += 26
	}
	d.Foot, d.Height = px(y-8), px(y+16)
	for _, ms := range roundWithin(low, high) {
		d.Ticks = append(d.Ticks, Tick{px(at(ms)), px(y + 8), kpi.Quantity(ms/1000, "s")})
	}
	return d
}

func (p percentiles) row(y float64, at func(float64) float64) DumbbellRow {
	r := DumbbellRow{Name: p.name, Y: px(y), TextY: px(y + 4), BaseWord: p.word(p.base, 0), HeldWord: p.word(p.held, 1), RecoveryWord: p.word(p.recovery, 2)}
	for i, in := range p.within {
		if in.HighMS > 0 { // one over the other where they meet
			over := y + float64(i-1)*3
			r.Within = append(r.Within, Whisker{[]string{"in-base", "in-held", "in-recovery"}[i], fmt.Sprintf("M%s %sH%s", px(at(max(in.LowMS, 0.001))), px(over), px(at(in.HighMS)))})
		}
	}
	from, to := math.Inf(1), math.Inf(-1)
	for _, v := range []*float64{p.base, p.held, p.recovery} {
		if v != nil {
			from, to = min(from, at(*v)), max(to, at(*v))
		}
	}
	r.From, r.To = px(from), px(to)
	if p.base != nil {
		r.Base = px(at(*p.base))
	}
	if p.held != nil {
		x := at(*p.held)
		r.Held, r.HeldD = px(x), fmt.Sprintf("M%s %sl6 6l-6 6l-6 -6z", px(x), px(y-6))
	}
	if p.recovery != nil {
		x := at(*p.recovery)
		r.Recovery, r.RecX, r.RecY = px(x), px(x-7.5), px(y-7.5) // around the dot of a baseline that it came back to
	}
	if p.base != nil && p.held != nil {
		for _, in := range p.within {
			if in.HighMS > 0 {
				to = max(to, at(in.HighMS))
			}
		}
		r.Ratio, r.RatioX = kpi.Ratio(*p.held / *p.base), px(to+14)
		switch {
		case p.open[0]:
			r.Ratio = "" // of no baseline that is known
		case p.open[1]:
			r.Ratio = "> " + r.Ratio
		}
	}
	return r
}

// arrivals is how many the percentiles of a window are of.
func arrivals(w kpi.Window) string {
	text := kpi.Quantity(float64(w.Count+w.Unanswered), "1")
	if w.Unanswered > 0 {
		text += fmt.Sprintf(" (%s unanswered)", kpi.Quantity(float64(w.Unanswered), "1"))
	}
	return text
}

// word is one of the three percentiles.
func (p percentiles) word(ms *float64, n int) string {
	in := p.within[n]
	switch {
	case ms == nil:
		return "not supported"
	case p.open[n]:
		return "> " + kpi.Quantity(*ms/1000, "s")
	}
	return fmt.Sprintf("%s (%s to %s)", kpi.Quantity(*ms/1000, "s"), kpi.Quantity(in.LowMS/1000, "s"), kpi.Quantity(in.HighMS/1000, "s"))
}
