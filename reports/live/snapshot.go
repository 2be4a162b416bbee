package live

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Preflight is the phase of a run before its first.
const Preflight = "preflight"

// Snapshot is the state of a run at a moment. Who runs it makes one whenever it
// is asked; making it must not block.
type Snapshot struct {
	Scenario, Cloud, Run string
	Began                time.Time
	Elapsed              time.Duration
	Total                time.Duration // 0: until it is stopped
	Phase                string
	PhaseNote            string   // what the phase waits for, or is done before the first and after the last, in words; may be empty
	Silent               []string // nodes that have not answered the preflight yet
	PhaseElapsed         time.Duration
	PhaseTotal           time.Duration // 0: not known
	Loads                []Load
	Faults               []Fault
	Over                 int // faults that are over and not among them
	Checks               Checks
	Outages              []string // what is down now and by no fault, as service@node or node
	Workers              *Workers // nil: the run sends its loads itself
	Sink                 *Sink    // nil: there is none
	Notice               string   // last line, e.g. what Ctrl-C does; may be empty
}

// Load is what a load does now: rates over the last second, or of one with few arrivals over
// more of them, figures of about the last five. What is nil is not known.
type Load struct {
	Name       string
	Stage      Stage
	Offered    float64 // arrivals a second
	OK         float64 // successes a second
	Late       time.Duration
	InFlight   int
	Dropped    int64 // of all so far, as those that follow
	Planned    int64
	Started    int64
	Succeeded  int64
	Failed     int64
	P50, P99   *time.Duration
	P50Over    time.Duration // how long the stretch is that P50 is of; 0: not known
	P99Over    time.Duration
	BaseP50    *time.Duration // of the baseline, once it is over
	BaseP99    *time.Duration
	ErrorRatio *float64 // 0 to 1
	Errors     []ErrorCount
}

// Stage is how far a load has come.
type Stage string

// The stages of a load.
const (
	Sends      Stage = ""
	NotStarted Stage = "not started"
	Ended      Stage = "ended"
)

// ErrorCount is how often a class of failure was seen since the start.
type ErrorCount struct {
	Class record.Class
	Count int64
}

// Fault is where a fault stands.
type Fault struct {
	Name, Kind string
	Targets    []string
	State      record.FaultState
	Note       string // e.g. "recovered 14 s", "3 s of 10 s"
	Recovering bool   // it is undone, and the loads are not known to be well again
	// What was asked for: the arguments that are given, and how long it is held; 0: until
	// something else ends it.
	Args string
	Size []record.Size // of the effect, as far as the arguments say it in numbers
	Hold time.Duration
	// Effects are what was observed on the targets that it has struck, with its size.
	Effects []Effect
	// When the inject was sent, the effect seen and the undo verified, since the run
	// began; nil: not yet.
	Asked, Effective, Undone *time.Duration
}

// Effect is what was observed on a target, in words and the numbers among them.
type Effect struct {
	Target, What string
	Sizes        []record.Size
}

// Workers are the processes elsewhere that send the run's loads.
type Workers struct {
	Wanted, Joined int
	Lost           []string // by name
}

// Sink is what a database that is written to while the run goes on has got of it, in points.
type Sink struct {
	Name string
	// Produced = Written + Lost + Unsure + Waiting; see record.Sink.
	Produced, Written, Lost, Unsure, Waiting int64
	Problem                                  string // why nothing is written now; empty: it is
}

// Checks counts steady-state checks and stop conditions.
type Checks struct{ Passed, Failed, Open int }
