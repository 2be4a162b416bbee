package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Promise is a row of the objectives: one of the scenario's, or a steady-state
// check.
type Promise struct {
	Mark                             Mark
	What, Expression, Link           string
	Limit, Measured, Margin, Missing string
	LimitIn                          string  // the interval of a limit that is measured itself; else empty
	Owner                            string  // who looks after it; empty where nobody is named
	Budget                           string  // how much of the error budget is used; empty where there is none
	miss                             float64 // of one that failed: by how much
}

// promises lists what failed first, then what is unknown, then what was kept. Of what
// failed the steady state is first, and then what was missed by the most.
func promises(a *kpi.Analysis) []Promise {
	var rows []Promise
	for _, o := range a.Result.Objectives {
		rows = append(rows, promise(o, a.Result.Faults))
	}
	for _, c := range a.Result.Checks {
		p := Promise{
			Mark: MarkOf(c.Verdict), What: "steady state " + c.When + " the faults", Expression: c.Expression,
			Limit: "holds", Measured: c.Detail, Margin: "—",
		}
		if c.Verdict == kpi.Fail {
			p.miss = math.Inf(1)
		}
		if p.Measured == "" {
			p.Measured = map[kpi.Verdict]string{kpi.Pass: "held", kpi.Fail: "did not hold"}[c.Verdict]
		}
		rows = append(rows, p)
	}
	slices.SortStableFunc(rows, func(x, y Promise) int {
		return cmp.Or(cmp.Compare(rank(x.Mark), rank(y.Mark)), cmp.Compare(y.miss, x.miss))
	})
	return rows
}

func rank(m Mark) int { return slices.Index([]string{"fail", "unknown", "pass"}, m.Tone) }

func promise(o kpi.Objective, faults []kpi.Fault) Promise {
	p := Promise{Mark: MarkOfObjective(o), What: nameOf(o), Expression: o.Expression, Owner: o.Owner, Limit: "—", Measured: "not measured", Margin: "—"}
	if o.Text == "" {
		p.Expression = ""
	}
	for _, f := range faults {
		if o.OfFault(f.Name) {
			p.Link = faultAnchor(f.Name)
		}
	}
	p.Limit = limitOf(o)
	if o.LimitLow != nil && o.LimitHigh != nil && *o.LimitLow != *o.LimitHigh { // it is measured, as three times the baseline's
		p.LimitIn = fmt.Sprintf("%s to %s", kpi.Quantity(*o.LimitLow, o.Unit), kpi.Quantity(*o.LimitHigh, o.Unit))
	}
	if o.Measured != nil {
		p.Measured = o.Figure(*o.Measured)
		switch {
		case o.None:
			p.Measured = figureBeside(kpi.KPI{State: kpi.None, High: o.High, Unit: o.Unit}, o)
		case o.Censored && *o.Measured <= 0:
			p.Measured = "not known"
		case o.Censored:
			p.Measured = o.Beyond() + p.Measured
		case o.Low != nil && o.High != nil && *o.Low != *o.High:
			p.Measured += fmt.Sprintf(" (%s to %s)", o.Figure(*o.Low), o.Figure(*o.High))
		}
	}
	if o.Margin != nil && (!o.Censored || *o.Margin <= 0) {
		p.Margin = o.MarginText()
	}
	if o.Budget != nil {
		p.Budget = o.Budget.String()
	}
	switch {
	case o.Verdict != kpi.Pass:
		p.Missing = o.Detail
	case o.Measured == nil && o.Detail != "": // a promise without a limit, as of an outage that was expected
		p.Measured = o.Detail
	}
	if o.Verdict == kpi.Fail {
		p.miss = o.Miss()
	}
	return p
}

// MarkOfObjective is the mark of an objective. One that decides nothing says so, and a miss of it has
// not the colour of a failure.
func MarkOfObjective(o kpi.Objective) Mark {
	m := MarkOf(o.Verdict)
	if !o.Decides() && o.Verdict != kpi.Pass {
		m.Word += ", minor"
		m.Tone = MarkOf(kpi.Unknown).Tone
	}
	return m
}

// FaultRow is one fault in the table.
type FaultRow struct {
	Anchor, Name, Kind, Args, Targets, Effect, At, Held, EffectiveAfter, FirstTrouble string
	Downtime, Recover, AfterUndo, Degraded, Ratio, RatioOf, Failed                    string
	FirstTroubleIn, DowntimeIn, RecoverIn, AfterUndoIn, DegradedIn, RatioIn           string // the intervals
	Lost, LostOf                                                                      string
	Judged                                                                            Judged
	Undo, Result                                                                      Mark
	State, Reason, Trigger, Aim                                                       string
	More                                                                              []string
	Brief                                                                             string // More, by the figures alone
	Whose                                                                             string // of which loads the figures are; empty: there is one
}

func faultRows(a *kpi.Analysis) []FaultRow {
	var rows []FaultRow
	for i := range a.Faults {
		f, r := &a.Faults[i], &a.Result.Faults[i]
		by := func(k kpi.KPI) kpi.Objective {
			o, _ := worstBy(k, a.Result.Objectives)
			return o
		}
		ofFault := func(k kpi.KPI) string { return ofFault(k, by(k)) }
		interval := func(k kpi.KPI) string { return intervalBeside(k, by(k)) }
		row := FaultRow{
			Anchor: faultAnchor(f.Name), Name: f.Name, Kind: r.Fault, Args: r.Args, Targets: strings.Join(r.Targets, ", "), Effect: f.Effect,
			At: "—", Held: "—", EffectiveAfter: ofFault(f.ToEffect), FirstTrouble: ofFault(f.Detect), Downtime: ofFault(f.Downtime),
			Recover: ofFault(f.Recover), AfterUndo: ofFault(f.AfterUndo), Degraded: ofFault(f.Degraded), Ratio: "—",
			Failed: ofFault(f.Failed), Lost: ofFault(f.Lost),
			FirstTroubleIn: interval(f.Detect), DowntimeIn: interval(f.Downtime), RecoverIn: interval(f.Recover), AfterUndoIn: interval(f.AfterUndo),
			DegradedIn: interval(f.Degraded), RatioIn: interval(f.Ratio),
			Judged: judgedFigures(f, a.Result.Objectives), Undo: undoMark(f, r), Result: faultResult(a, f.Name), State: r.State, Reason: r.Reason, Trigger: f.Trigger, Aim: f.Aim, Whose: a.Whose(f), More: moreOf(f), Brief: briefOf(f),
		}
		if f.Failed.State == kpi.None { // the fault did not happen, and nothing of it
			for _, cell := range []*string{&row.At, &row.Held, &row.EffectiveAfter, &row.FirstTrouble, &row.Downtime, &row.Recover, &row.AfterUndo, &row.Degraded, &row.Ratio, &row.Failed, &row.Lost} {
				*cell = notMade
			}
		}
		if f.Effective != nil {
			row.At = kpi.Clock(*f.Effective)
			if f.UndoFrom != nil {
				row.Held = kpi.Quantity((*f.UndoFrom - *f.Effective).Round(10*time.Millisecond).Seconds(), "s")
			}
		}
		if f.Lost.State == kpi.Measured && f.Lost.N > 0 || f.Lost.High != nil {
			row.LostOf = f.Lost.Detail
		}
		if f.Ratio.Value != nil {
			row.Ratio, row.RatioOf = factor(f.Ratio, by(f.Ratio)), f.Ratio.Detail
		}
		rows = append(rows, row)
	}
	return rows
}

// notMade stands in the row of a fault that was not made: another thing than none, which a fault
// that was made did not do, than a zero, which was counted, and than —, which nobody measured.
const notMade = "not made"

// ofFault is a KPI in the table of faults, with the objective that it is judged by.
func ofFault(k kpi.KPI, o kpi.Objective) string {
	if k.State == kpi.NotMeasured && k.High != nil { // it is some fault's, and not known whose
		return "≤ " + toldBeside(k, o)(*k.High)
	}
	return figureBeside(k, o)
}

// loadsHead heads loadsRows.
func loadsHead() []string {
	return []string{"", "planned", "succeeded", "failed", "dropped", "cut at the end"}
}

// loadsRows are the accounts of the loads.
func loadsRows(r *kpi.Result) [][]string {
	var rows [][]string
	for _, l := range r.Loads {
		row := []string{l.Name}
		for _, n := range []int64{l.Planned, l.Succeeded, l.Failed, l.Dropped, l.Aborted} {
			row = append(row, kpi.Quantity(float64(n), "1"))
		}
		rows = append(rows, row)
	}
	return rows
}

// interval says where a measured value lies; empty for an exact one.
func interval(k kpi.KPI) string { return intervalBeside(k, kpi.Objective{}) }

func intervalBeside(k kpi.KPI, o kpi.Objective) string {
	if k.State != kpi.Measured || *k.Low == *k.High {
		return ""
	}
	told := toldBeside(k, o)
	return told(*k.Low) + " to " + told(*k.High)
}

func undoMark(f *kpi.FaultFigures, r *kpi.Fault) Mark {
	switch {
	case f.Verified && r.State == "self_healed":
		return Mark{"healed by the cloud, nothing left", "✓", "pass"}
	case f.Verified && r.UndoneBy == "itself":
		return Mark{"ended by itself, nothing left", "✓", "pass"}
	case f.Verified && r.UndoneBy != "":
		return Mark{"verified, by " + r.UndoneBy + undoTook(f), "✓", "pass"}
	case f.Verified:
		return Mark{"verified" + undoTook(f), "✓", "pass"}
	case f.Plan.Foreign:
		return Mark{"nobody looked", "–", "plain"}
	case f.Touched:
		return Mark{"not verified", "✕", "fail"}
	default:
		return Mark{"nothing to undo", "–", "plain"}
	}
}

// undoLong is from how long on it is told that an undo took time: it ends what is told as held, and
// the fault may last until its own end.
const undoLong = 2 * time.Second

// undoTook says how long an undo took that took long.
func undoTook(f *kpi.FaultFigures) string {
	if f.UndoFrom == nil || f.Undone == nil || *f.Undone-*f.UndoFrom < undoLong {
		return ""
	}
	return ", after " + kpi.Quantity((*f.Undone-*f.UndoFrom).Round(10*time.Millisecond).Seconds(), "s")
}

// faultResult is the worst of the objectives that name a fault.
func faultResult(a *kpi.Analysis, name string) Mark {
	var verdicts []kpi.Verdict
	for _, o := range a.Result.Objectives {
		if o.OfFault(name) && o.Decides() {
			verdicts = append(verdicts, o.Verdict)
		}
	}
	if len(verdicts) == 0 {
		return Mark{"no objective", "–", "plain"}
	}
	return MarkOf(kpi.Worst(verdicts...))
}

func settings(a *kpi.Analysis) []Fact {
	s := a.Settings
	list := []Fact{
		{"healthy window", fmt.Sprintf("%v in which the load's percentile is at most %g × its baseline's and at most %s of the arrivals, or the baseline's own share, went wrong", s.Sustain, s.LatencyFactor, kpi.Exactly(s.BadShare, "ratio"))},
		{"thresholds", thresholdWords(a.Result.Thresholds)},
		{"down second", fmt.Sprintf("fewer than %s of the arrivals due were answered in time", kpi.Exactly(s.DownShare, "ratio"))},
	}
	for _, l := range a.Loads {
		if l.NoBound != nil {
			list = append(list, Fact{"load " + l.Plan.Name, "no limits: " + l.NoBound.Error()})
			continue
		}
		b := l.Bound
		list = append(list, Fact{"load " + l.Plan.Name, fmt.Sprintf("healthy: p%g ≤ %s (baseline %s); answered in time: within %s; outage: no success for more than %s, while %s",
			100*b.Quantile, kpi.Quantity(b.Latency.Seconds(), "s"), kpi.Quantity(b.Baseline.Seconds(), "s"),
			kpi.Quantity(b.Late.Seconds(), "s"), kpi.Quantity(b.Outage.Seconds(), "s"), waited(l.Plan.Model, s.OutageArrivals))})
	}
	return list
}

// waited says what must be so beside a silence for an outage.
func waited(model string, arrivals int64) string {
	if model == "closed" {
		return "every worker waited"
	}
	return fmt.Sprintf("%d arrivals or more had the time for one", arrivals)
}

func reproduce(a *kpi.Analysis) []Fact {
	r := &a.Result
	facts := []Fact{
		{"scenario", r.Scenario.Title()}, {"spec sha256", r.Scenario.SHA256}, {"seed", fmt.Sprint(r.Seed)},
		{"eris", a.Meta.Version}, {"run", r.Run},
	}
	if asked := microversions(a.Meta); asked != "" {
		facts = append(facts, Fact{"microversions", asked})
	}
	for _, t := range a.Meta.Tenants {
		facts = append(facts, Fact{"tenants " + t.Name, tenants(t)})
	}
	return append(facts, sums(a.Inputs.Plan)...)
}

// microversions says which the loads asked for; nothing where no load is of a
// service that has some.
func microversions(meta record.RunStarted) string {
	services := map[string]string{"compute": "nova.", "volume": "cinder."}
	var words []string
	for _, service := range slices.Sorted(maps.Keys(services)) {
		switch version := meta.Microversions[service]; {
		case version != "":
			words = append(words, service+" "+version)
		case slices.ContainsFunc(meta.Loads, func(l record.LoadPlan) bool { return strings.HasPrefix(l.Workload, services[service]) }):
			words = append(words, service+" none asked for, its lowest")
		}
	}
	return strings.Join(words, "; ")
}

// tenants says for whom loads acted.
func tenants(t record.TenantsPlan) string {
	if len(t.Clouds) > 0 {
		return "entries of clouds.yaml: " + strings.Join(t.Clouds, ", ")
	}
	words := fmt.Sprintf("%d projects with %d users each, role %s, made for the run", t.Projects, t.Users, strings.Join(append([]string{t.Role}, t.Roles...), ", "))
	if len(t.Flavors) > 0 {
		words += ", with flavors of their own: " + strings.Join(t.Flavors, ", ")
	}
	if len(t.Images) > 0 {
		words += ", and images uploaded to each: " + strings.Join(t.Images, ", ")
	}
	return words
}
