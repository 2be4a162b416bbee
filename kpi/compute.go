package kpi

import (
	"errors"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Analysis is everything that was computed from a record: the result, which is
// run.json, and the series that charts are drawn from.
type Analysis struct {
	Result   Result
	Settings Settings
	Phases   []Phase
	Measured Span // all but the warm-up
	End      time.Duration
	Faults   []FaultFigures
	Loads    []LoadFigures
	Signals  []Signal
	Meta     record.RunStarted
	Inputs   Inputs
	Maxima   []record.Maximum  // of loads whose rate is a share of it
	Logged   []*record.Logged  // what the cloud's logs have on it; no figure is made of them
	Stop     *record.StopEvent // why the run was ended early; nil when it was not
	CutOff   string
	Changed  []string // as Record has it

	history history
	traces  traces
	damage  error // of the record, when it could not be read to its end
}

// LoadFigures is one load with what was found in it.
type LoadFigures struct {
	*Series
	Bound   Bound
	NoBound error // why there is no Bound
	// NoOutages is why nothing is known of outages: fewer answers are enough for them than
	// for a Bound.
	NoOutages error
	Outages   []Outage
	Unseen    time.Duration   // how long an outage that is none of them may have been, at most
	Down      []bool          // by second
	full      []bool          // by second: Down, if it is, by the load's own limit alone
	blur      []time.Duration // how far off an edge of Down may be there
}

// FaultFigures is one fault with what it did to the loads, the worst of them.
type FaultFigures struct {
	Life
	Extent    Span // from when it was asked for until recovery and undo are both over, or the next fault is asked for
	ToEffect  KPI  // from its trigger to its effect on the first target
	Detect    KPI
	Recover   KPI
	AfterUndo KPI
	Degraded  KPI
	Downtime  KPI
	Ratio     KPI // of the latency while held to the baseline's
	// Difference is how much longer than in the baseline that latency was, SelfHeal how long
	// it took somebody else than Eris to heal the fault, Restored until its groups were whole.
	Difference, SelfHeal, Restored KPI
	Failed                         KPI // arrivals of all loads that were due in Extent and went wrong
	Lost                           KPI // work that was acknowledged and missing after recovery
	Bad                            int64
	// TooShort says why the record ends too early for all that it did to be seen, and what was not
	// is no none; empty where it does not.
	TooShort string

	badHeld int64         // those of Bad that were due until it was undone
	ill     time.Duration // until when a load is known not to have been well again; 0: none is
	cut     bool          // and it came before the recovery was seen
	next    *Life         // the first fault that was asked for after this one's undo; nil where none was
}

// Compute judges a record. Zero settings stand for their defaults. It never
// fails: what cannot be read, or was not measured, makes the verdict unknown
// and is named in the result. Memory does not depend on the number of
// operations.
func Compute(rec Record, settings Settings) *Analysis {
	h := readHistory(rec)
	a := &Analysis{Meta: rec.Meta, Inputs: rec.Inputs, Maxima: h.maxima, Logged: h.logged, CutOff: rec.CutOff, Changed: rec.Changed, Stop: h.stop}
	if a.CutOff == "" && h.ended == nil {
		a.CutOff = "the run ended without its last event"
	}
	a.Settings = settings.withDefaults(h)
	var series []*Series
	last := time.Duration(0)
	for _, plan := range rec.Meta.Loads {
		s, err := readSeries(rec, plan, h)
		a.damage = errors.Join(a.damage, err, s.readTexts(rec))
		series = append(series, s)
		last = max(last, s.lastEnd)
	}
	h.endAt(last)
	a.history, a.Phases, a.Measured, a.End = h, h.phases, h.measured(), h.end
	for _, s := range series {
		a.Loads = append(a.Loads, a.figuresOf(s))
	}
	var err error
	a.Signals, a.traces, err = readSignals(rec, h.end)
	a.damage = errors.Join(a.damage, err)
	for _, l := range h.faults {
		a.Faults = append(a.Faults, a.faultFigures(l))
	}
	a.judge()
	return a
}

func (a *Analysis) figuresOf(s *Series) LoadFigures {
	f := LoadFigures{Series: s, Down: make([]bool, len(s.Seconds))}
	silence, err := s.silence(a.history, a.Settings)
	if f.NoBound, f.NoOutages = err, err; err != nil {
		return f
	}
	s.hung(silence)
	f.Outages, f.Unseen = s.Outages(a.Measured, silence)
	if f.Bound, f.NoBound = s.bound(silence, a.Settings); f.NoBound == nil {
		f.Down, f.full, f.blur = s.down(a.Measured, f.Bound, a.Settings.DownShare)
	}
	return f
}

// judge fills in the result: assumptions first, since what rests on one that
// does not hold is unknown.
func (a *Analysis) judge() {
	meta := a.Meta
	r := &a.Result
	*r = Result{
		Schema: Schema, Run: meta.Run, Scenario: Scenario{meta.Scenario, meta.SpecSHA, meta.Small || slices.Contains(meta.Command, "--small")}, Seed: meta.Seed,
		Cloud: Cloud{meta.Cloud, meta.Kind}, Tested: a.history.tested, Started: meta.At.UTC(), DurationMS: milliseconds(a.End),
		Checks: []Check{}, Faults: []Fault{}, Loads: []Load{}, KPIs: []KPI{}, Gaps: []Gap{}, Residue: []Residue{},
	}
	for _, l := range a.Loads {
		account := l.Account()
		missing := a.history.parts(l.Plan.Name)
		account.NotSent, account.Unknown = missing.NotSent, missing.Unknown
		r.Loads = append(r.Loads, account)
		r.KPIs = append(r.KPIs, a.loadKPIs(l)...)
	}
	for i := range a.Faults {
		r.Faults = append(r.Faults, a.Faults[i].row())
		r.KPIs = append(r.KPIs, a.Faults[i].kpis()...)
	}
	r.Thresholds = a.thresholds()
	r.KPIs, r.Definitions = append(r.KPIs, a.residue()), Definitions()
	for _, c := range a.history.checks {
		r.Checks = append(r.Checks, Check{c.Expression, c.When, Verdict(c.Verdict), c.Detail})
	}
	r.Elsewhere = a.elsewhere()
	for _, o := range a.history.overrides {
		r.Overrides = append(r.Overrides, Override{o.Net, o.Reason})
	}
	for _, x := range a.history.residue {
		r.Residue = append(r.Residue, Residue{x.Node, x.What, x.Remedy})
	}
	r.Clocks = a.history.nodeClocks()
	r.Sinks, r.Warnings = a.history.sinks, a.history.warnings
	r.Workers = a.history.workers
	r.Captures = a.history.captures
	r.Collectors = a.collecting()
	r.Quality = a.quality()
	r.Objectives = a.objectives()
	r.Gaps = append(r.Gaps, a.gaps()...)
	r.Verdict = a.verdict()
	r.Exit = a.exit()
	r.Summary = a.summary()
}
