package workers

import (
	"errors"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// What is told over NATS. Below a run's scope are "join" and "beat", which the hub answers,
// "to.ID.VERB", which a worker answers, and "out.ID", the stream of its outcomes.

// Verbs of the hub to a worker.
const (
	verbPrepare = "prepare" // read the scenario, and say what is missing
	verbOpen    = "open"    // a load
	verbStart   = "start"   // a load, at a moment
	verbEnd     = "end"     // a load, at a moment
	verbStop    = "stop"    // everything, at once
	verbCheck   = "check"   // what a load has kept
	verbClose   = "close"   // all loads, and leave
)

// hello is a worker's first word.
type hello struct {
	ID      string `json:"id"` // drawn by the worker
	Name    string `json:"name"`
	Host    string `json:"host"`
	Cores   int    `json:"cores"`
	Version string `json:"version"`
	Clock   *sight `json:"clock"`
}

// welcome is the answer. A worker that is refused is told why; one that has to wait since the
// run is not ready asks again.
type welcome struct {
	Refused string `json:"refused,omitempty"`
	Name    string `json:"name,omitempty"` // by which the run calls it
	Run     string `json:"run,omitempty"`
	Cloud   string `json:"cloud,omitempty"`
}

// beat is a sign of life, and a question for the time.
type beat struct {
	ID    string           `json:"id"`
	N     int64            `json:"n"`               // of this one, from 1: an older one that comes later says nothing
	Run   string           `json:"run,omitempty"`   // that it has joined; empty: it has not
	Seq   int64            `json:"seq"`             // of the last message that the stream has of it
	InAir map[string]int64 `json:"in_air"`          // by load
	Begun map[string]int64 `json:"begun,omitempty"` // by load: arrivals that it has begun or dropped so far
	Clock *sight           `json:"clock,omitempty"` // of those before
	Leave string           `json:"leave,omitempty"` // why it ends before its time
	// Removed is that it has left, and has removed what its loads made.
	Removed bool `json:"removed,omitempty"`
	// Hopeless is why no iteration of a load can succeed.
	Hopeless string `json:"hopeless,omitempty"`
	// Told are what loads have found out that is worth a warning, all of them so far.
	Told []string `json:"told,omitempty"`
}

// sight is what a worker knows of its axis: run - worker is between Low and High.
type sight struct {
	Low   time.Duration `json:"low_ns"`
	High  time.Duration `json:"high_ns"`
	Worst time.Duration `json:"worst_ns"` // how far off a stamp may have been so far
	N     int64         `json:"n"`
}

// answer is what a beat is answered with.
type answer struct {
	Now  time.Duration `json:"now_ns"`         // by the run's clock
	Over string        `json:"over,omitempty"` // why the worker is no longer of the run
}

// order is an order of the hub.
type order struct {
	N    int64         `json:"n"` // one that comes again is carried out once
	Run  string        `json:"run"`
	Load string        `json:"load,omitempty"`
	At   time.Duration `json:"at_ns,omitempty"`
	Part loadgen.Part  `json:"part"`
	// Of prepare.
	File          string            `json:"file,omitempty"`
	Source        []byte            `json:"source,omitempty"`
	Small         bool              `json:"small,omitempty"`
	Seed          int64             `json:"seed,omitempty"`
	Cloud         string            `json:"cloud,omitempty"`
	Place         string            `json:"place,omitempty"` // which cloud and project that is; empty: no load needs to know
	Microversions map[string]string `json:"microversions,omitempty"`
	Loads         []string          `json:"loads,omitempty"`
}

// report is a worker's answer to an order.
type report struct {
	Problem string        `json:"problem,omitempty"`
	Kept    *loadgen.Kept `json:"kept,omitempty"`
	Keeps   bool          `json:"keeps,omitempty"` // of open: the load is to keep some of what it makes
}

// done is the last message of a load in a worker's stream.
type done struct {
	Totals          loadgen.Totals `json:"totals"`
	Until           time.Duration  `json:"until_ns"` // before which all that was due is planned
	Reauthenticated int64          `json:"reauthenticated,omitempty"`
	Error           string         `json:"error,omitempty"`
}

// Headers of what is in the stream.
const (
	headSeq  = "Eris-Seq"
	headLoad = "Eris-Load"
	headDone = "Eris-Done"
)

// problem is the report of what went wrong; none of nil.
func problem(err error) report {
	if err == nil {
		return report{}
	}
	return report{Problem: err.Error()}
}

func (r report) err() error {
	if r.Problem == "" {
		return nil
	}
	return errors.New(r.Problem)
}
