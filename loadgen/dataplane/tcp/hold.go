package tcp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Hold opens a session and keeps it, with an echo now and then. A session that breaks
// ends its iteration with what broke it; how many are held is the load's in_flight.
type Hold struct {
	Echo  `yaml:",inline"`
	Hold  time.Duration `yaml:"hold" help:"how long a session is kept, 1s to 24h; the load's timeout has to be longer"`
	Every time.Duration `yaml:"every" help:"what lies between two echoes of a session, from 10ms on"`
}

// NewHold has the defaults.
func NewHold() *Hold { return &Hold{Echo: *NewEcho(), Hold: 20 * time.Second, Every: time.Second} }

// Validate says what is wrong with the arguments.
func (w *Hold) Validate() error {
	errs := []error{w.Echo.Validate()}
	if w.Hold < time.Second || w.Hold > 24*time.Hour {
		errs = append(errs, fmt.Errorf("hold: %s is not between 1s and 24h", w.Hold))
	}
	if w.Every < 10*time.Millisecond || w.Every > w.Hold {
		errs = append(errs, fmt.Errorf("every: %s is not between 10ms and hold", w.Every))
	}
	return errors.Join(errs...)
}

// Open sends nothing.
func (w *Hold) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("tcp.hold: %w", err)
	}
	return holding{echoing{connecting{w.Address, env}, w.Bytes}, w.Hold, w.Every}, nil
}

type holding struct {
	echoing
	hold, every time.Duration
}

// Iterate holds one session. Its echoes are due at whole multiples of Every.
func (s holding) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	began := time.Now()
	var conn *dataplane.Conn
	o := timed(rec, "tcp.connect", func() (err error) {
		conn, err = dataplane.Dial(ctx, s.env, "tcp", s.address)
		return err
	})
	if o.Class != record.OK {
		return o
	}
	defer func() { _ = conn.Close() }() // it was held for as long as it was to be
	wait := time.NewTimer(0)
	defer wait.Stop()
	for turn := uint64(0); ; turn++ {
		due := min(time.Duration(turn)*s.every, s.hold)
		wait.Reset(time.Until(began.Add(due)))
		select {
		case <-wait.C:
		case <-ctx.Done():
			return dataplane.Failed(ctx.Err())
		}
		if due == s.hold {
			return loadgen.Outcome{}
		}
		if o := timed(rec, "tcp.echo", func() error { return echo(conn, s.text(iteration, turn)) }); o.Class != record.OK {
			o.Err = fmt.Errorf("held, and then: %w", o.Err)
			return o
		}
	}
}
