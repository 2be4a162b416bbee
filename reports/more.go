package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// more are figures of a fault that are no columns of the table of faults: when redundancy was
// whole again, whether somebody else healed it, and how much longer answers took.
func more(f *kpi.FaultFigures) []struct {
	what string
	kpi  kpi.KPI
} {
	if f.Effective == nil {
		return nil
	}
	return []struct {
		what string
		kpi  kpi.KPI
	}{{"redundant again", f.Restored}, {"healed by others", f.SelfHeal}, {"slower by", f.Difference}}
}

// moreOf are those in words, a line each, and why not all was seen.
func moreOf(f *kpi.FaultFigures) (lines []string) {
	for _, x := range more(f) {
		lines = append(lines, x.what+": "+told(x.kpi))
	}
	if f.TooShort != "" {
		lines = append(lines, "not all was seen: "+f.TooShort)
	}
	return lines
}

// briefOf are those in one line, without what is said of them.
func briefOf(f *kpi.FaultFigures) string {
	var words []string
	for _, x := range more(f) {
		word := x.what + " " + ofFault(x.kpi, kpi.Objective{})
		if in := interval(x.kpi); in != "" {
			word += " (" + in + ")"
		}
		words = append(words, word)
	}
	if f.TooShort != "" {
		words = append(words, "not all was seen: "+f.TooShort)
	}
	return strings.Join(words, "; ")
}

// inFull are the figures of a fault that are no columns of a narrow table, and of those that are
// the ones with an interval, in one line; nothing of a fault that was not made.
func (f *FaultRow) inFull() string {
	if f.Failed == notMade {
		return ""
	}
	var words []string
	for _, x := range []struct {
		what, value, in string
		column          bool
	}{
		{"to effect", f.EffectiveAfter, "", false}, {"to first trouble", f.FirstTrouble, f.FirstTroubleIn, false},
		{"down", f.Downtime, f.DowntimeIn, true}, {"to recover", f.Recover, f.RecoverIn, true}, {"after undo", f.AfterUndo, f.AfterUndoIn, true},
		{"degraded", f.Degraded, f.DegradedIn, false}, {"latency", f.Ratio, f.RatioIn, false},
	} {
		switch {
		case x.in != "":
			words = append(words, fmt.Sprintf("%s %s (%s)", x.what, x.value, x.in))
		case !x.column:
			words = append(words, x.what+" "+x.value)
		}
	}
	return strings.Join(words, "; ")
}

// told is a KPI in a line: its value, the interval, and what is said of it.
func told(k kpi.KPI) string {
	text := figure(k)
	if k.State == kpi.NotMeasured {
		text = "not measured"
	}
	if in := interval(k); in != "" {
		text += " (" + in + ")"
	}
	if k.Detail != "" {
		text += ", " + k.Detail
	}
	return text
}

// ofLoads are the loss gaps of the loads of the data plane, a line each.
func ofLoads(r *kpi.Result) (facts []Fact) {
	words := map[string]string{"loss_gap": "longest loss gap", "loss_gap_sum": "loss gaps together"}
	for _, k := range r.KPIs {
		if what, is := words[k.Name]; is {
			facts = append(facts, Fact{k.Scope + ": " + what, told(k)})
		}
	}
	return facts
}

// leftBehind is the residue in words, also where there is none.
func leftBehind(r *kpi.Result) string {
	if k := residueOf(r); k.Name != "" {
		return told(k)
	}
	return ""
}

// residueOf is the figure of what is left behind, which all formats tell.
func residueOf(r *kpi.Result) kpi.KPI {
	i := slices.IndexFunc(r.KPIs, func(k kpi.KPI) bool { return k.Name == "residue" })
	if i < 0 {
		return kpi.KPI{State: kpi.NotMeasured, Detail: "the record does not say"}
	}
	return r.KPIs[i]
}

// definitions are those of all KPIs, for people.
func definitions(r *kpi.Result) (rows [][]string) {
	for _, d := range r.Definitions {
		rows = append(rows, []string{fmt.Sprintf("%s (%s)", d.Name, d.Of), d.Definition, d.Source, d.Unit})
	}
	return rows
}

// BySource are definitions of KPIs that are made of the same.
type BySource struct {
	Label string
	List  [][]string
}

// BySource are the definitions, by what they are made of.
func (v *View) BySource() (all []BySource) {
	for _, d := range v.Definitions {
		i := slices.IndexFunc(all, func(s BySource) bool { return s.Label == d[2] })
		if i < 0 {
			all = append(all, BySource{Label: d[2]})
			i = len(all) - 1
		}
		all[i].List = append(all[i].List, d)
	}
	return all
}

// definitionsHead heads definitions.
func definitionsHead() []string { return []string{"KPI", "definition", "made of", "unit"} }

// thresholdWords are the constants of the definitions, with those that the scenario has set.
func thresholdWords(list []kpi.Threshold) string {
	var words []string
	for _, t := range list {
		word := t.Name + " " + t.String()
		if t.Own {
			word += " (set by the scenario)"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
