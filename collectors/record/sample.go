package record

import "time"

// Class is the outcome of an arrival or operation.
type Class uint8

// The classes. Dropped means that an arrival was due and could not start.
const (
	OK Class = iota
	HTTP5xx
	HTTP4xx
	Conflict
	Quota
	Connect
	Timeout
	WrongResult
	Aborted // cut by the run's own end; counts neither as success nor as failure
	Dropped
	TLS // the server's certificate was not trusted, so that nothing was asked
)

// Classes is how many there are: as an array's length, one place for each.
const Classes = TLS + 1

// String is the class's word in reports and in run.json.
func (c Class) String() string {
	return [...]string{"ok", "http_5xx", "http_4xx", "conflict", "quota", "connect", "timeout", "wrong_result", "aborted", "dropped", "tls"}[c]
}

// Sample is what became of one planned arrival of a load, or of one operation
// inside it. Latency is End - Intended.
type Sample struct {
	Iteration int64         // number of the arrival within its load, from 0
	Operation string        // empty for the arrival as a whole
	Intended  time.Duration // when it was due, by the run's clock
	Started   time.Duration // when it was sent; equals Intended for what was Dropped
	End       time.Duration // when its outcome was known
	Class     Class
	Status    int    // HTTP status, 0 when there was none
	RequestID string // X-Openstack-Request-Id of the answer, kept for failures only
	SentID    string // that of the request, kept likewise; empty: it is not known, or was none
	// Queued means that every worker of the load was busy when the arrival was
	// due: it waited for the cloud, not for the load generator.
	Queued bool
	// Err says in words why it failed. A record keeps the first few texts of a kind,
	// which Failures gives back; Samples does not.
	Err error
}

// Latency is the response time from the intended start.
func (s Sample) Latency() time.Duration { return s.End - s.Intended }

// Lateness is how late the load generator itself was. It is 0 for what was
// Queued: that wait is the cloud's doing, and part of Latency all the same.
func (s Sample) Lateness() time.Duration {
	if s.Queued {
		return 0
	}
	return s.Started - s.Intended
}

// Reading is one value of a signal. Its age is how long ago At is.
type Reading struct {
	Signal    string            `json:"signal"`
	Labels    map[string]string `json:"labels,omitempty"` // node, service, port, …
	At        time.Duration     `json:"at_ns"`
	Value     float64           `json:"value"`
	Collector string            `json:"-"`              // who has read it: the name of its file
	Unit      string            `json:"unit,omitempty"` // "1", "bytes", "s", "ratio", …; empty in a record that an older version wrote
}
