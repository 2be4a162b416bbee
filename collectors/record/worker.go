package record

import "time"

// WorkerEvent tells of a worker: another process, most often on another machine, that sends
// a part of the run's loads.
type WorkerEvent struct {
	Name    string      `json:"name"` // as it calls itself; of those that the run has each has its own
	State   WorkerState `json:"state"`
	Reason  string      `json:"reason,omitempty"`  // of lost: why it is taken for that
	Host    string      `json:"host,omitempty"`    // of joined
	Cores   int         `json:"cores,omitempty"`   // of joined: processors that it may use
	Version string      `json:"version,omitempty"` // of joined: its build of Eris
	// Clock says how far its axis was from the run's, of joined, and of accounted at its worst.
	Clock *WorkerClock `json:"clock,omitempty"`
	// Acked is how many messages of outcomes the worker has said, while it could, that the
	// stream has, and Taken how many are in the record; of accounted.
	Acked int64 `json:"acked,omitempty"`
	Taken int64 `json:"taken,omitempty"`
	// Parts are its parts of the loads; of accounted.
	Parts []WorkerPart `json:"parts,omitempty"`
}

// WorkerState is what became of a worker.
type WorkerState string

// The states of a worker.
const (
	WorkerJoined WorkerState = "joined"
	WorkerLeft   WorkerState = "left" // before any load was opened: another one may have its place
	// WorkerLost is one that was not heard of any more, or that said that it ends before its
	// time. What it says later is recorded all the same; it does not come back.
	WorkerLost      WorkerState = "lost"
	WorkerAccounted WorkerState = "accounted" // at the run's end
)

// WorkerClock is the run's clock held against the axis on which a worker stamps its arrivals,
// by questions and answers: run = worker + Offset. A worker sets its axis when it joins.
type WorkerClock struct {
	Offset time.Duration `json:"offset_ns"`
	Bound  time.Duration `json:"bound_ns"` // how far off Offset may be
	Worst  time.Duration `json:"worst_ns"` // how far a stamp may have been off at any time so far
	N      int64         `json:"n"`        // questions that were answered
}

// WorkerPart is a worker's part of a load: Planned + Beyond = Sent + Dropped + NotSent + Unknown.
type WorkerPart struct {
	Load string `json:"load"`
	// Planned are the arrivals that were due in its part, as the run computes them from the
	// seed; in the closed model those that it began.
	Planned int64 `json:"planned"`
	Sent    int64 `json:"sent"`    // whose outcomes are in the record
	Dropped int64 `json:"dropped"` // that it told it could not start
	// Unknown are those of which no outcome came and that may have been sent: due before the
	// worker has stopped for certain.
	Unknown int64 `json:"unknown,omitempty"`
	NotSent int64 `json:"not_sent,omitempty"` // that were due when it no longer sent anything
	// More tells that there may be more Unknown than are counted: a closed load has no plan, and
	// what a worker began after its last word nobody knows.
	More bool `json:"more,omitempty"`
	// Beyond are outcomes of arrivals that were not planned for it, or that had one already. There
	// are to be none.
	Beyond  int64          `json:"beyond,omitempty"`
	LateP99 *time.Duration `json:"late_p99_ns,omitempty"` // how late it was itself; nil: it sent nothing
	// Reauthenticated is how many tokens it renewed while it measured.
	Reauthenticated int64  `json:"reauthenticated,omitempty"`
	Error           string `json:"error,omitempty"` // an internal error of the load there
}
