// Package loadgen decides when to send: arrival schedules of the open and the
// closed model, phases, and the record of what became of every arrival, timed
// from its intended start. What to send is a Workload.
package loadgen

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Workload is one kind of work, e.g. keystone.issue_token: its typed arguments
// with defaults filled in. A registry makes it from a scenario's args.
type Workload interface {
	// Open prepares what the workload's iterations share: sessions, endpoints,
	// fixtures. It runs before the load starts and is not timed.
	Open(ctx context.Context, env Env) (Session, error)
}

// Session runs iterations, many at once. Iterate performs one arrival's work
// and returns its outcome; operations inside it are reported to rec. The
// error text never decides the class: errors are classified by type.
type Session interface {
	Iterate(ctx context.Context, iteration int64, rec Recorder) Outcome
	// Close removes what the session made. It gets a detached context.
	Close(ctx context.Context) error
}

// Outcome is how one iteration or operation ended.
type Outcome struct {
	Class     record.Class
	Status    int    // HTTP status, 0 when there was none
	RequestID string // X-Openstack-Request-Id of the answer; empty: none named one
	SentID    string // that of the request, where it did not succeed
	Err       error  // why, in words for people; nil when Class is OK
}

// OpenError is how the call ended that an Open needed, with the class that it
// would have had in an iteration.
type OpenError struct{ Outcome }

// Error is that of the call.
func (e *OpenError) Error() string { return e.Err.Error() }

// Unwrap gives the call's error.
func (e *OpenError) Unwrap() error { return e.Err }

// Recorder takes the named operations inside an iteration.
type Recorder interface {
	// Operation starts the clock of an operation; the returned function ends it.
	Operation(name string) func(Outcome)
}

// Finisher is a Session of which something may still be known when its last iteration
// has ended. Finish waits for it until ctx ends, and tells operations of that
// iteration. A load that was stopped does not come to it.
type Finisher interface {
	Finish(ctx context.Context, rec Recorder)
}

// Told gives a Recorder an operation that somebody else has timed, such as a test of a
// program. A Recorder that has no method Told does not keep it.
func Told(rec Recorder, name string, began, ended time.Time, o Outcome) {
	if teller, ok := rec.(interface {
		Told(name string, began, ended time.Time, o Outcome)
	}); ok {
		teller.Told(name, began, ended, o)
	}
}

// Env is what a workload may use of its run.
type Env struct {
	Run       string // run id, carried by every resource that the workload makes
	Load      string // the load's name in the scenario
	Seed      int64  // of the stream named after the load
	Part      Part   // what of the load is sent here; Open sets it
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	Transport http.RoundTripper // times at the wire; nil: loadgen/openstack makes one from Dial
	Clouds    string            // path of a clouds.yaml
	Cloud     string            // entry in it
	Account   *Account          // for whom it acts; nil: the user of that entry
	// Members are where the inventory's services are listened at, HOST:PORT of each node,
	// by the service's name; those that have no port are left out.
	Members map[string][]string
	// Microversions are those that services are asked for, by their types; of who is
	// not in it none is asked for, and the service answers as its lowest.
	Microversions map[string]string
	// Variable is a variable of the environment in which a secret is, see Secretive; nil:
	// os.LookupEnv.
	Variable func(name string) (value string, is bool)
	Log      *slog.Logger
	// Hopeless says that no iteration of the load has succeeded nor can, and why,
	// so that the run is stopped; nil where nobody wants to know.
	Hopeless func(why error)
	// Hope is what all accounts of the load have together of that; nil: it has one.
	Hope *Hope
	// Figure takes what is measured beside times; nil where nobody keeps it. See Measuring.
	Figure func(Figure)
	// Reauthenticated counts token renewals on the measuring path.
	Reauthenticated func()
	// Needs is told what the load takes of its project's quotas, in place of all that Open would
	// make or begin: it then returns ErrLooked, if it would. nil: Open is to be done. See Look.
	Needs func(Need)
	// Moved tells that the catalogue has a service at another address than before, where it
	// is asked from now on; nil where nobody wants to know.
	Moved func(service, from, to string)
}

// Authorized is a workload that uses the credentials of clouds.yaml. Role is
// the least role that its user needs in its project, in the words of the
// default roles (admin, member, reader); empty: any role.
//
// Source: https://docs.openstack.org/keystone/latest/admin/service-api-protection.html
type Authorized interface{ Role() string }

// Issuing is a workload that may ask for a token in each iteration by itself.
type Issuing interface{ Issues() bool }

// Secretive is a workload that has secrets from variables of the environment: their
// names. Nobody else has them while it runs, above all no program that is a load, so it
// reads them by Env.Variable.
type Secretive interface{ Secrets() []string }

// Leaver is a workload that makes something outside of OpenStack, which a run that was
// killed leaves. Left removes what the load env.Load of the run env.Run has left, or
// with look only looks whether it is there: what it is, in words for people, and whether
// it was there. An error says that it is left, or that it is not known whether it is.
type Leaver interface {
	Left(ctx context.Context, env Env, look bool) (what string, there bool, err error)
}

// Local is a workload that starts a program on the machine of Eris. Program is that
// and its arguments, for whoever is asked whether it may.
type Local interface{ Program() []string }
