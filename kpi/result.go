// Package kpi turns a record into KPIs, objectives, a verdict and gaps: pure
// functions, no I/O. Assumptions are judged first; what cannot be known is
// unknown and never a guess.
package kpi

import (
	"cmp"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// Schema is the version of the run.json document.
const Schema = "eris.run/v1"

// Verdict is pass, fail or unknown; the worst wins (fail > unknown > pass).
type Verdict string

// The verdicts.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Unknown Verdict = "unknown"
)

// Worst is the verdict of a whole from those of its parts.
func Worst(verdicts ...Verdict) Verdict {
	worst := Pass
	for _, v := range verdicts {
		if v == Fail || (v == Unknown && worst == Pass) {
			worst = v
		}
	}
	return worst
}

// State tells how a KPI's value is to be read.
type State string

// The states of a value. Value is null for None and NotMeasured, and a lower
// bound for Censored. High of None is how much of it could not be seen.
const (
	Measured    State = "measured"
	Censored    State = "censored"     // nobody saw its end: the run ended before, or another fault came
	None        State = "none"         // did not happen
	NotMeasured State = "not_measured" // nobody looked
)

// Result is the run.json document. Times are milliseconds from the run's start.
type Result struct {
	Schema   string   `json:"schema"`
	Run      string   `json:"run"`
	Scenario Scenario `json:"scenario"`
	Seed     int64    `json:"seed"`
	Cloud    Cloud    `json:"cloud"`
	// Tested is what it was run on, as nodes and APIs said before the loads began; null where
	// nobody asked.
	Tested     *record.Tested `json:"tested,omitempty"`
	Started    time.Time      `json:"started"`
	DurationMS float64        `json:"duration_ms"`
	Verdict    Verdict        `json:"verdict"`
	Summary    string         `json:"summary"`
	Objectives []Objective    `json:"objectives"`
	Checks     []Check        `json:"steady_state"`
	Faults     []Fault        `json:"faults"`
	Loads      []Load         `json:"loads"`
	KPIs       []KPI          `json:"kpis"`
	// Thresholds are the constants of the definitions that it was judged by.
	Thresholds []Threshold `json:"thresholds"`
	// Definitions say of each kind of KPI what it is, what it is made of and its unit.
	Definitions []Definition `json:"definitions"`
	Quality     []Quality    `json:"quality"`
	// Collectors are the accounts that collectors gave of themselves, by collector and node.
	Collectors []Collecting `json:"collectors,omitempty"`
	Gaps       []Gap        `json:"gaps"`
	Residue    []Residue    `json:"residue"`
	// Clocks are those of the nodes that the run reached, as they went over the run.
	Clocks []NodeClock `json:"clocks,omitempty"`
	// Elsewhere are the outages of what no fault struck or cost; see Elsewhere.
	Elsewhere []Elsewhere `json:"elsewhere,omitempty"`
	// Captures are what was kept around moments: of each capture a row a node, in the order in
	// which they ended, and one of each whose moment did not come. No figure rests on them.
	Captures []Capture `json:"captures,omitempty"`
	// Overrides are the safety nets that the operator lifted, with reasons.
	Overrides []Override `json:"overrides,omitempty"`
	// Warnings are what the run noticed and told while it went on, such as that a service has
	// moved in the catalogue. No figure rests on them.
	Warnings []Warning `json:"warnings,omitempty"`
	// Sinks are what the databases got to which the run was sent beside its record. No
	// figure and no verdict rests on them.
	Sinks []record.Sink `json:"sinks,omitempty"`
	// Workers are the processes that sent loads in the place of the run's own.
	Workers []Worker `json:"workers,omitempty"`
	// Exit is the exit code of `eris run`, see the command line's table.
	Exit int `json:"exit"`
}

// Scenario names what was run.
type Scenario struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	// Small is its small form: other phases, loads and objectives of the same text.
	Small bool `json:"small,omitempty"`
}

// Same tells whether figures of two runs are of one text in one form: others are not to be
// compared.
func (s Scenario) Same(as Scenario) bool { return s.SHA256 == as.SHA256 && s.Small == as.Small }

// Title is its name, with its form.
func (s Scenario) Title() string {
	if s.Small {
		return s.Name + " (small form)"
	}
	return s.Name
}

// Cloud names what it was run against.
type Cloud struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// Objective is one promise and what was measured of it.
type Objective struct {
	Expression string   `json:"expression"`
	Verdict    Verdict  `json:"verdict"`
	Measured   *float64 `json:"measured"`
	Limit      *float64 `json:"limit"`
	Unit       string   `json:"unit"`
	Margin     *float64 `json:"margin"`
	Detail     string   `json:"detail,omitempty"` // why it is unknown, or how it was measured
	// Text says in words what was measured, Operator how it is compared.
	Text     string `json:"text,omitempty"`
	Operator string `json:"operator,omitempty"`
	// Low and High are the interval of Measured; High is null when Censored.
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Censored bool     `json:"censored,omitempty"`
	// Default tells that the scenario does not name it: it holds where nothing else was said.
	Default bool `json:"default,omitempty"`
	// None tells that what is measured did not happen: Measured is 0.
	None bool `json:"none,omitempty"`
	// LimitLow and LimitHigh are the interval of Limit, of one that is measured itself; null
	// where it is exact, or has no end.
	LimitLow  *float64 `json:"limit_low"`
	LimitHigh *float64 `json:"limit_high"`
	// LimitMeasured tells that Limit is measured itself: no scenario has its digits.
	LimitMeasured bool `json:"limit_measured,omitempty"`
	// Budget is how much of what it allows to fail has failed; null of what allows no share.
	Budget *Budget `json:"error_budget,omitempty"`
	// Severity is minor of one that decides nothing; else empty. Owner looks after it.
	Severity string `json:"severity,omitempty"`
	Owner    string `json:"owner,omitempty"`
	// Calls are what it asks for, in order of place: the first is what Text says.
	// There are none of a promise that is no expression, or not understood.
	Calls []conditions.Call `json:"-"`

	// WhyOpen and Partly are of what is Censored; see [KPI].
	WhyOpen string `json:"why_open,omitempty"`
	Partly  bool   `json:"partly,omitempty"`

	worst string // of any: which of them fared worst
}

// Beyond is how a lower bound is told that is Censored; see [KPI.Beyond].
func (o Objective) Beyond() string { return beyond(o.Partly, o.Unit) }

// Check is a steady-state check, before the first fault or after recovery.
type Check struct {
	Expression string  `json:"expression"`
	When       string  `json:"when"`
	Verdict    Verdict `json:"verdict"`
	Detail     string  `json:"detail,omitempty"`
}

// Fault is one fault's life. Times are null when they were not reached.
type Fault struct {
	Name          string   `json:"name"`
	Fault         string   `json:"fault"`
	Args          string   `json:"args,omitempty"` // that are given, on one line
	Targets       []string `json:"targets"`
	State         string   `json:"state"`
	AskedAtMS     *float64 `json:"asked_at_ms"`
	EffectiveAtMS *float64 `json:"effective_at_ms"`
	UndoAtMS      *float64 `json:"undo_at_ms"`
	UndoneAtMS    *float64 `json:"undone_at_ms"`
	RecoveredAtMS *float64 `json:"recovered_at_ms"`
	Effect        string   `json:"effect"`
	UndoneBy      string   `json:"undone_by"`
	Touched       bool     `json:"touched"` // something may have been done to a target, so that there is something to undo
	UndoVerified  bool     `json:"undo_verified"`
	Reason        string   `json:"reason"`
	Aim           string   `json:"aim,omitempty"` // whom it struck and why, of one that is aimed when it fires
}

// Load is one load's account. Planned = Started + Dropped, and Started =
// Succeeded + Failed + Aborted; what the run's own end cut is Aborted.
type Load struct {
	Name          string            `json:"name"`
	Workload      string            `json:"workload"`
	Model         string            `json:"model"`
	Planned       int64             `json:"planned"`
	Started       int64             `json:"started"`
	Succeeded     int64             `json:"succeeded"`
	Failed        int64             `json:"failed"`
	Dropped       int64             `json:"dropped"`
	Aborted       int64             `json:"aborted"`
	Windows       map[string]Window `json:"windows"`
	Errors        []ErrorCount      `json:"errors"`
	Operations    []Operation       `json:"operations,omitempty"` // as they were met first
	LatenessP99MS *float64          `json:"lateness_p99_ms"`
	// NotSent and Unknown are arrivals of workers that were lost, and are not in Planned: those
	// that were certainly not sent, and those of which that is not known.
	NotSent int64 `json:"not_sent,omitempty"`
	Unknown int64 `json:"unknown,omitempty"`
	// Reauthenticated is how many tokens were renewed while it measured: time
	// that is part of some latencies without being asked for.
	Reauthenticated int64 `json:"reauthenticated"`
}

// Window is how long a phase's arrivals took, from the intended start: those that
// succeeded, and those that were given up unanswered, which would have taken as long as
// they waited at least; a percentile with fewer than 10 samples beyond it is null. The
// window "held:NAME" is what was due while the fault NAME was held.
type Window struct {
	Count      int64 `json:"count"` // that succeeded
	Unanswered int64 `json:"unanswered,omitempty"`
	// Open are the percentiles (p50 to p999) that are among the unanswered: they are lower bounds.
	Open   []string `json:"open,omitempty"`
	P50MS  *float64 `json:"p50_ms"`
	P90MS  *float64 `json:"p90_ms"`
	P95MS  *float64 `json:"p95_ms"`
	P99MS  *float64 `json:"p99_ms"`
	P999MS *float64 `json:"p999_ms"`
	MaxMS  *float64 `json:"max_ms"` // of what succeeded
	// Within is where each of the percentiles that are told (p50 to p999) lies of all answers
	// that there could have been; see percentile.
	Within map[string]Within `json:"within,omitempty"`
}

// Within is an interval of times.
type Within struct {
	LowMS  float64 `json:"low_ms"`
	HighMS float64 `json:"high_ms"`
}

// ErrorCount is how often a class of failure was seen.
type ErrorCount struct {
	Class      string   `json:"class"`
	Count      int64    `json:"count"`
	RequestIDs []string `json:"request_ids,omitempty"` // the first few, by which services have answered
	// SentIDs are the first few with which requests were sent, of those that failed: of what
	// nobody has answered they are all that can be searched for.
	SentIDs []string `json:"sent_ids,omitempty"`
	// Texts are the most frequent of what was said of them.
	Texts []ErrorText `json:"texts,omitempty"`
	// Others is what was said beside these; null where that is nothing.
	Others *OtherTexts `json:"others,omitempty"`
}

// IDs are those to search the cloud's logs for: of each kind the first, then the second.
func (e *ErrorCount) IDs() []string {
	var ids []string
	for n := range max(len(e.RequestIDs), len(e.SentIDs)) {
		for _, kind := range [][]string{e.RequestIDs, e.SentIDs} {
			if n < len(kind) {
				ids = append(ids, kind[n])
			}
		}
	}
	return ids
}

// KPI is one figure with its interval. Value is null for none and not_measured.
type KPI struct {
	Name  string   `json:"name"`
	Scope string   `json:"scope"`
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	Unit  string   `json:"unit"`
	N     int      `json:"n"`
	State State    `json:"state"`
	// Detail says how it was measured, or why it was not.
	Detail string `json:"detail,omitempty"`
	// WhyOpen says why not all of it is known, as that another fault came before its end was seen;
	// empty of what is Censored: the run ended before.
	WhyOpen string `json:"why_open,omitempty"`
	// Partly tells of what is Censored that it is so as nothing is known of others that it is the
	// worst of, and not as its end was not seen.
	Partly bool `json:"partly,omitempty"`

	worst string // of several: which of them fared worst
}

// Beyond is how a figure that is Censored is told, before its value: over so much, of what was not
// over; and at least so much, of what is counted, and of the worst of several of which not all are
// known.
func (k KPI) Beyond() string { return beyond(k.Partly, k.Unit) }

func beyond(partly bool, unit string) string {
	if partly || unit == "1" {
		return "at least "
	}
	return "> "
}

// Open says of what is Censored why its end is not known.
func (k KPI) Open() string { return cmp.Or(k.WhyOpen, "not over when the run ended") }

// Quality is an assumption that the figures rest on.
type Quality struct {
	Assumption string  `json:"assumption"`
	Verdict    Verdict `json:"verdict"`
	Detail     string  `json:"detail"`
}

// Gap is something that the cloud, or the test, fell short of.
type Gap struct {
	ID       string `json:"id"`
	What     string `json:"what"`
	Expected string `json:"expected"`
	Observed string `json:"observed"`
	Evidence string `json:"evidence"`
	// Redundancy is what was declared of the groups that it is about, and what was seen.
	Redundancy []Redundancy `json:"redundancy,omitempty"`
	// Fault is the fault that it is laid to, by which most of it came; empty where there is
	// none.
	Fault string `json:"fault,omitempty"`
	// NextLook is what to look at next, in words: those of Looks.
	NextLook string `json:"next_look"`
	// Hypotheses are what may have caused it, the one to look at first before the others.
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`
	// NoHypothesis says what was missing for one, where there is none.
	NoHypothesis string `json:"no_hypothesis,omitempty"`
	Looks        []Look `json:"looks,omitempty"`
}

// Residue is something left behind, with the commands that remove it.
type Residue struct {
	Node   string `json:"node,omitempty"`
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
}

// Elsewhere is an outage that was seen of a service, or with its name alone of a
// node that gave no answer, which no fault struck or cost.
type Elsewhere struct {
	Target string   `json:"target"`
	FromMS float64  `json:"from_ms"` // when it was first seen
	ToMS   *float64 `json:"to_ms"`   // when it was well again; null: not before the run ended
	// Beside are the faults that were active when it began, whose doing it may be.
	Beside []string `json:"beside"`
	// Unexpected tells that no fault explains it: none was active, or it was
	// there long after they had recovered.
	Unexpected bool `json:"unexpected"`
}

// Override is a safety net that the operator lifted.
type Override struct {
	Net    string `json:"net"`
	Reason string `json:"reason"`
}

// Warning is something that a run told while it went on.
type Warning struct {
	AtMS float64 `json:"at_ms"` // from the run's start
	Text string  `json:"text"`
}
