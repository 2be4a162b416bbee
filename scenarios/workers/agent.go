package workers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// Environment is that of a worker's process. Take takes variables out of it, so that no
// program that the worker starts has them, and Variable reads one that was taken or not.
type Environment interface {
	Take(names ...string) error
	Variable(name string) (value string, is bool)
}

// Agent is a worker, for one run.
type Agent struct {
	Name      string // as it wants to be called; empty: as its machine
	Version   string // of its build; a run takes its own alone
	Clouds    string // path of the clouds.yaml of its machine; empty: where it is looked for
	Catalogue *scenarios.Catalogue
	// Fresh makes of a workload one whose iterations each get a token of their own.
	Fresh func(loadgen.Workload) loadgen.Workload
	// Access says which cloud and project an environment leads to, or why it cannot be used
	// here; nil: nobody asks.
	Access func(context.Context, loadgen.Env) (place string, err error)
	// Own has the secrets of the loads that are in this machine's environment; nil: they
	// stay there.
	Own Environment
	Log *slog.Logger
	Say func(text string) // to people, a line each

	id     string
	run    string // of which it is, once it has joined
	conn   *nats.Conn
	talk   talk
	scope  string
	beats  atomic.Int64
	axis   *axis
	clock  record.Clock
	out    *outbox
	stop   context.CancelFunc // of the loads
	work   context.Context    // of the loads
	closed chan struct{}      // the hub has had all closed
	leave  sync.Once          // closes it

	mu       sync.Mutex
	spec     *scenarios.Spec
	told     order // prepare
	loads    map[string]*here
	order    []*here
	hopeless string
	warnings []string           // each once
	answers  map[int64]*carried // by the order's number
	closing  bool               // no load is opened any more
	opening  sync.WaitGroup     // loads that are
}

// RefusedError is that a run does not take this worker, and why.
type RefusedError struct{ Reason string }

// Error is the reason.
func (e *RefusedError) Error() string { return e.Reason }

// LostError is that the worker ended before its run, and why.
type LostError struct {
	Reason string
	Unsent int64 // outcomes that the run has not got
	Left   error // what could not be removed; nil: nothing
}

// Error says all of it.
func (e *LostError) Error() string {
	text := e.Reason + ": the loads were stopped"
	if e.Unsent > 0 {
		text += fmt.Sprintf(", %d outcomes were not told", e.Unsent)
	}
	if e.Left != nil {
		return text + "; not everything that they made is known to be removed: " + e.Left.Error()
	}
	return text + ", and what they made was removed"
}

// How a worker keeps in touch.
const (
	beatEvery  = 500 * time.Millisecond
	beatMost   = 2 * time.Second // for an answer
	lonelyMost = 8 * time.Second // without an answer, after which it stops by itself
	firstBeats = 12              // by which the axis is set
	closeMost  = 2 * time.Minute
	flushMost  = 5 * time.Second // for what is still to be told, of a worker that leaves
	// silentMost is after how long without a word from a worker it has certainly stopped.
	silentMost = lonelyMost + beatMost + beatEvery + time.Second
)

// Work joins the run at an address, waiting for it at most so long, and sends what it is told
// until the run has ended. Embedded tells that the run has a server of its own there.
func (a *Agent) Work(ctx context.Context, url string, embedded bool, secret Secret, wait time.Duration) error {
	if err := checkAddress(url); err != nil {
		return err
	}
	if err := a.join(ctx, url, embedded, secret, wait); err != nil {
		return err
	}
	defer a.conn.Close()
	why := a.live(ctx)
	a.stop()
	if why == nil {
		a.out.close()
		return nil
	}
	a.settle(flushMost)
	unsent := a.out.close() // so that no load waits to tell something
	left := a.close(context.WithoutCancel(ctx))
	if left == nil {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatMost)
		defer cancel()
		_, _ = a.tell(limited, beat{Removed: true}) // a run that is not there does not want to know
	}
	return &LostError{Reason: why.Error(), Unsent: unsent, Left: left}
}

// join connects, says who this is, and sets the axis.
func (a *Agent) join(ctx context.Context, url string, embedded bool, secret Secret, wait time.Duration) error {
	var id [8]byte
	_, _ = rand.Read(id[:]) // documented never to fail
	a.id, a.scope, a.loads, a.closed = hex.EncodeToString(id[:]), secret.scope(), map[string]*here{}, make(chan struct{})
	a.answers = map[int64]*carried{}
	options := append(external(), nats.Name("eris worker"))
	if embedded {
		options = []nats.Option{nats.Name("eris worker"), nats.Secure(secret.dial()), nats.Token(secret.password())}
	}
	limited, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no run was there within %v", wait))
	defer cancel()
	var err error
	a.Say(fmt.Sprintf("waiting for the run at %s for at most %v", url, wait))
	if a.conn, err = until(limited, func() (*nats.Conn, bool, error) {
		conn, err := dial(limited, url, options...)
		return conn, err == nil, err
	}); err != nil {
		return err
	}
	a.talk = secret.talk(a.conn)
	a.work, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.greet(limited); err != nil {
		a.stop()
		if a.out != nil {
			a.out.close()
		}
		a.conn.Close()
		return err
	}
	return nil
}

// payloadLeast is the least that a NATS has to take at once, in bytes: a batch is below it.
const payloadLeast = 1 << 20

// greet joins, once the hub is there.
func (a *Agent) greet(ctx context.Context) error {
	if most := a.conn.MaxPayload(); most < payloadLeast {
		return &RefusedError{fmt.Sprintf("the NATS takes messages of at most %d bytes, and %d are wanted (max_payload)", most, payloadLeast)}
	}
	stream, err := jetstream.New(a.conn)
	if err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	name := a.Name
	if name == "" {
		name = host
	}
	me := hello{ID: a.id, Name: name, Host: host, Cores: runtime.GOMAXPROCS(0), Version: a.Version}
	// The axis is set before anything can be asked of this worker.
	a.axis = newAxis()
	if _, err = until(ctx, func() (struct{}, bool, error) {
		limited, cancel := context.WithTimeout(ctx, beatMost)
		defer cancel()
		for range firstBeats {
			if _, err := a.tell(limited, beat{}); err != nil {
				return struct{}{}, false, err
			}
		}
		return struct{}{}, true, nil
	}); err != nil {
		return err
	}
	a.clock = a.axis.fix()
	me.Clock = a.axis.told()
	answered, err := until(ctx, func() (welcome, bool, error) {
		limited, cancel := context.WithTimeout(ctx, beatMost)
		defer cancel()
		w, err := ask[welcome](limited, a.talk, a.scope+".join", me)
		return w, err == nil, err
	})
	if err != nil {
		return err
	}
	if answered.Refused != "" {
		return &RefusedError{answered.Refused}
	}
	a.run = answered.Run
	a.out = newOutbox(stream, a.talk, outSubject(a.scope, a.run, a.id), a.id)
	if _, err := a.conn.Subscribe(a.scope+".to."+a.id+".*", a.obey); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	a.Say(fmt.Sprintf("joined run %s on the cloud %s as %s; the clock is known within %v", answered.Run, answered.Cloud, answered.Name, a.axis.worst))
	return nil
}

// until tries again and again, until it is so or ctx ends, which then tells what was wrong last.
func until[T any](ctx context.Context, try func() (T, bool, error)) (value T, err error) {
	for {
		value, ok, wrong := try()
		if ok {
			return value, nil
		}
		if err == nil || ctx.Err() == nil { // what comes when the time is over says nothing more
			err = wrong
		}
		select {
		case <-time.After(beatEvery):
		case <-ctx.Done():
			return value, errors.Join(context.Cause(ctx), err)
		}
	}
}

// tell tells that the worker is there, and what else stands in b, and asks for the time.
func (a *Agent) tell(ctx context.Context, b beat) (answer, error) {
	b.ID, b.N, b.Run, b.Clock = a.id, a.beats.Add(1), a.run, a.axis.told()
	b.InAir, b.Begun = map[string]int64{}, map[string]int64{}
	if a.out != nil {
		b.Seq = a.out.seq.Load()
	}
	a.mu.Lock()
	b.Hopeless, b.Told = a.hopeless, slices.Clone(a.warnings)
	for name, h := range a.loads {
		totals := h.runner.Live().Totals()
		b.InAir[name], b.Begun[name] = totals.InFlight(), totals.Planned
	}
	a.mu.Unlock()
	asked := a.axis.local.Now()
	got, err := ask[answer](ctx, a.talk, a.scope+".beat", b)
	if err == nil {
		a.axis.see(asked, a.axis.local.Now(), got.Now)
	}
	return got, err
}

// live keeps in touch until the run has ended, which is nil, or the worker has to end before.
func (a *Agent) live(ctx context.Context) error {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	heard := a.axis.local.Now()
	for {
		select {
		case <-a.closed:
			return nil
		case <-ctx.Done():
			limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatMost)
			_, _ = a.tell(limited, beat{Leave: context.Cause(ctx).Error()}) // the hub learns of it by silence, too
			cancel()
			return context.Cause(ctx)
		case <-ticker.C:
		}
		asked := a.axis.local.Now() // before the hub hears it
		limited, cancel := context.WithTimeout(ctx, beatMost)
		got, err := a.tell(limited, beat{})
		cancel()
		now := a.axis.local.Now()
		switch {
		case err == nil && got.Over != "":
			return errors.New(got.Over)
		case err == nil:
			heard = asked
		case now-heard > lonelyMost:
			return fmt.Errorf("the run was not heard of for %v", (now - heard).Round(time.Second))
		}
	}
}
