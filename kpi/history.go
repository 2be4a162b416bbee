package kpi

import (
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Phase is a named stretch of the run.
type Phase struct {
	Name string
	Span
}

// history is the journal put in order: what happened when, without the load.
type history struct {
	meta      record.RunStarted
	phases    []Phase       // without done
	end       time.Duration // of what was seen
	lastEvent time.Duration // of a journal that does not end; else zero
	ended     *record.RunEnded
	stop      *record.StopEvent
	faults    []Life
	checks    []record.CheckEvent
	clocks    []record.ClockEvent
	unread    []record.ClockEvent // that tell why a clock could not be read
	stamps    []stampAt
	collects  []collectAt
	overrides []record.Override
	warnings  []Warning
	outages   []record.OutageEvent          // each once, as it was told last
	outlived  map[int]bool                  // those of them that outlived the faults beside which they began
	healed    map[string]record.HealedEvent // by fault
	residue   []record.Residue
	kept      map[string]record.KeptEvent // by load
	renewed   map[string]int64            // tokens that a load renewed while it measured
	changed   map[string]bool             // loads that changed in the baseline, on purpose
	maxima    []record.Maximum            // searched before the run
	late      map[string]string           // loads that began after the baseline, and the phase
	rates     map[string]float64          // those that loads had when the baseline began
	idle      map[string]string           // loads whose start did not come, and why
	tested    *record.Tested              // nil: nobody asked
	logged    []*record.Logged
	captures  []Capture
	sinks     []record.Sink
	workers   []Worker // in the order in which they joined
}

type collectAt struct {
	record.CollectEvent
	at time.Duration
}

// target notes what became of a target, and when by its node.
func (h *history) target(at time.Duration, e record.TargetEvent) {
	h.fault(e.Name).onTarget(at, e)
	if e.NodeAt != nil {
		h.stamps = append(h.stamps, stampAt{e.Name, e.Target.Node, e.State, *e.NodeAt, e.Bound})
	}
}

// enter begins a phase; it tells whether that is the end of all.
func (h *history) enter(at time.Duration, name string) (done bool) {
	h.closePhase(at)
	if done = name == record.Done; !done {
		h.phases = append(h.phases, Phase{name, Span{at, -1}})
	}
	return done
}

// readHistory goes through the journal once.
func readHistory(rec Record) history {
	h := history{meta: rec.Meta, changed: map[string]bool{}, renewed: map[string]int64{}, late: map[string]string{}, rates: map[string]float64{}, idle: map[string]string{}, kept: map[string]record.KeptEvent{}, healed: map[string]record.HealedEvent{}, outlived: map[int]bool{}}
	for _, plan := range rec.Meta.Faults {
		h.faults = append(h.faults, newLife(plan))
	}
	done := false
	for _, e := range rec.Events {
		h.end = max(h.end, e.At)
		switch {
		case e.Phase != nil:
			done = h.enter(e.At, e.Phase.Name)
		case e.Tested != nil:
			h.tested = e.Tested
		case e.Logged != nil:
			h.logged = append(h.logged, e.Logged)
		case e.Load != nil:
			h.load(*e.Load)
		case e.Maximum != nil:
			h.maxima = append(h.maxima, *e.Maximum)
		case e.Fault != nil:
			h.fault(e.Fault.Name).onFault(e.At, *e.Fault)
		case e.Target != nil:
			h.target(e.At, *e.Target)
		case e.Check != nil:
			h.check(*e.Check)
		case e.Clock != nil:
			h.clock(*e.Clock)
		case e.Collect != nil:
			h.collects = append(h.collects, collectAt{*e.Collect, e.At})
		case e.Capture != nil:
			h.capture(*e.Capture)
		case e.Stop != nil && h.stop == nil:
			h.stop = e.Stop
		case e.Outage != nil:
			h.outage(*e.Outage)
		case e.Healed != nil:
			h.healed[e.Healed.Fault] = *e.Healed
		case e.Override != nil:
			h.overrides = append(h.overrides, *e.Override)
		case e.Kept != nil:
			h.kept[e.Kept.Load] = *e.Kept
		case e.Residue != nil:
			h.residue = append(h.residue, *e.Residue)
		case e.Worker != nil:
			h.worker(*e.Worker)
		case e.Note != nil:
			h.note(e.At, *e.Note)
		case e.Ended != nil:
			h.ended = e.Ended
		}
	}
	h.finish(done)
	return h
}

// finish ends what was under way when the journal came to its end.
func (h *history) finish(done bool) {
	if h.ended == nil && !done { // the samples may go on after the last event
		h.lastEvent, h.end = h.end, longestRun
	}
	h.closePhase(h.end)
	for i := range h.faults {
		h.faults[i].finish(h.ended == nil)
	}
}

// endAt ends a run without an end at its last trace.
func (h *history) endAt(last time.Duration) {
	if h.end < longestRun {
		return
	}
	h.end = max(h.lastEvent, last)
	if n := len(h.phases); n > 0 {
		h.phases[n-1].To = min(h.phases[n-1].To, h.end)
	}
}

// closePhase ends the phase that is open, if one is.
func (h *history) closePhase(at time.Duration) {
	if n := len(h.phases); n > 0 && h.phases[n-1].To < 0 {
		h.phases[n-1].To = at
	}
}

// note keeps what a sink has got, and warnings.
func (h *history) note(at time.Duration, n record.Note) {
	switch {
	case n.Sink != nil:
		h.sinks = append(h.sinks, *n.Sink)
	case n.Level == "warning":
		h.warnings = append(h.warnings, Warning{milliseconds(at), n.Text})
	}
}

// load notes loads whose plan does not say what the baseline must hold: those
// that start, stop or change their rate in it, and those that start after it.
func (h *history) load(e record.LoadEvent) {
	h.renewed[e.Name] += e.Reauthenticated
	phase := ""
	if n := len(h.phases); n > 0 {
		phase = h.phases[n-1].Name
	}
	step := skipped(e)
	switch {
	case e.State == "skipped" && step.Step == "start":
		h.idle[e.Name] = step.Why
	case e.State == "skipped":
	case phase == "" || phase == record.Warmup:
		h.rates[e.Name] = e.Rate
	case phase == record.Baseline:
		h.changed[e.Name] = true
	case e.State == "started":
		h.late[e.Name] = phase
	}
}

// skipped is which step did not happen. A record of before that was told apart has it in
// the words alone.
func skipped(e record.LoadEvent) record.SkippedStep {
	if e.Skipped != nil {
		return *e.Skipped
	}
	step, why, _ := strings.Cut(e.Trigger, ": ")
	return record.SkippedStep{Step: step, Why: why}
}

// check keeps the last evaluation of each check, in order of the first.
func (h *history) check(c record.CheckEvent) {
	same := func(o record.CheckEvent) bool { return o.Expression == c.Expression && o.When == c.When }
	if i := slices.IndexFunc(h.checks, same); i >= 0 {
		h.checks[i] = c
		return
	}
	h.checks = append(h.checks, c)
}

// outage keeps the last word of each outage, in order of the first.
func (h *history) outage(o record.OutageEvent) {
	i := slices.IndexFunc(h.outages, func(x record.OutageEvent) bool { return x.Target == o.Target && x.From == o.From })
	if i < 0 {
		h.outages = append(h.outages, o)
		i = len(h.outages) - 1
	}
	h.outages[i] = o
	h.outlived[i] = h.outlived[i] || o.State == record.OutageOutlived
}

// fault is the life of that name; one that the plan did not name is added.
func (h *history) fault(name string) *Life {
	i := slices.IndexFunc(h.faults, func(l Life) bool { return l.Name == name })
	if i < 0 {
		h.faults = append(h.faults, newLife(record.FaultPlan{Name: name}))
		i = len(h.faults) - 1
	}
	return &h.faults[i]
}

// phase is the stretch of that name.
func (h *history) phase(name string) (Span, bool) {
	for _, p := range h.phases {
		if p.Name == name {
			return p.Span, true
		}
	}
	return Span{}, false
}

// stopped tells whether the run did not come to its own end.
func (h *history) stopped() bool { return h.stop != nil || h.ended == nil }

// measured is the part of the run that figures are about: all but the warm-up.
func (h *history) measured() Span {
	var m Span
	found := false
	for _, p := range h.phases {
		if p.Name == record.Warmup {
			continue
		}
		if !found {
			m.From, found = p.From, true
		}
		m.To = p.To
	}
	return m
}

// vetoed tells whether the run was refused before any fault: by a steady-state
// check that did not hold, or by what preflight found.
func (h *history) vetoed() bool {
	return h.ended != nil && h.ended.Veto != "" || slices.ContainsFunc(h.checks, func(c record.CheckEvent) bool {
		return c.When == "before" && c.Verdict != string(Pass)
	}) && !slices.ContainsFunc(h.faults, func(l Life) bool { return l.Touched })
}
