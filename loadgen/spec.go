package loadgen

import (
	"fmt"
	"time"
)

// Spec is how much of a workload is sent, and when. Either Arrivals is set
// (open model) or Concurrency (closed model).
type Spec struct {
	Arrivals    *Arrivals     `yaml:"arrivals" help:"open model: when arrivals are due"`
	Pool        int           `yaml:"pool" help:"open model: most arrivals in flight; one that is due beyond it waits, and its latency counts from when it was due"`
	Concurrency int           `yaml:"concurrency" help:"closed model: workers, each starting again when it has its answer"`
	Think       time.Duration `yaml:"think" help:"closed model: pause of a worker between answer and next start"`
	Iterations  int64         `yaml:"iterations" help:"closed model: the load ends when so many have begun; it goes on unless given"`
	Timeout     time.Duration `yaml:"timeout" help:"longest time of one iteration from its start"`
	GiveUp      time.Duration `yaml:"give_up" help:"open model: an arrival that could not start for this long is recorded as dropped"`
	Drain       time.Duration `yaml:"drain" help:"at the load's end, how long what is in flight may still take before it is aborted"`
}

// DefaultSpec has every setting that has a default; a document is decoded over
// it.
func DefaultSpec() Spec {
	return Spec{Pool: 64, Timeout: 30 * time.Second, GiveUp: 30 * time.Second, Drain: 5 * time.Second}
}

// Model is "open" or "closed", the word of the record.
func (s Spec) Model() string {
	if s.Arrivals != nil {
		return "open"
	}
	return "closed"
}

// workers is how many iterations may be in flight.
func (s Spec) workers() int {
	if s.Arrivals != nil {
		return s.Pool
	}
	return s.Concurrency
}

// FieldError is something wrong with one setting of a spec.
type FieldError struct {
	Field   string // its name in the document, e.g. arrivals.rate
	Message string
}

// Error is "field: message".
func (e FieldError) Error() string { return e.Field + ": " + e.Message }

// workersMost bounds the pool: each worker costs a goroutine and, with most
// workloads, a connection.
const workersMost = 100_000

// Validate returns everything that is wrong with the spec.
func (s Spec) Validate() []FieldError {
	var wrong []FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, FieldError{field, fmt.Sprintf(format, args...)})
	}
	switch {
	case s.Arrivals == nil && s.Concurrency == 0:
		bad("arrivals", "a load has either arrivals (open model) or concurrency (closed model)")
	case s.Arrivals != nil && s.Concurrency != 0:
		bad("concurrency", "a load has either arrivals (open model) or concurrency (closed model), not both")
	case s.Arrivals != nil:
		s.Arrivals.validate(bad)
		if s.Think != 0 {
			bad("think", "belongs to the closed model")
		}
		if s.Iterations != 0 {
			bad("iterations", "belongs to the closed model")
		}
		if s.Pool < 1 || s.Pool > workersMost {
			bad("pool", "must be 1 to %d", workersMost)
		}
	case s.Concurrency < 1 || s.Concurrency > workersMost:
		bad("concurrency", "must be 1 to %d", workersMost)
	}
	if s.Timeout <= 0 {
		bad("timeout", "must be more than 0")
	}
	if s.GiveUp <= 0 {
		bad("give_up", "must be more than 0")
	}
	if s.Iterations < 0 {
		bad("iterations", "must not be negative")
	}
	if s.Think < 0 {
		bad("think", "must not be negative")
	}
	if s.Drain < 0 {
		bad("drain", "must not be negative")
	}
	return wrong
}
