package kpi

import (
	"iter"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Record is what a run left behind, as this package reads it. Events fit in
// memory, samples do not and are read in one pass a load, and in a second one if there
// may have been an outage.
type Record struct {
	Meta record.RunStarted
	// CutOff says how a record that does not end as it should ends; empty when
	// it is whole.
	CutOff string
	// Changed says what of the record is not as it was written, a sentence a file.
	Changed []string
	Events  []record.Event
	// Samples gives the outcomes of one load; nil stands for none.
	Samples func(load string) iter.Seq2[record.Sample, error]
	// Failures gives what was said of the failures of one load; nil stands for none.
	Failures func(load string) ([]record.Failure, error)
	// Signals gives the readings of all collectors; nil stands for none.
	Signals func() iter.Seq2[record.Reading, error]
	// Inputs are what the run was made from. No figure is made of them.
	Inputs Inputs
}

// Inputs are the files that a run was made from, as they are in its record; empty where it
// has none, as of an imported result.
type Inputs struct{ Scenario, Plan []byte }

// Span is a stretch of a run, from its start; To is not part of it.
type Span struct{ From, To time.Duration }

// Length of the span.
func (s Span) Length() time.Duration { return max(s.To-s.From, 0) }

// Has tells whether a moment lies in the span.
func (s Span) Has(at time.Duration) bool { return at >= s.From && at < s.To }

// seconds of the run as a number.
func seconds(d time.Duration) float64 { return d.Seconds() }

// milliseconds of a duration as a number.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// fromSeconds is the duration of that many seconds.
func fromSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
