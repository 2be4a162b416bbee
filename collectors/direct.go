package collectors

import (
	"context"
	"errors"

	"github.com/openstack-eris/eris/collectors/record"
)

// Direct is a collector that asks an endpoint from where Eris runs: an API, or who
// watches the cloud already. It is on no node, and its signals have the labels that it
// gives them, node only where it says so.
type Direct interface {
	Collector
	// Open makes what asks while a run goes on. It sends nothing. cloud opens a login at
	// the OpenStack under test, for who needs one.
	Open(cloud func() (OpenStack, error)) (Asker, error)
}

// OfServer is a Direct that tells whom it asks: its signals with the label server are of
// that one.
type OfServer interface {
	// Server is HOST:PORT.
	Server() string
}

// Asker is who asks for a Direct, one sweep after the other.
type Asker interface {
	// Ask is one sweep. The time of its readings is filled in by the caller. That who is
	// asked gives no answer is a reading; an error is what keeps it from being asked, or
	// an answer that cannot be read, and there are no readings beside it.
	Ask(ctx context.Context) ([]record.Reading, error)
	// Close closes the connections that are kept.
	Close()
}

// OpenStack is a login at the cloud under test, as the user whom the inventory names,
// over connections of its own. It is used by one goroutine.
type OpenStack interface {
	// LogIn takes a token where there is none yet. An error with the method Refused says that
	// whoever logs in may not.
	LogIn(ctx context.Context) error
	// Get asks a service for a document, by the service's type (compute, network,
	// volume) and a path below its endpoint. An error with the method Unanswered says that the
	// service gave no answer, or one of its own failure.
	Get(ctx context.Context, service, path string) ([]byte, error)
	// Project is the id of the project that the login is of.
	Project(ctx context.Context) (string, error)
	// Close closes the connections that are kept.
	Close()
}

// refused tells whether an error is that of a login that was refused.
func refused(err error) bool {
	_, is := errors.AsType[interface {
		error
		Refused()
	}](err)
	return is
}

// unanswered tells whether an error is that of who was asked and gave no answer, and
// not one of the question.
func unanswered(err error) bool {
	_, is := errors.AsType[interface {
		error
		Unanswered()
	}](err)
	return is
}
