package record

import "time"

// Target names what a fault strikes: a service on a node, or with an empty
// Service the whole node. It has the fields of inventory.Ref.
type Target struct {
	Node    string `json:"node"`
	Service string `json:"service,omitempty"`
}

// String is "service@node", or "node" for a whole node.
func (t Target) String() string {
	if t.Service == "" {
		return t.Node
	}
	return t.Service + "@" + t.Node
}

// Event is one line of the journal: what happened, and when by the run's
// clock. Exactly one of the pointers below is set; Type names it.
type Event struct {
	Seq  int64         `json:"seq"`
	At   time.Duration `json:"at_ns"` // offset from the run's start
	Type string        `json:"type"`  // the JSON name of the set pointer

	Started  *RunStarted   `json:"started,omitempty"`
	Tested   *Tested       `json:"tested,omitempty"`
	Phase    *PhaseStarted `json:"phase,omitempty"`
	Load     *LoadEvent    `json:"load,omitempty"`
	Maximum  *Maximum      `json:"maximum,omitempty"`
	Fault    *FaultEvent   `json:"fault,omitempty"`
	Target   *TargetEvent  `json:"target,omitempty"`
	Check    *CheckEvent   `json:"check,omitempty"`
	Clock    *ClockEvent   `json:"clock,omitempty"`
	Collect  *CollectEvent `json:"collect,omitempty"`
	Capture  *CaptureEvent `json:"capture,omitempty"`
	Outage   *OutageEvent  `json:"outage,omitempty"`
	Healed   *HealedEvent  `json:"healed,omitempty"`
	Stop     *StopEvent    `json:"stop,omitempty"`
	Override *Override     `json:"override,omitempty"`
	Kept     *KeptEvent    `json:"kept,omitempty"`
	Residue  *Residue      `json:"residue,omitempty"`
	Logged   *Logged       `json:"logged,omitempty"`
	Worker   *WorkerEvent  `json:"worker,omitempty"`
	Note     *Note         `json:"note,omitempty"`
	Ended    *RunEnded     `json:"ended,omitempty"`
}

// Format is the version of records that this program writes, and the latest that it
// reads: one that is later may say what it does not know. Version 2 has what was tested,
// version 3 lines of the cloud's logs, version 4 other machines that sent loads, version 5
// captures, version 6 the scenario's thresholds, what is judged beside its objectives'
// expressions, figures of other runs, redundancy groups, when the cloud had healed a fault, what
// collectors came to, units of readings, and ids with which requests were sent.
const Format = 6

// RunStarted opens every journal.
type RunStarted struct {
	// Format is the record's version; the writer sets it. One of before that was
	// written has none and is of version 1.
	Format   int       `json:"format,omitempty"`
	Run      string    `json:"run"`
	Scenario string    `json:"scenario"`
	SpecSHA  string    `json:"spec_sha256"`
	Small    bool      `json:"small,omitempty"` // the scenario's small form; of records before that was written the command says it
	Seed     int64     `json:"seed"`
	Cloud    string    `json:"cloud"`
	Kind     string    `json:"kind"`
	Owner    string    `json:"owner"` // user@host of the controller
	Version  string    `json:"version"`
	Command  []string  `json:"command"`
	At       time.Time `json:"at"` // absolute start, UTC
	// Objectives are the scenario's expressions, in its order.
	Objectives []string `json:"objectives"`
	// Judged is by expression what is said of some of them.
	Judged map[string]Judged `json:"judged,omitempty"`
	// Compared are other runs that objectives ask for.
	Compared []Compared `json:"compared,omitempty"`
	// Tenants are for whom loads act, where that is not the inventory's own user.
	Tenants []TenantsPlan `json:"tenants,omitempty"`
	// Microversions are those that loads asked for, by service; of the others none
	// was asked for.
	Microversions map[string]string `json:"microversions,omitempty"`
	// Loads declared by the scenario, in its order.
	Loads []LoadPlan `json:"loads"`
	// Faults declared by the scenario, in its order.
	Faults []FaultPlan `json:"faults"`
	// Groups are the redundancy groups that the faults draw on, as they are declared.
	Groups []GroupPlan `json:"groups,omitempty"`
	// Expect is "breach" where the scenario expects an outage, else empty.
	Expect string `json:"expect,omitempty"`
	// Thresholds are the scenario's own of package kpi; nil leaves all to that.
	Thresholds *Thresholds `json:"thresholds,omitempty"`
	// Joined is set of a record that was made of a run's and of others' results.
	Joined *Joined `json:"joined,omitempty"`
}

// LoadPlan is what a load was meant to be.
type LoadPlan struct {
	Name     string  `json:"name"`
	Workload string  `json:"workload"`
	Model    string  `json:"model"`           // open or closed
	Rate     float64 `json:"rate,omitempty"`  // arrivals a second, open model; 0 of a shape that has not the one
	Shape    string  `json:"shape,omitempty"` // open model: its rate over time, in words
	Process  string  `json:"process,omitempty"`
	Workers  int     `json:"workers,omitempty"` // closed model
	Session  string  `json:"session,omitempty"` // fresh: each iteration got a token of its own; else one for all of a user
	Tenants  string  `json:"tenants,omitempty"` // whose its iterations are: the nth, from 0, is that of account n modulo their number, unless Random
}

// TenantsPlan is whom loads act for.
type TenantsPlan struct {
	Name     string   `json:"name"`
	Clouds   []string `json:"clouds,omitempty"`   // entries of clouds.yaml that were given
	Projects int      `json:"projects,omitempty"` // that the run made
	Users    int      `json:"users,omitempty"`    // of each project
	Role     string   `json:"role,omitempty"`
	Roles    []string `json:"roles,omitempty"`   // further ones
	Flavors  []string `json:"flavors,omitempty"` // that the run made, by their names in the scenario
	Images   []string `json:"images,omitempty"`  // that it uploaded to each project, likewise
	Random   bool     `json:"random,omitempty"`  // iterations were drawn
}

// FaultPlan is what a fault was meant to be.
type FaultPlan struct {
	Name    string   `json:"name"`
	Fault   string   `json:"fault"`
	Args    string   `json:"args,omitempty"` // that are given, on one line
	Targets []Target `json:"targets"`
	Costs   []Target `json:"costs,omitempty"`  // what is lost with them, such as the nodes behind a switch
	Severs  bool     `json:"severs,omitempty"` // Costs are cut off and run on; else they may boot before they are back
	Aim     string   `json:"aim,omitempty"`    // whom of the targets it strikes, which is known when it fires; empty: all
	// Asked is how large an effect its arguments ask for, as far as they say it in numbers.
	Asked  []Size `json:"asked,omitempty"`
	Passes bool   `json:"passes,omitempty"` // its effect passes by itself, as it must, within its hold
	// Foreign tells that somebody else has made it and Eris only tells of it: whether it is
	// undone is not Eris' to say.
	Foreign bool          `json:"foreign,omitempty"`
	Hold    time.Duration `json:"hold_ns"`
	Lease   time.Duration `json:"lease_ns"`
	TTL     time.Duration `json:"ttl_ns"`
	Groups  []string      `json:"groups"` // redundancy groups that it draws on
}

// Size is how large an effect is, of one thing by which it is large or small.
type Size struct {
	Name  string  `json:"name"` // what it is the size of, e.g. delay
	Unit  string  `json:"unit"` // a base unit (seconds, bytes, ratio), or what is counted
	Value float64 `json:"value"`
}

// PhaseStarted marks the start of warmup, baseline, chaos, recovery, or done.
type PhaseStarted struct {
	Name string `json:"name"`
}

// LoadEvent marks a load's start, stop or rate change.
type LoadEvent struct {
	Name  string  `json:"name"`
	State string  `json:"state"`          // started, changed, stopped, skipped
	Rate  float64 `json:"rate,omitempty"` // arrivals a second from now on, where it is the one
	Error string  `json:"error,omitempty"`
	// Trigger says what it was that let it happen, in words, or for skipped what
	// was to happen and why it did not; empty: the run's own start or end.
	Trigger string `json:"trigger,omitempty"`
	// Skipped is what did not happen, and why; for skipped only.
	Skipped *SkippedStep `json:"skipped,omitempty"`
	// Reauthenticated is how many tokens the load renewed while it measured,
	// told when it stops.
	Reauthenticated int64 `json:"reauthenticated,omitempty"`
}

// SkippedStep is what a load was to do and did not.
type SkippedStep struct {
	Step string `json:"step"` // start, end or change
	Why  string `json:"why"`  // in words
}

// Maximum is the outcome of the search for the highest rate of a load that the
// cloud bears, of which the load's rates are shares. It comes before the warm-up,
// and none of its arrivals is among the load's samples.
type Maximum struct {
	Load   string  `json:"load"`
	Rate   float64 `json:"rate,omitempty"`   // arrivals a second; 0: unknown
	Reason string  `json:"reason,omitempty"` // why it is unknown
	Trials []Trial `json:"trials"`           // all that was offered, in order
}

// Trial is one rate that was offered, and what became of it.
type Trial struct {
	Rate      float64       `json:"rate"`
	Planned   int64         `json:"planned"`
	Succeeded int64         `json:"succeeded"`
	Failed    int64         `json:"failed"`
	Dropped   int64         `json:"dropped"`
	Queued    int64         `json:"queued"` // arrivals for which no place of the load was free, with those dropped
	P99       time.Duration `json:"p99_ns"`
	Late      time.Duration `json:"late_p99_ns"`     // how late the load generator itself was
	Wrong     string        `json:"wrong,omitempty"` // why it was not borne; empty when it was
}

// FaultEvent is a whole fault's change of state, over all of its targets.
type FaultEvent struct {
	Name   string     `json:"name"`
	ID     string     `json:"id"`
	State  FaultState `json:"state"`
	Reason string     `json:"reason,omitempty"`
	// Trigger says what fired it, or why not, in words.
	Trigger string `json:"trigger,omitempty"`
	// Aim says whom it strikes and why, of one that is aimed when it fires.
	Aim string `json:"aim,omitempty"`
}

// TargetEvent is one target's change of state within a fault.
type TargetEvent struct {
	Name   string     `json:"name"` // the fault's name in the scenario
	ID     string     `json:"id"`   // the fault's id on the node
	Target Target     `json:"target"`
	State  FaultState `json:"state"`
	Reason string     `json:"reason,omitempty"`
	// NodeAt is the node's own stamp of the change mapped to the run's clock,
	// with Bound its uncertainty; nil when the node did not stamp it.
	NodeAt *time.Duration `json:"node_at_ns,omitempty"`
	Bound  time.Duration  `json:"bound_ns,omitempty"`
	// Effect is what was observed, in words, with its size.
	Effect string `json:"effect,omitempty"`
	// Sizes are the numbers among those words; what has no size has none.
	Sizes []Size `json:"sizes,omitempty"`
	// By says who ended it: engine, lease, ttl, boot, heal, halt, cloud, or itself.
	By string `json:"by,omitempty"`
	// Fingerprint before (state armed) or after (undone), and the differences.
	Fingerprint string   `json:"fingerprint,omitempty"`
	Diff        []string `json:"diff,omitempty"`
	// Problems is what preflight found missing, one sentence each.
	Problems []string `json:"problems,omitempty"`
}

// FaultState is a step of the lifecycle; see package faults.
type FaultState string

// The states of a fault and of each of its targets, in order of a normal life.
const (
	Planned    FaultState = "planned"
	Preflight  FaultState = "preflight"
	Armed      FaultState = "armed"
	Waiting    FaultState = "waiting" // armed, its trigger has not fired
	Injecting  FaultState = "injecting"
	Held       FaultState = "held" // the effect was observed
	Undoing    FaultState = "undoing"
	Undone     FaultState = "undone"      // our own undo, verified
	SelfHealed FaultState = "self_healed" // the cloud healed itself before the undo
	Unknown    FaultState = "unknown"     // dispatched, its effect or its undo not seen
	Skipped    FaultState = "skipped"     // its trigger did not fire
	Refused    FaultState = "refused"     // the budget, a veto or a fence said no
	Fenced     FaultState = "fenced"      // it came too late: the node had already undone
	Stuck      FaultState = "stuck"       // the undo could not be verified
	Failed     FaultState = "failed"      // certainly not injected, with a reason
)

// CheckEvent is one evaluation of a steady-state check.
type CheckEvent struct {
	Expression string `json:"expression"`
	When       string `json:"when"` // before or after
	Verdict    string `json:"verdict"`
	Detail     string `json:"detail,omitempty"`
}

// ClockEvent is a node's clock measured against the run's: run = node + Offset. A node has
// several in a run, by which its drift is known.
type ClockEvent struct {
	Node   string        `json:"node"`
	Offset time.Duration `json:"offset_ns"`
	Bound  time.Duration `json:"bound_ns"`
	// Ahead is how far the node's clock was ahead of its uptime then: one that
	// was set since is known by it. Zero where that was not told.
	Ahead time.Duration `json:"ahead_ns,omitempty"`
	// Taken is when it was measured, by the run's clock. Zero in records of before that was
	// written: those had what all measurements so far had in common.
	Taken time.Duration `json:"taken_ns,omitempty"`
	// Beside tells that no moment of the run is stamped by it: it is measured for who holds the
	// node's logs against the run.
	Beside bool `json:"beside,omitempty"`
	// Error is why the clock could not be read; then nothing else but Node and Taken is told.
	Error string `json:"error,omitempty"`
}

// CollectEvent is a collector's view of itself: a sweep that failed or came back.
type CollectEvent struct {
	Collector string        `json:"collector"`
	Node      string        `json:"node,omitempty"`
	State     string        `json:"state"` // started, gap, resumed, stopped, and of one that waits: begins, ends, skipped
	Error     string        `json:"error,omitempty"`
	Trigger   string        `json:"trigger,omitempty"` // of one that begins or ends: what it saw; that is skipped: why
	Took      time.Duration `json:"took_ns,omitempty"`
	// Account is what it came to in all, where it has stopped; nil in a record of before.
	Account *CollectAccount `json:"account,omitempty"`
}

// CollectAccount is how often a collector looked at who it watches, and how long that took.
type CollectAccount struct {
	Sweeps int64         `json:"sweeps"`   // of which there are values
	Failed int64         `json:"failed"`   // that could not be read or asked for, sessions that broke, and silences
	Spent  time.Duration `json:"spent_ns"` // on all Sweeps together
}

// OutageEvent is a service that is not healthy, or with an empty Service of its
// target a node that gives no answer, and that no fault of the run strikes or
// costs.
type OutageEvent struct {
	Target Target        `json:"target"`
	State  OutageState   `json:"state"`
	From   time.Duration `json:"from_ns"`         // when it was first seen
	To     time.Duration `json:"to_ns,omitempty"` // of over: when it was no longer
	// Beside are the faults that were active when it began, whose doing it may
	// be; empty where no fault explains it.
	Beside []string `json:"beside,omitempty"`
}

// OutageState is a step of an outage.
type OutageState string

// The states of an outage.
const (
	OutageBegan    OutageState = "began"
	OutageOutlived OutageState = "outlived" // it is still there long after the faults beside which it began
	OutageOver     OutageState = "over"
)

// StopEvent ends a run before its time.
type StopEvent struct {
	Cause  string `json:"cause"` // condition, halt, interrupt, error
	Reason string `json:"reason"`
}

// Override is a safety net that the operator lifted.
type Override struct {
	Net    string `json:"net"`
	Reason string `json:"reason"`
}

// KeptEvent is what became of work of a load that the cloud had acknowledged and
// that was kept, to be looked at after recovery. Resources that are neither lost
// nor unknown are there.
type KeptEvent struct {
	Load    string   `json:"load"`
	Work    int      `json:"work"`              // resources that were kept
	Lost    []string `json:"lost,omitempty"`    // those that are gone or not as they were, and what was found
	Unknown []string `json:"unknown,omitempty"` // those about which nobody could be asked
	// LostMore and UnknownMore are how many there are beside those that are named.
	LostMore    int `json:"lost_more,omitempty"`
	UnknownMore int `json:"unknown_more,omitempty"`
	// Unasked are the workers of which nobody could ask what they had kept, and why: it is not in
	// Work, and may be lost.
	Unasked []string `json:"unasked,omitempty"`
}

// Residue is something of a fault or load that was left behind.
type Residue struct {
	Node   string `json:"node,omitempty"`
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"` // exact shell commands for a person
}

// Note is a remark for people; no figure is computed from it.
type Note struct {
	Level string `json:"level"` // info or warning
	Text  string `json:"text"`
	// Sink is the account of a sink, of the note on how it ended; else nil.
	Sink *Sink `json:"sink,omitempty"`
}

// InfluxDB is the sink that there is.
const InfluxDB = "influxdb"

// Sink is what a run had for a database beside its record, in points, and what became
// of it: Produced = Written + Lost + Unsure.
type Sink struct {
	To       string `json:"to"` // InfluxDB
	Produced int64  `json:"produced"`
	Written  int64  `json:"written"` // the server said that it has them
	Lost     int64  `json:"lost"`    // it certainly has them not
	Unsure   int64  `json:"unsure"`  // they were sent, and no answer says whether it has them
	// Reason is why points were not written, in words: the last that was seen.
	Reason string `json:"reason,omitempty"`
}

// RunEnded closes a journal; a journal without it was cut off.
type RunEnded struct {
	Error string `json:"error,omitempty"` // an internal error
	Veto  string `json:"veto,omitempty"`  // why the run was refused before anything was touched
}
