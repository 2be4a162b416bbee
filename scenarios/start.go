package scenarios

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

// Start is what lets a fault begin, or something become of a load: a time, which
// may be a random one, another fault's progress, or a condition, which may be
// asked only from such progress on. The zero Start is the start of the chaos
// phase.
type Start struct {
	Phase string // of loads only: that the phase begins; empty when it waits for something else

	At time.Duration // from the start of the chaos phase

	Random time.Duration // At is drawn, from the start of the chaos phase up to here; 0 when it is not

	After string // another fault's name; empty when it does not wait for one
	Event Event
	Delay time.Duration // from that event, or from the start of Phase

	When      *conditions.Program // nil when it waits for no condition
	For       time.Duration       // how long the condition must hold
	Within    time.Duration       // how long to wait, from the start of the chaos phase, or from Delay after that event
	Otherwise Otherwise           // what to do when it did not hold within that time
}

// Event is a step in another fault's life.
type Event string

// The events that a fault can wait for. Recovered is the moment at which its
// budget is released: undone, verified, and healthy for the settle window.
const (
	Injected  Event = "injected"
	Undone    Event = "undone"
	Recovered Event = "recovered"
)

// Otherwise is what becomes of a fault whose condition did not hold in time.
type Otherwise string

// The alternatives: report it as skipped, stop the run as failed, or fire.
const (
	Skip Otherwise = "skip"
	Fail Otherwise = "fail"
	Fire Otherwise = "fire"
)

// String says in words when the fault starts.
func (s Start) String() string {
	switch {
	case s.Phase != "" && s.Delay > 0:
		return fmt.Sprintf("%v into %s", s.Delay, s.Phase)
	case s.Phase != "":
		return "when " + s.Phase + " begins"
	case s.After != "":
		text := fmt.Sprintf("after %s is %s", s.After, s.Event)
		if s.Delay > 0 {
			text = fmt.Sprintf("%v %s", s.Delay, text)
		}
		if s.When != nil {
			text += fmt.Sprintf(", then %s, within %v of it, otherwise %s", s.condition(), s.Within, s.Otherwise)
		}
		return text
	case s.When != nil:
		return s.condition() + fmt.Sprintf(", within %v of chaos, otherwise %s", s.Within, s.Otherwise)
	case s.Random > 0:
		return fmt.Sprintf("%v into chaos, drawn from its first %v", s.At, s.Random)
	default:
		return fmt.Sprintf("%v into chaos", s.At)
	}
}

func (s Start) condition() string {
	text := "when " + s.When.Source
	if s.For > 0 && s.When.For == 0 {
		text += fmt.Sprintf(" for %v", s.For)
	}
	return text
}
