package outside

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// Order is what is done from outside of a node, and taken back. Do, Undo and
// Restored are called under the fault's lock, each by whoever has it at that moment.
type Order interface {
	// Ready is the last look before Do: why it cannot be done, empty where it can.
	Ready(ctx context.Context) (reason string)
	// Do makes the fault, once. An error is told, and what was sent may have
	// happened all the same: Undo follows whatever it says.
	Do(ctx context.Context) error
	// Seen asks for the effect once, and says from when on it is known to be there.
	// An error is no answer: then nobody knows.
	Seen(ctx context.Context) (at Moment, effect string, seen bool, err error)
	// Undo takes back what may have been done. It can be called at any moment, any
	// number of times, and stamps its own failures ([Folder.Stamp], undo-failed).
	Undo(ctx context.Context, by string) error
	// Restored says what is not as before yet, empty where all is.
	Restored(ctx context.Context, by string) (wrong string, err error)
}

// An Order may be more than that.
type (
	// Passing is an order that is over by itself: Follow is run beside its worker's
	// watch, and notes when it began, by hold, and that it is over (the stamp ended).
	Passing interface {
		Passing() bool
		Follow(ctx context.Context, hold func(ctx context.Context, at Moment, effect string) error)
	}
	// Insisting is an order of which Insist does what can be done of Undo while somebody
	// else hangs in the lock. It is asked again until the lock is free.
	Insisting interface{ Insist(ctx context.Context) }
	// Beside is an order that stands beside a fault which its node keeps itself
	// ([faults.Wake]): nothing is done at the inject.
	Beside interface{ Beside() bool }
	// Late is an order of which something may come after it was given and undone.
	// LateFor is how long that is at most, 0 when nothing can come any more.
	Late interface{ LateFor() time.Duration }
	// Hearing is an order that takes a proof from whoever could ask the node itself:
	// proven or booted.
	Hearing interface{ Hear(proof string) error }
	// Telling is an order that says why its last Undo failed, without asking anybody.
	Telling interface{ Told() string }
	// Preparing is an order that keeps in its folder what was there before: Prepare is
	// called when the fault is armed, under its lock, and touches nothing else.
	Preparing interface {
		Prepare(ctx context.Context) error
	}
	// Differing is an order that tells what it found before and what it finds now, none
	// where it has no answer, as lines KEY=VALUE in a fixed order.
	Differing interface {
		Before() []string
		After(ctx context.Context) []string
	}
	// Advising is an order that asks before it says what a person types to undo it by
	// hand. Without it the errand's Remedy is what is said.
	Advising interface {
		Remedy(ctx context.Context) string
	}
)

// ErrLate is in the error of an [Order.Undo] that waits for what may still come.
var ErrLate = errors.New("what was ordered may still come")

// Errand is an order as it stands in its fault's folder, in JSON.
type Errand interface {
	// Base is the part that all errands have, to be changed in place.
	Base() *Task
	// Place is what is struck, by what it is known again in another inventory; two
	// living faults never share one. What names it for people.
	Place() (place, what string)
	// Open makes it an order. It needs no connection.
	Open(f Folder) (Order, error)
	// Today brings it up to date with the inventory of now; false where the fault is
	// of nothing in there.
	Today(cloud *inventory.Cloud) bool
	// Remedy is what a person types to undo it by hand, in a shell.
	Remedy() string
}

// Family is a sort of orders.
type Family interface {
	// Words says how its faults are called.
	Words() Words
	// Check is preflight: it touches nothing and says what is missing. known tells
	// that the place has answered, so that it is worth while to look further.
	Check(ctx context.Context, order faults.Order) (problems []string, known bool)
	// Errand is what is to stand in a folder for an order; its Base is filled in by
	// the keeper.
	Errand(order faults.Order) (Errand, error)
	// Read is an errand of this family to read JSON into.
	Read() Errand
	// Strays tells what is left in the cloud, or could be, though no fault on this
	// machine explains it. kept are the ids and the nodes of those that are known.
	Strays(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) ([]Left, error)
}

// Restoring is a family whose strays tell nothing of whose they are, where other nodes of
// the cloud may: Restore takes back what they bear witness of, and returns when it is
// known to be taken back.
type Restoring interface {
	Restore(ctx context.Context, cloud *inventory.Cloud, of faults.Witness, patience time.Duration) error
}

// Collecting is a family whose strays tell themselves whose they are: Collect takes
// back those that are Eris' beyond doubt, and says which are left.
type Collecting interface {
	Collect(ctx context.Context, cloud *inventory.Cloud, nodes []string, kept map[string]bool) (undone []string, left []Left, err error)
}

// Reticent is a family that does not ask in every cloud what is left: Unasked says why
// it does not in this one, though something could be there; empty where it asks.
type Reticent interface {
	Unasked(cloud *inventory.Cloud) string
}

// Words are how a family's faults are called in messages.
type Words struct {
	Family string // its folder, e.g. power
	Undo   string // what is done at the end: give the power back
	Undone string // and when it is done: its node's power is on
	First  bool   // it has to be undone before anybody asks the nodes
	Doubt  string // where it may not be: not every node is known to have its power
}

// Task is what a guard has to do, as it stands in its folder; an errand embeds it.
type Task struct {
	Family string        `json:"family"`
	ID     string        `json:"id"`
	Run    string        `json:"run"`
	Owner  string        `json:"owner"`
	Cloud  string        `json:"cloud"`
	Node   string        `json:"node"`
	Action string        `json:"action"`
	Lease  time.Duration `json:"lease"`
	TTL    time.Duration `json:"ttl"`
	Boot   string        `json:"boot"`    // boot id of this machine
	Net    string        `json:"network"` // namespace from which the place is reached
}

// Base implements Errand.
func (t *Task) Base() *Task { return t }

// IsAt says whether an errand is about what this program strikes at a place: in
// another network namespace the same place is another one, as in two labs. After a
// restart of this machine namespaces have other numbers, and the place alone
// counts; so it does where a namespace cannot be told, since a fault that nobody
// finds is worse than one that is found twice.
func IsAt(e Errand, place string) bool {
	own, t := network(), e.Base()
	at, _ := e.Place()
	return at == place && (t.Net == own || t.Net == "" || own == "" || t.Boot != bootID())
}

// read is the errand in a folder.
func read(f Folder, family Family) (Errand, error) {
	e := family.Read()
	text, err := f.errand()
	if err == nil {
		err = json.Unmarshal(text, e)
	}
	if err != nil {
		return nil, f.fail("read the task of", err)
	}
	return e, nil
}
