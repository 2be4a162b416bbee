package publish

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports"
)

// trend is one objective of a scenario on a cloud over the runs of one text of it: figures of
// two different texts are not compared.
type trend struct {
	Scenario, Cloud, Objective, Text string // Text tells one text of a scenario from another
	Title, Said                      string
	Points                           []point
	Line                             []string // paths, broken where nothing was measured
	Limit                            string   // y of it; empty where there is none
	LimitText, Axis                  string
}

// point is one run: where it is drawn, and by what sign.
type point struct {
	X, Y, TextY, Page, Said string
	Beside                  string // the mark: of a bound, and of what did not happen
	Mark                    reports.Mark
}

// The plot of a trend, in units of its picture.
const (
	trendLeft, trendRight = 12.0, 308.0
	trendTop, trendFoot   = 30.0, 108.0
	trendBelow            = 117.0 // of what was not measured
)

// newTrends is made of runs with the newest first. One run is no trend.
func newTrends(runs []coverage.Run) []trend {
	type key struct{ cloud, scenario, sha, objective string }
	series := map[key][]coverage.Run{}
	var order []key
	texts := map[string][]string{} // of scenarios
	for _, run := range slices.Backward(runs) {
		r := run.Result
		if !slices.Contains(texts[r.Scenario.Title()], r.Scenario.SHA256) {
			texts[r.Scenario.Title()] = append(texts[r.Scenario.Title()], r.Scenario.SHA256)
		}
		for _, o := range r.Objectives {
			k := key{r.Cloud.Name, r.Scenario.Title(), r.Scenario.SHA256, o.Expression}
			if series[k] == nil {
				order = append(order, k)
			}
			series[k] = append(series[k], run)
		}
	}
	slices.SortStableFunc(order, func(a, b key) int {
		return cmp.Or(strings.Compare(a.scenario, b.scenario), strings.Compare(a.cloud, b.cloud))
	})
	var all []trend
	for _, k := range order {
		if len(series[k]) < 2 {
			continue
		}
		t := trend{Scenario: k.scenario, Cloud: k.cloud, Objective: k.objective}
		if len(texts[k.scenario]) > 1 {
			t.Text = "text " + k.sha[:min(8, len(k.sha))]
		}
		t.draw(series[k])
		all = append(all, t)
	}
	return all
}

// draw puts the runs beside one another, the oldest first.
func (t *trend) draw(runs []coverage.Run) {
	var values []float64
	found := make([]kpi.Objective, len(runs))
	for n, run := range runs {
		at := slices.IndexFunc(run.Result.Objectives, func(o kpi.Objective) bool { return o.Expression == t.Objective })
		found[n] = run.Result.Objectives[at]
		of := []*float64{found[n].Limit}
		if seen := sightOf(run.Result, found[n]); seen == measured || seen == bound {
			of = append(of, found[n].Measured)
		}
		for _, v := range of {
			if v != nil && !math.IsInf(*v, 0) && !math.IsNaN(*v) {
				values = append(values, *v)
			}
		}
	}
	last := found[len(found)-1]
	least, most := scale(values, last)
	y := func(v float64) float64 {
		return trendFoot - (trendFoot-trendTop)*(min(max(least, v), most)-least)/(most-least)
	}
	line := ""
	var all []string
	for n, o := range found {
		p := point{
			X: coordinate(trendLeft + (trendRight-trendLeft)*float64(n)/float64(len(runs)-1)), Page: pageOf(runs[n].Result.Run) + "#objectives",
			Mark: reports.MarkOfObjective(o), Said: day(runs[n].Result.Started) + ": " + said(runs[n].Result, o),
		}
		seen := sightOf(runs[n].Result, o)
		p.Beside = seen.sign()
		height := trendBelow // on the axis it would be a figure
		switch seen {
		case measured, bound:
			height = y(*o.Measured)
		case none: // on the axis, and no part of a line
			height = trendFoot
		case nothing:
		}
		switch {
		case seen == measured && line == "":
			line = "M" + p.X + " " + coordinate(height)
		case seen == measured:
			line += "L" + p.X + " " + coordinate(height)
		case line != "":
			t.Line, line = append(t.Line, line), ""
		}
		p.Y, p.TextY = coordinate(height), coordinate(height+4)
		t.Points, all = append(t.Points, p), append(all, p.Said)
	}
	if line != "" {
		t.Line = append(t.Line, line)
	}
	if last.Limit != nil {
		t.Limit, t.LimitText = coordinate(y(*last.Limit)), strings.TrimSpace(last.LimitText())
	}
	t.Axis = kpi.Quantity(least, last.Unit) + " to " + kpi.Quantity(most, last.Unit)
	t.Title, t.Said = t.Scenario+": "+t.Objective, strings.Join(all, "; ")
}

// scale is what a picture's foot and top stand for: from nothing, or the least below it, to the most there is, and of
// a share that is to be high from as far below the least as all lies below the whole.
func scale(values []float64, of kpi.Objective) (least, most float64) {
	if len(values) == 0 {
		return 0, 1
	}
	if low := slices.Min(values); of.Unit == "ratio" && strings.HasPrefix(of.Operator, ">") && low < 1 {
		return max(0, 2*low-1), 1
	}
	least, most = min(0, slices.Min(values)), slices.Max(values)
	if most <= 0 && least == 0 {
		most = 1
	}
	return least, max(0, most)
}

// coordinate is a number of a picture.
func coordinate(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
