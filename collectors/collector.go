// Package collectors is what to watch: one file a collector, each measuring
// itself. What they read becomes signals that triggers, stop conditions and
// reports share.
package collectors

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Collector is one kind of watching with its arguments filled in. How it reads
// is told by an interface that it has beside this one, Remote or Direct: see Check.
// More of it may be told by Slow, Expecting and Sited.
type Collector interface {
	// Signals names what it publishes.
	Signals() []SignalInfo
}

// Remote is a collector that runs one long-lived remote loop a node, which
// prints a line each interval and ends with its connection.
type Remote interface {
	Collector
	// Script returns the POSIX sh loop for a node and the interval it is to
	// keep, made by Loop; services are those of the node.
	Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string
	// Parse turns one line, without the time that Loop puts before it, into
	// readings; At and the node label are filled in by the caller. A line that
	// it cannot read is an error.
	Parse(node *inventory.Node, line string) ([]record.Reading, error)
}

// Slow is a collector whose sweep of a node may rightly take a while.
type Slow interface {
	// Slowest is how long a sweep may take where those are the node's services,
	// before it says that the node is in trouble.
	Slowest(services []*inventory.Service) time.Duration
}

// Expecting is a collector that publishes not just one series of each signal a
// node, and knows which.
type Expecting interface {
	// Expected lists the labels, beside the node's, of every series of a signal
	// that a node with those services will have.
	Expected(signal string, services []*inventory.Service) []map[string]string
}

// Sited is a collector that has to know of other nodes than those that it is on.
type Sited interface {
	// Place tells it the cloud, before it runs. An error says what of its arguments does not
	// fit the cloud.
	Place(cloud *inventory.Cloud) error
}

// Check tells why a collector cannot be run; nil when it can.
func Check(c Collector) error {
	switch c.(type) {
	case Remote, Direct:
		return nil
	}
	return fmt.Errorf("nothing runs a %T: it has neither a loop for a node (Script and Parse) nor asks from here (Open)", c)
}

// SignalInfo describes a signal for `eris describe` and for type checks.
type SignalInfo struct {
	Name   string   // e.g. "sockets.established"
	Unit   string   // e.g. "1", "bytes", "ratio", "s"
	Labels []string // e.g. node, port, service
	Help   string
	Kind   SignalKind
}

// SignalKind is what a value of a signal tells of the time since the one before.
type SignalKind string

// Of a Delta and of a Counter there is a rate, of a gauge there is none.
const (
	Gauge   SignalKind = ""        // nothing: it is so now, as memory that is free
	Delta   SignalKind = "delta"   // what came in it, as bytes that were sent
	Counter SignalKind = "counter" // what has come in all; what falls began anew at zero
)

// Source reads nodes; *remote.Pool is one.
type Source interface {
	remote.Streamer
}

// Sink takes readings as they come and the collector's word on itself.
type Sink interface {
	Publish(ctx context.Context, readings []record.Reading)
	// Forget takes series of which who is asked has just said that they are no more, or
	// nothing: what was read of them last is not the present.
	Forget(series []record.Reading)
	Collected(event record.CollectEvent)
}
