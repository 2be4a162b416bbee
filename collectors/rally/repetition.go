package rally

import (
	"cmp"
	"strings"
	"time"
)

// Repetition is one workload as it was run.
type Repetition struct {
	Scenario string // Rally's name, such as Authenticate.keystone
	Runner   Runner
	// Iterations are in the order in which they began; there is at least one.
	Iterations []Iteration
	// Hooks are in the order in which they began.
	Hooks []Hook
	// Unfired are the hooks that were configured and of which Rally tells no execution, in
	// words: whatever was to be done to the cloud, nothing says that it was.
	Unfired []string
}

// Runner is how a workload was sent.
type Runner struct {
	Kind    string  // constant, constant_for_duration, serial, rps
	Workers int     // of a closed model
	Rate    float64 // iterations a second, of rps; 0 where it grew
}

// Open tells whether iterations began when they were due, whatever became of those
// before.
func (r Runner) Open() bool { return r.Kind == "rps" }

// Iteration is one execution of the scenario.
type Iteration struct {
	Began    time.Time
	Duration time.Duration
	Actions  []Action
	Error    []string // class, message and traceback; without any, whatever they say, it passed
}

// Action is an atomic action: a named part of an iteration.
type Action struct {
	Name     string
	Began    time.Time // zero in the old form, which tells none
	Duration time.Duration
	Failed   bool
}

// Failure is what Rally says of why the iteration failed, in a line: the class of the
// exception and the message. It is empty of one that passed, and of no other.
func (i Iteration) Failure() string {
	if len(i.Error) == 0 {
		return ""
	}
	var said []string
	for _, part := range i.Error[:min(2, len(i.Error))] {
		if part = strings.TrimSpace(part); part != "" {
			said = append(said, part)
		}
	}
	line, _, _ := strings.Cut(strings.Join(said, ": "), "\n")
	return cmp.Or(line, "failed")
}

// FailureOf is why an action of the iteration failed, of which Rally says no more than of
// the iteration. It is empty of one that passed.
func (i Iteration) FailureOf(a Action) string {
	switch {
	case !a.Failed:
		return ""
	case len(i.Error) == 0:
		return "failed"
	}
	return i.Failure()
}

// Hook is what Rally did beside the load. Of what it did to the cloud Rally knows no more
// than when its program began and ended.
type Hook struct {
	Name         string // what it was to do, in words
	Began, Ended time.Time
	Failed       bool // its program did
}
