package kpi

import (
	"cmp"

	"github.com/openstack-eris/eris/conditions"
)

// Definition says what a KPI is. Reports print those of all that there are, since a
// figure means nothing without.
type Definition struct {
	Name       string `json:"name"`
	Of         string `json:"of"` // load, fault, or run
	Definition string `json:"definition"`
	Source     string `json:"source"` // what of the record it is made of
	Unit       string `json:"unit"`   // s, ratio, or 1 for counts and factors
}

// What KPIs are made of.
const (
	ofArrivals = "the load's arrivals"
	ofEffect   = "the effect by its node's stamp, and the loads' arrivals"
	ofUndo     = "the verified undo by its node's stamp, and the loads' arrivals"
	ofStamps   = "the journal, with the nodes' stamps"
	ofReadings = "readings of service, galera and rabbitmq"
	ofKept     = "what the load kept and asked for again after recovery"
)

// Definitions are those of all KPIs, in the order of documents.
func Definitions() []Definition {
	var all []Definition
	for _, f := range functions() {
		all = append(all, Definition{f.name, f.of(), f.help, cmp.Or(f.source, ofArrivals), string(f.unit)})
	}
	return all
}

// of is what it is a figure of.
func (f *function) of() string {
	switch {
	case f.ofLoad != nil:
		return "load"
	case f.ofFault != nil:
		return "fault"
	}
	return "run"
}

func timeToEffect() function {
	return function{
		name: "time_to_effect", help: "From the trigger to the effect on the first target: Eris' own part.",
		source: ofStamps, unit: conditions.Seconds,
		words: "time to the effect of", ofFault: func(f *FaultFigures) KPI { return f.ToEffect },
	}
}

func degraded() function {
	return function{
		name: "degraded", help: "Seconds from when the fault was asked for until recovery in which the load that suffered longest was down, mostly slow, or failed more than a healthy one may.",
		source: ofEffect, unit: conditions.Seconds, words: "degraded time by", ofFault: func(f *FaultFigures) KPI { return f.Degraded },
	}
}

func faultDowntime() function {
	return function{
		name: "downtime", help: "Of the load that was down longest, from when the fault was asked for until undo and recovery.",
		source: ofEffect, unit: conditions.Seconds, words: "downtime by", ofFault: func(f *FaultFigures) KPI { return f.Downtime },
	}
}

func failed() function {
	return function{
		name: "failed", help: "Arrivals of all loads that were due from when the fault was asked for until undo and recovery, and failed or could not start.",
		source: ofEffect, unit: conditions.Count, words: "arrivals that failed by", ofFault: func(f *FaultFigures) KPI { return f.Failed },
	}
}

func lostWork() function {
	return function{
		name: "lost_work", help: "Acknowledged work of all loads that was missing after recovery.",
		source: ofKept, unit: conditions.Count, words: "work lost by", ofFault: func(f *FaultFigures) KPI { return f.Lost },
	}
}
