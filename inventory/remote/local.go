package remote

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// Starter starts commands on the machine where this program runs.
type Starter interface {
	// Start starts a command, as root through sudo where that is needed and allowed.
	// done tells its end, whoever waits for it; stop lets go of its streams, as the
	// end of a connection does. An error says that nothing was started.
	Start(cmd Command, sudo bool, stdout, stderr io.Writer) (done <-chan Ended, stop func(), err error)
}

// Ended is the end of a command: its exit status, or why that was not seen.
type Ended struct {
	Exit int
	Err  error
}

// local is the machine where Eris runs, as a node.
type local struct {
	pool    *Pool
	starter Starter
	sudo    bool
	slots   chan struct{}
}

var errNoStarter = errors.New("this program does not reach the machine where it runs")

func newLocal(p *Pool, node *inventory.Node) *local {
	return &local{pool: p, starter: p.options.Local, sudo: node.SSH.Sudo, slots: make(chan struct{}, max(2, node.SSH.Sessions))}
}

// take waits for one of the machine's sessions.
func (l *local) take(ctx context.Context) error {
	select {
	case <-l.pool.closing:
		return ErrClosed
	default:
	}
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.pool.closing:
		return ErrClosed
	}
}

func (l *local) start(cmd Command, stdout, stderr io.Writer) (<-chan ending, func(), error) {
	if l.starter == nil {
		return nil, nil, errNoStarter
	}
	done, stop, err := l.starter.Start(cmd, l.sudo, stdout, stderr)
	if err != nil {
		return nil, nil, err
	}
	ended := make(chan ending, 1)
	go func() {
		e := <-done
		state := Done
		if e.Err != nil {
			state = Unknown
		}
		ended <- ending{state: state, exit: e.Exit, err: e.Err}
	}()
	return ended, stop, nil
}

// run is Pool.Run on this machine.
func (l *local) run(ctx context.Context, cmd Command) Result {
	if err := l.take(ctx); err != nil {
		return Result{State: NotStarted, Err: err}
	}
	defer func() { <-l.slots }()
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(cmd.Timeout, defaultTimeout), errTimeout)
	defer cancel()
	if ctx.Err() != nil {
		return Result{State: NotStarted, Err: context.Cause(ctx)}
	}
	limit := cmp.Or(cmd.MaxOutput, defaultMaxOutput)
	stdout, stderr := &capture{left: limit}, &capture{left: limit}
	began := time.Now()
	done, stop, err := l.start(cmd, stdout, stderr)
	if err != nil {
		return Result{State: NotStarted, Err: err}
	}
	var end ending
	select {
	case end = <-done:
	case <-ctx.Done():
		end = ending{state: Unknown, err: context.Cause(ctx)}
	case <-l.pool.closing:
		end = ending{state: Unknown, err: ErrClosed}
	}
	stop()
	return result(end, time.Since(began), stdout, stderr)
}

// stream is Pool.Stream on this machine. What prints on after ctx has ended gets
// SIGPIPE, and what waits the end of its stdin.
func (l *local) stream(ctx context.Context, cmd Command, line func(string)) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer func() { <-l.slots }()
	limit := cmp.Or(cmd.MaxOutput, defaultMaxOutput)
	split := &splitter{lines: make(chan []byte), tooLong: make(chan struct{}), quit: make(chan struct{}), limit: limit}
	defer close(split.quit)
	stderr := &capture{left: limit}
	done, stop, err := l.start(cmd, split, stderr)
	if err != nil {
		return err
	}
	defer stop()
	return split.follow(ctx, done, stderr, l.pool.closing, line)
}
