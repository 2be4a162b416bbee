package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

func warnings(a *kpi.Analysis) []string {
	var list []string
	if a.Meta.Expect == "breach" {
		list = append(list, "An outage was expected: the faults go beyond the declared redundancy.")
	}
	for _, e := range a.Result.Elsewhere {
		if e.Unexpected {
			list = append(list, "Unexpected outage: "+e.What()+", and "+unexplained(e)+".")
		}
	}
	for _, o := range a.Result.Overrides {
		list = append(list, fmt.Sprintf("The safety net %s was lifted: %s", o.Net, o.Reason))
	}
	for _, w := range a.Result.Warnings {
		list = append(list, fmt.Sprintf("At %s: %s", spell(time.Duration(w.AtMS*float64(time.Millisecond))), shown(w.Text)))
	}
	return list
}

func unexplained(e kpi.Elsewhere) string {
	if len(e.Beside) > 0 {
		return "it outlived " + strings.Join(e.Beside, ", ")
	}
	return "no fault of this run explains it"
}

func facts(a *kpi.Analysis) []Fact {
	r := &a.Result
	list := []Fact{
		{"run", r.Run},
		{"cloud", join(r.Cloud.Name, kindIfTold(r.Cloud))},
		{"started", r.Started.Format("2006-01-02 15:04:05 UTC")},
		{"length", spell(a.End)},
	}
	for _, l := range a.Loads {
		list = append(list, Fact{"load " + l.Plan.Name, join(l.Plan.Workload, paceOf(l))})
	}
	if joined := a.Meta.Joined; joined != nil {
		list = append(list, Fact{"of run", joined.Run})
		for _, r := range joined.Results {
			list = append(list, Fact{strings.TrimSpace("joined " + r.Load), join(r.Workload, r.What(), "sha256:"+r.SHA256[:min(len(r.SHA256), 8)]+"…")})
		}
	}
	for _, line := range a.OtherRuns() {
		list = append(list, Fact{"compared with", line})
	}
	for _, m := range a.Maxima {
		list = append(list, Fact{"maximum of " + m.Load, maximumOf(m)})
	}
	for _, s := range r.Sinks {
		list = append(list, Fact{sinkName(s), SinkWords(s)})
	}
	list = append(list, Fact{"seed", strconv.FormatInt(r.Seed, 10)})
	if sha := r.Scenario.SHA256; sha != "" {
		list = append(list, Fact{"spec", "sha256:" + sha[:min(len(sha), 8)] + "…"})
	}
	return append(list, Fact{"eris", a.Meta.Version})
}

func kindIfTold(c kpi.Cloud) string {
	if c.Kind == c.Name {
		return ""
	}
	return c.Kind
}

// maximumOf says what was found, and the evidence: the longest trial that was
// borne, which is the last, and the lowest rate that was not.
func maximumOf(m record.Maximum) string {
	if m.Rate == 0 || len(m.Trials) == 0 {
		return "unknown: " + m.Reason
	}
	last := m.Trials[len(m.Trials)-1]
	words := []string{
		kpi.Quantity(m.Rate, "1") + "/s",
		fmt.Sprintf("%d of %d arrivals succeeded with a p99 of %s", last.Succeeded, last.Planned, kpi.Quantity(last.P99.Seconds(), "s")),
	}
	var least *record.Trial
	for i, t := range m.Trials {
		if t.Wrong != "" && (least == nil || t.Rate < least.Rate) {
			least = &m.Trials[i]
		}
	}
	if least != nil {
		words = append(words, fmt.Sprintf("at %s/s %s", kpi.Quantity(least.Rate, "1"), least.Wrong))
	}
	return join(append(words, fmt.Sprintf("%d trials before the warm-up", len(m.Trials)))...)
}

func paceOf(l kpi.LoadFigures) string {
	if l.Plan.Model == "closed" {
		if l.Plan.Workers == 1 {
			return "1 worker, closed model"
		}
		return fmt.Sprintf("%d workers, closed model", l.Plan.Workers)
	}
	if l.Plan.Rate == 0 && l.Plan.Shape != "" {
		return l.Plan.Shape + ", open model"
	}
	return kpi.Rate(l.Plan.Rate) + ", open model"
}

func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}

// spell is a length as a person says it: 20 min, 1 min 15 s.
func spell(d time.Duration) string {
	if d < 10*time.Second {
		return kpi.Quantity(d.Seconds(), "s")
	}
	d = d.Round(time.Second)
	var parts []string
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.size; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d -= n * u.size
		}
	}
	return strings.Join(parts, " ")
}

// cards are the four figures at the top.
func cards(a *kpi.Analysis) []Card {
	return []Card{availabilityCard(a), recoveryCard(a), ratioCard(a), qualityCard(a)}
}

// worst picks the KPI of a name whose value is the largest, or the smallest;
// a bound counts as worse than a value.
func worst(a *kpi.Analysis, name string, least bool) (kpi.KPI, bool) {
	var found kpi.KPI
	ok := false
	for _, k := range a.Result.KPIs {
		if k.Name != name || k.State == kpi.NotMeasured {
			continue
		}
		x, y := valueOr(k, 0), valueOr(found, 0)
		worse := x > y
		if least {
			worse = x < y
		}
		if k.State == kpi.Censored && found.State != kpi.Censored {
			worse = true
		} else if found.State == kpi.Censored && k.State != kpi.Censored {
			worse = false
		}
		if !ok || worse {
			found, ok = k, true
		}
	}
	return found, ok
}

func valueOr(k kpi.KPI, otherwise float64) float64 {
	if k.Value == nil {
		return otherwise
	}
	return *k.Value
}

func availabilityCard(a *kpi.Analysis) Card {
	c := Card{Label: "Availability (after warm-up)", Value: "—", Note: "not measured", Tone: "unknown"}
	k, ok := worst(a, "availability", true)
	if !ok {
		return c
	}
	c.Value, c.Note, c.Tone = figure(k), k.Scope, "plain"
	return promised(a, c, k).besides(unmeasured(a, k.Name))
}

// unmeasured are the loads and the faults that were made of which a KPI was not measured.
func unmeasured(a *kpi.Analysis, name string) (scopes []string) {
	for _, k := range a.Result.KPIs {
		made := !slices.ContainsFunc(a.Faults, func(f kpi.FaultFigures) bool { return f.Name == k.Scope && f.Failed.State == kpi.None })
		if k.Name == name && k.State == kpi.NotMeasured && made {
			scopes = append(scopes, k.Scope)
		}
	}
	return scopes
}

// besides has a card of the worst of several say of which of them nothing is known: then that is
// the worst of the others alone.
func (c Card) besides(scopes []string) Card {
	if len(scopes) == 0 {
		return c
	}
	c.Note = join(c.Note, "not measured of "+strings.Join(scopes, ", "))
	if c.Tone != MarkOf(kpi.Fail).Tone {
		c.Tone = MarkOf(kpi.Unknown).Tone
	}
	return c
}

func recoveryCard(a *kpi.Analysis) Card {
	c := Card{Label: "Worst time to recover", Value: "—", Note: "not measured", Tone: "unknown"}
	if len(a.Faults) == 0 {
		c.Note = "there was no fault"
	}
	k, ok := worst(a, "time_to_recover", false)
	if !ok {
		return c
	}
	c.Value, c.Note, c.Tone = figure(k), join(k.Scope, interval(k)), "plain"
	if k.State == kpi.None {
		c.Note = k.Detail
	}
	if k.State == kpi.Censored {
		c.Tone, c.Note = "unknown", k.Scope+" · "+k.Open()
	}
	return promised(a, c, k).besides(unmeasured(a, k.Name))
}

// promised adds the objective that a card's figure is judged by.
func promised(a *kpi.Analysis, c Card, k kpi.KPI) Card {
	o, mark := worstBy(k, a.Result.Objectives)
	if o.Limit == nil {
		return c
	}
	c.Value, c.Tone = figureBeside(k, o), mark.Tone
	c.Note = join(k.Scope, intervalBeside(k, o), "objective "+o.LimitText(), mark.Sign+" "+mark.Word)
	return c
}

func ratioCard(a *kpi.Analysis) Card {
	c := Card{Label: "Response time in faults ÷ baseline", Value: "—", Note: "not measured", Tone: "plain"}
	k, ok := worst(a, "latency_ratio", false)
	if !ok {
		return c
	}
	c.Value, c.Note = factor(k, kpi.Objective{}), join(interval(k), k.Detail, k.Scope)
	if k.State == kpi.Censored {
		c.Tone, c.Note = "unknown", join(k.Detail, k.Scope, k.Open())
	}
	return c.besides(unmeasured(a, k.Name))
}

func qualityCard(a *kpi.Analysis) Card {
	c := Card{Label: "Measurement quality", Value: "good", Tone: "pass"}
	var planned, dropped int64
	late := 0.0
	for _, l := range a.Result.Loads {
		planned, dropped = planned+l.Planned, dropped+l.Dropped
		if l.LatenessP99MS != nil {
			late = max(late, *l.LatenessP99MS/1000)
		}
	}
	c.Note = fmt.Sprintf("%s arrivals, %s dropped", kpi.Quantity(float64(planned), "1"), kpi.Quantity(float64(dropped), "1"))
	if late > 0 {
		c.Note += ", p99 " + kpi.Quantity(late, "s") + " late"
	}
	for _, q := range a.Result.Quality {
		if q.Verdict != kpi.Pass {
			c.Value, c.Tone, c.Note = "in doubt", "unknown", "not sure that "+q.Assumption
			break
		}
	}
	return c
}

// factor is that of a KPI that is one and has a value: at least so many times, where not all of
// what it is the worst of is known.
func factor(k kpi.KPI, o kpi.Objective) string {
	if k.State == kpi.Censored {
		if *k.Value <= 1 { // at least as fast as ever, which says nothing
			return "not known"
		}
		return k.Beyond() + toldBeside(k, o)(*k.Value) + "×"
	}
	return toldBeside(k, o)(*k.Value) + "×"
}

// figure is a KPI's value: none for what did not happen, or not for longer than is seen, — for what nobody
// measured, > for what had not ended, and at least for what was counted in part.
func figure(k kpi.KPI) string { return figureBeside(k, kpi.Objective{}) }

// figureBeside is one that an objective is about.
func figureBeside(k kpi.KPI, o kpi.Objective) string {
	told := toldBeside(k, o)
	switch k.State {
	case kpi.None:
		if k.High != nil && *k.High > 0 {
			return "none over " + told(*k.High)
		}
		return "none"
	case kpi.Censored:
		if *k.Value <= 0 && k.Unit != "1" { // which says nothing
			return "not known"
		}
		return k.Beyond() + told(*k.Value)
	case kpi.Measured:
		if k.Unit == "1" && (strings.HasPrefix(k.Name, "lost") || k.Name == "failed") && *k.High > *k.Low { // not all could be counted, so that none of them is the figure
			return told(*k.Low) + " to " + told(*k.High)
		}
		return told(*k.Value)
	default:
		return "—"
	}
}
