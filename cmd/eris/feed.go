package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/scenarios"
)

// liveWindow is the stretch that the live percentiles and ratios are over; of percentiles a longer
// one where it has too few answers.
const liveWindow = 5 * time.Second

// feed turns a run's events and its loads' figures into what the live display
// shows.
type feed struct {
	plan  *scenarios.Plan
	run   string
	clock record.Clock
	loads func(name string) (*loadgen.Live, bool)

	mu       sync.Mutex
	phase    string
	since    time.Duration
	after    string // what the phase follows, in words; may be empty
	undone   string // the fault that was undone last, likewise
	faults   map[string]*faultLine
	checks   map[check]string             // the last verdict of each; empty: not yet
	outages  []string                     // now, that no fault explains
	workers  *live.Workers                // nil: there are none
	sink     func() live.Sink             // nil: there is none
	baseline map[string][2]*time.Duration // p50 and p99 of each load at the baseline's end; nil: too few answers
	health   map[string]healthy           // of each load, likewise
	answered map[asked]bool               // who has answered the preflight of a fault
	tails    map[string]tails             // of each load, as of the second in which it was looked last
	stages   map[string]live.Stage        // of each load
	ended    bool                         // the run is over
}

// check is one of the steady state, before the first fault or after recovery. It may
// be asked more than once: each word replaces the last.
type check struct{ expression, when string }

// asked is a target of a fault that is looked at before the first phase.
type asked struct{ fault, target string }

type faultLine struct {
	state                    record.FaultState
	asked, effective, undone *time.Duration
	note                     string

	effects   []live.Effect
	watched   time.Duration  // the second to which it was looked how the loads are
	sick      bool           // some load has suffered since the effect
	well      *time.Duration // since when no load has suffered, after that; nil: one does
	recovered *time.Duration // from the effect; nil: not seen yet
}

func newFeed(plan *scenarios.Plan, run string, clock record.Clock, loads func(string) (*loadgen.Live, bool)) *feed {
	f := &feed{
		plan: plan, run: run, clock: clock, loads: loads, phase: live.Preflight,
		faults: map[string]*faultLine{}, baseline: map[string][2]*time.Duration{}, health: map[string]healthy{}, checks: map[check]string{}, answered: map[asked]bool{}, tails: map[string]tails{}, stages: map[string]live.Stage{},
	}
	for _, load := range plan.Loads {
		f.stages[load.Name] = live.NotStarted
	}
	for _, fault := range plan.Faults {
		f.faults[fault.Name] = &faultLine{state: record.Planned, note: fault.Start}
	}
	for _, expression := range plan.SteadyState {
		f.checks[check{expression, "before"}], f.checks[check{expression, "after"}] = "", ""
	}
	return f
}

// event takes in one event of the journal.
func (f *feed) event(e record.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case e.Phase != nil:
		if f.phase == "baseline" {
			f.keepBaseline()
		}
		f.phase, f.since, f.after = e.Phase.Name, e.At, ""
		if f.phase == "recovery" {
			f.after = f.undone
		}
	case e.Check != nil:
		f.checks[check{e.Check.Expression, e.Check.When}] = e.Check.Verdict
	case e.Load != nil && e.Load.State == "started":
		f.stages[e.Load.Name] = live.Sends
	case e.Load != nil && e.Load.State == "stopped":
		f.stages[e.Load.Name] = live.Ended
	case e.Ended != nil:
		f.ended = true
	case e.Outage != nil:
		f.outage(*e.Outage)
	case e.Worker != nil && f.workers != nil:
		f.worker(*e.Worker)
	case e.Target != nil && e.Target.State == record.Preflight:
		f.answered[asked{e.Target.Name, e.Target.Target.String()}] = true
	case e.Target != nil && e.Target.State == record.Held && f.faults[e.Target.Name] != nil:
		line := f.faults[e.Target.Name]
		line.effects = append(slices.Clip(line.effects), live.Effect{Target: e.Target.Target.String(), What: e.Target.Effect, Sizes: e.Target.Sizes})
	case e.Fault != nil && f.faults[e.Fault.Name] != nil:
		line := f.faults[e.Fault.Name]
		line.state, line.note = e.Fault.State, e.Fault.Reason
		line.reached(e.At)
		if line.undone != nil {
			f.undone = "after " + e.Fault.Name
		}
	}
}

// does notes what the run does beside its phases, until the next one begins.
func (f *feed) does(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = what
}

// reached notes when a fault came to the state that it is in.
func (l *faultLine) reached(at time.Duration) {
	switch l.state {
	case record.Injecting:
		l.asked = &at
	case record.Held:
		l.effective = &at
	case record.Undone, record.SelfHealed:
		l.undone = &at
	default:
	}
}

// recovering tells that a fault is undone and the loads, which have suffered, are not known to be
// well again.
func (l *faultLine) recovering() bool { return l.undone != nil && l.sick && l.recovered == nil }

// says adds to a note of a fault that is undone whether the loads have recovered, or for how long
// they have not by now.
func (l *faultLine) says(note string, now time.Duration, ended bool) string {
	var is string
	switch {
	case l.recovering() && ended:
		is = "not recovered by the end"
	case l.recovering():
		is = fmt.Sprintf("recovering for %.0f s", (now - *l.undone).Seconds())
	case l.undone != nil && l.recovered != nil:
		is = fmt.Sprintf("looks well in ~%.0f s", l.recovered.Seconds())
	default:
		return note
	}
	return strings.TrimPrefix(note+", "+is, ", ")
}

// counted are the checks by their last verdict.
func (f *feed) counted() (c live.Checks) {
	for _, verdict := range f.checks {
		switch verdict {
		case "":
			c.Open++
		case "pass":
			c.Passed++
		default:
			c.Failed++
		}
	}
	return c
}

// outage keeps who is down and by no fault.
func (f *feed) outage(o record.OutageEvent) {
	target := o.Target.String()
	f.outages = slices.DeleteFunc(f.outages, func(other string) bool { return other == target })
	if o.State == record.OutageOutlived || o.State == record.OutageBegan && len(o.Beside) == 0 {
		f.outages = append(f.outages, target)
	}
}

// keepBaseline notes what the live figures are to be compared with.
func (f *feed) keepBaseline() {
	if f.plan.Phases.Baseline <= 0 {
		return
	}
	for _, load := range f.plan.Loads {
		figures, ok := f.loads(load.Name)
		if !ok {
			continue
		}
		if h, ok := healthyOf(figures, f.plan.Phases.Baseline, f.settings()); ok {
			f.health[load.Name] = h
		}
		f.baseline[load.Name] = [2]*time.Duration{
			percentile(figures, 0.5, f.plan.Phases.Baseline).at, percentile(figures, 0.99, f.plan.Phases.Baseline).at,
		}
	}
}

// awaits has snapshots say who of so many workers has come, and who is lost.
func (f *feed) awaits(workers int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers = &live.Workers{Wanted: workers}
}

func (f *feed) worker(w record.WorkerEvent) {
	switch w.State {
	case record.WorkerJoined:
		f.workers.Joined++
	case record.WorkerLost:
		f.workers.Lost = append(f.workers.Lost, w.Name)
	default:
	}
}

// shows has snapshots say where a sink stands.
func (f *feed) shows(sink func() live.Sink) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sink = sink
}

// snapshot is the run at this moment.
func (f *feed) snapshot() live.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	s := live.Snapshot{
		Scenario: f.plan.Scenario, Cloud: f.plan.Cloud, Run: f.run, Began: f.clock.Start(), Elapsed: now,
		Phase: f.phase, PhaseNote: f.after, PhaseElapsed: now - f.since, PhaseTotal: f.phaseTotal(), Checks: f.counted(), Outages: slices.Clone(f.outages),
		Notice: "Ctrl-C: undo faults and stop (again: do not wait, the nodes undo by themselves)",
	}
	if f.phase == live.Preflight && (f.workers == nil || f.workers.Joined >= f.workers.Wanted) {
		s.Silent = f.silent()
	}
	if f.workers != nil {
		s.Workers = &live.Workers{Wanted: f.workers.Wanted, Joined: f.workers.Joined, Lost: slices.Clone(f.workers.Lost)}
	}
	if f.sink != nil {
		s.Sink = new(f.sink())
	}
	if !f.plan.Phases.UntilStopped {
		s.Total = max(f.plan.Phases.Total(), now)
	}
	for _, load := range f.plan.Loads {
		s.Loads = append(s.Loads, f.load(load.Name))
	}
	for _, fault := range f.plan.Faults {
		line := f.faults[fault.Name]
		f.watch(line, now)
		shown := live.Fault{Name: fault.Name, Kind: fault.Fault, State: line.state, Note: line.note, Args: fault.Args, Size: fault.Asked, Hold: fault.Hold, Effects: line.effects, Asked: line.asked, Effective: line.effective, Undone: line.undone}
		if line.state == record.Held {
			shown.Note = fmt.Sprintf("%.0f s of %v", (now - *line.effective).Seconds(), fault.Hold)
		}
		shown.Note, shown.Recovering = line.says(shown.Note, now, f.ended), line.recovering()
		for _, ref := range fault.Targets {
			shown.Targets = append(shown.Targets, ref.String())
		}
		s.Faults = append(s.Faults, shown)
	}
	return s
}

// silent are the nodes that have not answered the preflight of all faults that are aimed at them.
func (f *feed) silent() []string {
	var nodes []string
	for _, fault := range f.plan.Faults {
		for _, ref := range fault.Targets {
			if !f.answered[asked{fault.Name, ref.String()}] && !slices.Contains(nodes, ref.Node) {
				nodes = append(nodes, ref.Node)
			}
		}
	}
	return nodes
}

func (f *feed) phaseTotal() time.Duration {
	return map[string]time.Duration{
		"warmup": f.plan.Phases.Warmup, "baseline": f.plan.Phases.Baseline,
		"chaos": f.plan.Phases.Chaos, "recovery": f.plan.Phases.Recovery,
	}[f.phase]
}

// load is one load's line; what is not known stays nil.
func (f *feed) load(name string) live.Load {
	shown := live.Load{Name: name, Stage: f.stages[name]}
	figures, ok := f.loads(name)
	if !ok {
		return shown
	}
	totals := figures.Totals()
	shown.InFlight, shown.Dropped = int(totals.InFlight()), totals.Dropped
	shown.Planned, shown.Started, shown.Succeeded, shown.Failed = totals.Planned, totals.Started, totals.Succeeded, totals.Failed
	if rates, ok := figures.RareRates(); ok {
		shown.Offered, shown.OK = rates.Offered, rates.Succeeded
	}
	if late, ok := figures.Lateness(0.99); ok {
		shown.Late = late
	}
	if ratio, ok := figures.ErrorRatio(liveWindow); ok {
		shown.ErrorRatio = &ratio
	}
	for class, n := range figures.Failures() {
		shown.Errors = append(shown.Errors, live.ErrorCount{Class: class, Count: n})
	}
	slices.SortFunc(shown.Errors, func(a, b live.ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Class, b.Class))
	})
	of := f.tailsOf(name, figures)
	shown.P50, shown.P50Over, shown.P99, shown.P99Over = of.p50.at, of.p50.over, of.p99.at, of.p99.over
	base := f.baseline[name]
	shown.BaseP50, shown.BaseP99 = base[0], base[1]
	return shown
}
