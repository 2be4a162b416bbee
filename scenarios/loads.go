package scenarios

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

func (l *loader) load(e document.Named[loadEntry], phases Phases) *Load {
	l.name("load", e.Name, e.Key)
	v := e.Value
	load := &Load{
		Name: e.Name, Kind: v.Workload.V, Spec: v.Spec,
		Start: l.moment(v.Start, "start", phases), End: l.moment(v.End, "end", phases),
	}
	load.Workload, _ = kind(l, "workload", l.Catalogue.Workloads, v.Workload, v.Args)
	if a := load.Spec.Arrivals; a != nil && a.Trace != nil && a.Trace.File != "" && !l.WithoutFiles {
		for _, err := range each(a.Trace.ReadFiles(l.dir)) {
			l.report.At(e.Node.Find("arrivals", "trace", "file")).Errorf("%v", err)
		}
	}
	taken := map[string]bool{} // moments
	if a := load.Spec.Arrivals; a != nil {
		for _, phase := range record.Phases() {
			if _, own := a.Own(phase); own {
				taken["when "+phase+" begins"] = true
			}
		}
	}
	for i, change := range v.Changes {
		if load.Spec.Arrivals == nil && i == 0 {
			l.report.At(change.Node).Errorf("changes: only a load of the open model has a rate")
		}
		at := l.moment(document.Value[moment]{V: change.V.Moment, Node: change.Node}, "changes", phases)
		if at != nil && taken[at.String()] {
			l.report.At(change.Node).Errorf("changes: there are two rates for one moment (%s), and it is not said which holds", at)
		}
		if at != nil {
			taken[at.String()] = true
			load.Changes = append(load.Changes, Turn{change.V.Rate.V, *at})
		}
	}
	if a := load.Spec.Arrivals; a != nil && a.Max != nil && !load.OfMax() {
		l.report.At(e.Node.Find("arrivals", "max").Key).Hint("rate: 60%% of max").Errorf("max: no rate of this load is a share of it")
	}
	return load
}

// OfMax tells whether a rate of the load is a share of its maximum, which has to
// be searched first.
func (l *Load) OfMax() bool {
	return l.Spec.Arrivals != nil && (l.Spec.Arrivals.OfMax() || slices.ContainsFunc(l.Changes, func(t Turn) bool { return t.OfMax() }))
}

// Resolve is the load with every share of its maximum as a rate.
func (l *Load) Resolve(most loadgen.Rate) *Load {
	if !l.OfMax() {
		return l
	}
	c := *l
	c.Spec.Arrivals = l.Spec.Arrivals.Resolve(most)
	c.Changes = slices.Clone(l.Changes)
	for i := range c.Changes {
		c.Changes[i].Change = c.Changes[i].Resolve(most)
	}
	return &c
}

// moment reads when something becomes of a load, a collector or a capture; nil when that is not
// said.
func (l *loader) moment(v document.Value[moment], key string, phases Phases) *Start {
	if !v.Given() || v.Node.Shape != document.Mapping {
		return nil
	}
	trigger := v.V.Trigger
	ways := trigger.ways(v.V.Phase.Node)
	if len(ways) == 0 {
		l.report.At(v.Node).Hint("phase: chaos, at: 5s, after: FAULT.undone or when: CONDITION").Errorf("%s: says nothing of when", key)
	}
	l.oneWay(trigger, ways, fmt.Sprintf("%s: has either phase, at, after, when or iteration, not several of them", key))
	if v.V.Phase.Given() {
		l.belongs("when", false, trigger.For.Node, trigger.Within.Node, trigger.Otherwise.Node)
		l.word(v.V.Phase, "phase", record.Phases()...)
		return &Start{Phase: v.V.Phase.V, Delay: trigger.Delay.V}
	}
	start := l.trigger(trigger, 0, phases)
	return &start
}

// words are what becomes of a load and when, for the plan.
func (l *Load) words() []string {
	var lines []string
	if l.OfMax() {
		lines = append(lines, fmt.Sprintf("its maximum is searched before the warm-up, which overloads the cloud on purpose: %v", l.Spec.Arrivals.Max.Filled()))
	}
	lines = append(lines, said("starts", l.Start)...)
	for _, turn := range l.Changes {
		lines = append(lines, fmt.Sprintf("%s, %s", turn.Change, turn.Start))
	}
	return append(lines, said("ends", l.End)...)
}

// words are when a collector begins and ends, for the plan.
func (c *Collector) words() []string { return append(said("starts", c.Start), said("ends", c.End)...) }

func said(what string, at *Start) []string {
	if at == nil {
		return nil
	}
	return []string{what + " " + at.String()}
}
