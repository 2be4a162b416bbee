package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// Running is where a run stands at the moment at which it is asked for, by as many at
// once as come. Before the run begins there is nothing; after its end it is as it ended.
func Running(snapshot func() (s live.Snapshot, began bool)) prometheus.Collector {
	return running{snapshot, newRunFamilies()}
}

// running is the run as a collector of Prometheus.
type running struct {
	snapshot func() (live.Snapshot, bool)
	of       runFamilies
}

type runFamilies struct {
	info, began, phase, outages, checks                               family
	planned, started, succeeded, failed, dropped, flying              family
	response, before, late                                            family
	sink, sinkWaiting                                                 family
	faultState, faultAsked, faultEffective, faultUndone, faultTargets family
	faultArgs, faultHold, faultStruck, faultEffect                    family
	faultSizeAsked, faultSizeObserved                                 family
}

func newRunFamilies() runFamilies {
	return runFamilies{
		info:    gauge("run_info", "The run that goes on: 1.", "run", "scenario", "cloud"),
		began:   gauge("run_began_timestamp_seconds", "When the run began."),
		phase:   gauge("run_phase", "1 for the phase that the run is in.", "phase"),
		outages: gauge("run_unexplained_outages", "Services and nodes that are down now and by no fault of the run."),
		checks:  gauge("run_checks", "Checks of the steady state by their last verdict; one that is unknown has not passed.", "state"),

		planned:   counter("load_arrivals_planned_total", "Arrivals of the load that were due.", "load"),
		started:   counter("load_arrivals_started_total", "Arrivals that were started.", "load"),
		succeeded: counter("load_arrivals_succeeded_total", "Arrivals that succeeded.", "load"),
		failed:    counter("load_arrivals_failed_total", "Arrivals that were started and failed.", "load"),
		dropped:   counter("load_arrivals_dropped_total", "Arrivals that were due and could not be started.", "load"),
		flying:    gauge("load_arrivals_in_flight", "Arrivals that have started and not ended.", "load"),
		response:  gauge("load_response_seconds", "Percentiles of the response time from the moment an arrival was due, of the last 5 s, or of up to 60 s where ten answers beyond them take as long; none where they do not.", "load", "percentile"),
		before:    gauge("load_baseline_response_seconds", "The same of the baseline, once it is over.", "load", "percentile"),
		late:      gauge("load_lateness_seconds", "How late the load generator itself is: the 99th percentile.", "load"),

		sink:        counter("sink_points_total", "Points that a database was to have of the run: written, lost, or unsure where it did not answer.", "sink", "state"),
		sinkWaiting: gauge("sink_points_waiting", "Points that wait to be written.", "sink"),

		faultState:        gauge("fault_state", "1 for the state that the fault is in.", "fault", "kind", "state"),
		faultAsked:        gauge("fault_asked_timestamp_seconds", "When the inject was sent.", "fault", "kind"),
		faultEffective:    gauge("fault_effective_timestamp_seconds", "When the fault's effect was seen.", "fault", "kind"),
		faultUndone:       gauge("fault_undone_timestamp_seconds", "When the undo of the fault was verified.", "fault", "kind"),
		faultTargets:      gauge("fault_targets", "How many targets the fault has.", "fault", "kind"),
		faultArgs:         gauge("fault_effect_asked_info", "The size of the effect that was asked for, as the arguments say it: 1.", "fault", "kind", "args"),
		faultHold:         gauge("fault_hold_asked_seconds", "How long the effect is to last; none where something else ends it.", "fault", "kind"),
		faultStruck:       gauge("fault_targets_struck", "On how many targets the effect was observed.", "fault", "kind"),
		faultSizeAsked:    gauge("fault_effect_asked", "How large an effect on each target was asked for, in the unit: where the arguments say it in a number.", "fault", "kind", "effect", "unit"),
		faultEffect:       gauge("fault_effect_observed_info", "The effect that was observed on a target, with its size: 1.", "fault", "kind", "target", "effect"),
		faultSizeObserved: gauge("fault_effect_observed", "How large the effect on a target was when it was first seen, in the unit: where it has a size that is measured.", "fault", "kind", "target", "effect", "unit"),
	}
}

// Describe says nothing: which loads and faults there are is known when one asks.
func (r running) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (r running) Collect(to chan<- prometheus.Metric) {
	s, began := r.snapshot()
	if !began {
		return
	}
	give, of := samples(to), &r.of
	give.add(of.info, 1, s.Run, s.Scenario, s.Cloud)
	give.moment(of.began, s.Began, new(time.Duration))
	give.state(of.phase, []string{"preflight", record.Warmup, record.Baseline, record.Chaos, record.Recovery, record.Done}, s.Phase)
	give.add(of.outages, float64(len(s.Outages)))
	for state, n := range map[string]int{"passed": s.Checks.Passed, "not_passed": s.Checks.Failed, "open": s.Checks.Open} {
		give.add(of.checks, float64(n), state)
	}
	for _, l := range s.Loads {
		r.load(give, l)
	}
	if k := s.Sink; k != nil {
		for state, n := range map[string]int64{"written": k.Written, "lost": k.Lost, "unsure": k.Unsure} {
			give.add(of.sink, float64(n), k.Name, state)
		}
		give.add(of.sinkWaiting, float64(k.Waiting), k.Name)
	}
	for _, f := range s.Faults {
		give.state(of.faultState, states(), string(f.State), f.Name, f.Kind)
		give.moment(of.faultAsked, s.Began, f.Asked, f.Name, f.Kind)
		give.moment(of.faultEffective, s.Began, f.Effective, f.Name, f.Kind)
		give.moment(of.faultUndone, s.Began, f.Undone, f.Name, f.Kind)
		give.add(of.faultTargets, float64(len(f.Targets)), f.Name, f.Kind)
		give.effect(of, f)
	}
}

// effectMost is how much of what was asked or observed a label has, in bytes.
const effectMost = 200

// effect gives what was asked of a fault, and what was observed.
func (s samples) effect(of *runFamilies, f live.Fault) {
	s.add(of.faultArgs, 1, f.Name, f.Kind, record.OneLine(f.Args, effectMost))
	if f.Hold > 0 {
		s.add(of.faultHold, f.Hold.Seconds(), f.Name, f.Kind)
	}
	for _, size := range f.Size {
		s.add(of.faultSizeAsked, size.Value, f.Name, f.Kind, size.Name, size.Unit)
	}
	struck := map[string]bool{}
	for _, e := range f.Effects {
		if !struck[e.Target] {
			struck[e.Target] = true
			s.add(of.faultEffect, 1, f.Name, f.Kind, e.Target, record.OneLine(e.What, effectMost))
			for _, size := range e.Sizes {
				s.add(of.faultSizeObserved, size.Value, f.Name, f.Kind, e.Target, size.Name, size.Unit)
			}
		}
	}
	s.add(of.faultStruck, float64(len(struck)), f.Name, f.Kind)
}

func (r running) load(give samples, l live.Load) {
	of := &r.of
	for f, n := range map[family]int64{of.planned: l.Planned, of.started: l.Started, of.succeeded: l.Succeeded, of.failed: l.Failed, of.dropped: l.Dropped} {
		give.add(f, float64(n), l.Name)
	}
	give.add(of.flying, float64(l.InFlight), l.Name)
	give.add(of.late, l.Late.Seconds(), l.Name)
	for _, q := range []struct {
		of         family
		d          *time.Duration
		percentile string
	}{{of.response, l.P50, "50"}, {of.response, l.P99, "99"}, {of.before, l.BaseP50, "50"}, {of.before, l.BaseP99, "99"}} {
		if q.d != nil {
			give.add(q.of, q.d.Seconds(), l.Name, q.percentile)
		}
	}
}

// states are those that a fault can be in.
func states() []string {
	var all []string
	for _, s := range []record.FaultState{
		record.Planned, record.Preflight, record.Armed, record.Waiting, record.Injecting, record.Held, record.Undoing, record.Undone,
		record.SelfHealed, record.Unknown, record.Skipped, record.Refused, record.Fenced, record.Stuck, record.Failed,
	} {
		all = append(all, string(s))
	}
	return all
}
