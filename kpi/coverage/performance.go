package coverage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// Versus is a figure of the newest run, or of the newest repetitions, of a scenario on a
// cloud that was worse than what it is held against.
type Versus struct {
	Cloud    string `json:"cloud"`
	Scenario string `json:"scenario"`
	What     string `json:"what"`
	Unit     string `json:"unit"`
	Against  string `json:"against"` // baseline, previous run or published record
	// Newest and Other are the figure and what it is held against: null of the baseline, of
	// which only the ratio is known.
	Newest *float64 `json:"newest"`
	Other  *float64 `json:"other"`
	// Change is the difference, or against the baseline the ratio, with its interval. Low or
	// High is null where that is not bounded.
	Change *float64 `json:"change"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	// Word is worse where three repetitions on each side allow to say so; else it cannot be
	// told, and Why says what the interval is.
	Word kpi.Word `json:"word"`
	Why  string   `json:"why"`
	// Unjudged tells that it may be worse, and may not: nothing bounds it from above.
	Unjudged bool      `json:"not_judged,omitempty"`
	Runs     int       `json:"runs"`   // of the newest side
	Before   int       `json:"before"` // of the other
	Last     Evidence  `json:"last"`
	Of       *Evidence `json:"of,omitempty"` // the newest of the other side; null but of the previous run
}

// slowerThan is how many times as long as in the baseline answers may take and the load be
// healthy: the run's own threshold, or, of a result that does not say it, the usual one.
func slowerThan(r *kpi.Result) float64 {
	for _, t := range r.Thresholds {
		if t.Name == "healthy_latency" {
			return t.Value
		}
	}
	return kpi.LatencyFactor
}

// Performance says what of the newest run of each scenario on each cloud was worse than its
// own baseline, than the run before it of the same specification, and than the published
// experiment that it is like. Repetitions of a set
// are one side together. What was missed against an objective is among the gaps.
func Performance(runs []Run) []Versus {
	type sort struct{ cloud, scenario, spec string }
	sides := map[sort][][]Run{} // the newest last
	for _, run := range inOrder(runs) {
		if !whole(run.Result) {
			continue
		}
		of := sort{run.Result.Cloud.Name, run.Result.Scenario.Title(), run.Result.Scenario.SHA256}
		all := sides[of]
		at := slices.IndexFunc(all, func(side []Run) bool { return run.Set != "" && side[0].Set == run.Set })
		if at < 0 {
			sides[of] = append(all, []Run{run})
			continue
		}
		all[at] = append(all[at], run)
	}
	var list []Versus
	for of, all := range sides {
		newest := all[len(all)-1]
		list = append(list, againstBaseline(newest[len(newest)-1])...)
		list = append(list, againstPublished(newest[len(newest)-1])...)
		if len(all) > 1 && of.spec != "" { // of what is not known to be the same nothing is said
			list = append(list, againstPrevious(newest, all[len(all)-2])...)
		}
	}
	slices.SortStableFunc(list, func(a, b Versus) int {
		return cmp.Or(strings.Compare(a.Cloud, b.Cloud), strings.Compare(a.Scenario, b.Scenario), strings.Compare(a.Against, b.Against), strings.Compare(a.What, b.What))
	})
	return list
}

// againstBaseline is by how much answers took longer while a fault was held, where that is
// sure and more than a healthy load may. Of a ratio that is only known to be so great at least
// the same is told by that; where it may be more than that, or not, that it is not judged.
func againstBaseline(run Run) []Versus {
	var list []Versus
	for _, k := range run.Result.KPIs {
		if k.Name != "latency_ratio" || k.Low == nil || k.Value == nil {
			continue
		}
		v := Versus{
			Cloud: run.Result.Cloud.Name, Scenario: run.Result.Scenario.Name, What: k.Detail + " while " + k.Scope + " was held",
			Unit: "1", Against: "baseline", Change: k.Value, Low: k.Low, High: k.High, Word: kpi.CannotTell,
			Why: "one run against its own baseline: the interval is that of the percentiles", Runs: 1, Last: run.evidence("baseline"),
		}
		worse := *k.Low > slowerThan(run.Result)
		switch {
		case k.State == kpi.Censored && worse:
			v.Why = "one run against its own baseline: at least so much, since too little is known of some load for an upper end"
		case k.State == kpi.Censored:
			v.Unjudged, v.Why = true, "too little is known of some load: it may be more than "+kpi.Ratio(slowerThan(run.Result))+", or not"
		case !worse:
			continue
		}
		list = append(list, v)
	}
	return list
}

// againstPrevious is what of the newest side was worse than on the side before.
func againstPrevious(newest, before []Run) []Versus {
	results := func(side []Run) (all []*kpi.Result) {
		for _, run := range side {
			all = append(all, run.Result)
		}
		return all
	}
	last, of := newest[len(newest)-1], before[len(before)-1].evidence("objectives")
	var list []Versus
	for _, c := range kpi.Observe(results(before), results(newest)) {
		if c.Word != kpi.Worse && c.Observed != kpi.Worse {
			continue
		}
		v := Versus{
			Cloud: last.Result.Cloud.Name, Scenario: last.Result.Scenario.Name, What: cmp.Or(c.Text, c.Expression), Unit: c.Unit,
			Against: "previous run", Newest: c.B, Other: c.A, Change: c.Change, Low: c.Low, High: c.High, Word: c.Word, Why: c.Why,
			Runs: len(newest), Before: len(before), Last: last.evidence("objectives"), Of: &of,
		}
		if c.Margin {
			v.What = "the margin of " + v.What
		}
		if v.Word == kpi.Worse {
			v.Why = fmt.Sprintf("worse, by %d repetitions against %d", c.NB, c.NA)
		}
		list = append(list, v)
	}
	return list
}

// Says is it in words, with its interval.
func (v Versus) Says() string {
	unit, times := v.Unit, ""
	if v.Against == "baseline" {
		times = "×"
	}
	end := func(x *float64) string {
		if x == nil {
			return "not bounded"
		}
		return kpi.Quantity(*x, unit) + times
	}
	interval := end(v.Low) + " to " + end(v.High)
	switch {
	case v.Unjudged:
		return fmt.Sprintf("%s was at least %s the baseline's: not judged", v.What, end(v.Low))
	case v.Against == "baseline" && v.High == nil:
		return fmt.Sprintf("%s was at least %s the baseline's", v.What, end(v.Low))
	case v.Against == "baseline":
		return fmt.Sprintf("%s was %s× the baseline's (%s)", v.What, kpi.Quantity(*v.Change, unit), interval)
	}
	text := v.What + " was "
	if v.Newest != nil && v.Other != nil {
		other := "before"
		if v.Of == nil {
			other = "published"
		}
		text += fmt.Sprintf("%s, %s %s", kpi.Quantity(*v.Newest, unit), other, kpi.Quantity(*v.Other, unit))
	}
	return text + " (change " + interval + ")"
}
