package kpi

import (
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
)

// Capture is what was kept around a moment on a node, in a file of the record.
type Capture struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Node    string `json:"node,omitempty"`    // none of one that was skipped
	State   string `json:"state"`             // kept, failed, skipped, or begins: what came of it is not in the record
	Trigger string `json:"trigger,omitempty"` // what began it; of one that was skipped, why
	// FromMS and ToMS are of which part of the run there is something in the file.
	FromMS float64 `json:"from_ms"`
	ToMS   float64 `json:"to_ms"`
	File   string  `json:"file,omitempty"` // its path in the record
	Bytes  int64   `json:"bytes"`
	Has    string  `json:"has,omitempty"`   // what is in it, in words
	Cut    string  `json:"cut,omitempty"`   // why something is missing in it; empty where nothing is
	Error  string  `json:"error,omitempty"` // why there is nothing
}

// capture notes a step of a capture: the last takes the place of those before it.
func (h *history) capture(e record.CaptureEvent) {
	c := Capture{
		Name: e.Capture, Kind: e.Kind, Node: e.Node, State: string(e.State), Trigger: e.Trigger, FromMS: milliseconds(e.From), ToMS: milliseconds(e.To),
		File: e.File, Bytes: e.Bytes, Has: e.Has, Cut: e.Cut, Error: e.Error,
	}
	at := slices.IndexFunc(h.captures, func(had Capture) bool { return had.Name == c.Name && had.Node == c.Node })
	if at < 0 {
		h.captures = append(h.captures, c)
		return
	}
	c.Trigger = h.captures[at].Trigger
	h.captures = append(slices.Delete(h.captures, at, at+1), c)
}
