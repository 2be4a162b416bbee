package record

import "time"

// Logged is what the log files and journals of a node have on a run: lines with the
// request ids of failed operations, and the lines around faults. It is looked up when the
// run is over, and its event has the time of the run's end.
type Logged struct {
	// Node is empty for what is said of the search as a whole.
	Node     string          `json:"node,omitempty"`
	Requests int             `json:"requests,omitempty"` // ids that were looked for there
	Lines    []LoggedExcerpt `json:"lines,omitempty"`
	// Silent says what could not be searched, and why.
	Silent []string `json:"silent,omitempty"`
}

// LoggedExcerpt is lines of one file or journal, in its order: those with a request's id, or
// those around a fault, of which the first and the last are kept.
type LoggedExcerpt struct {
	Source  string   `json:"source"`            // the file's path, or "journal" and the units
	Request string   `json:"request,omitempty"` // the id; empty: they are around a fault
	Fault   string   `json:"fault,omitempty"`   // the fault's name in the scenario
	Service string   `json:"service,omitempty"` // that was struck; empty: the whole node
	Lines   []string `json:"text"`              // each on one line and without secrets
	Head    int      `json:"head,omitempty"`    // how many of Lines stand before those left out; 0: the others follow all
	Left    int64    `json:"left,omitempty"`    // lines that were left out
}

// Around is the time around a fault on one target, by the run's clock.
type Around struct {
	Fault  string
	Target Target
	From   time.Duration // when the inject was sent, or just before
	To     time.Duration // when the undo was verified; 0: it was not
}
