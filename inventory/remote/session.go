package remote

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	defaultTimeout   = 10 * time.Second
	defaultMaxOutput = 64 << 10
)

// The reasons why a command was not seen to its end.
var (
	errCut     = errors.New("the connection was cut: the session ended without an exit status")
	errTimeout = errors.New("the command did not end in time")
	errRefused = errors.New("the node refuses to run commands")
)

// session is one channel of a connection, for one command. What waits for the
// node runs in a goroutine of its own and is left behind when the caller's time
// is up: nothing but the node or the end of the connection ends such a wait.
type session struct {
	pool     *Pool
	conn     *conn
	channel  ssh.Channel
	requests <-chan *ssh.Request
	line     string
	left     bool // something still waits for the node
}

// ending is what was seen of a command.
type ending struct {
	state State
	exit  int
	err   error
}

// start performs the command in the background.
func (s *session) start(cmd Command, stdout, stderr io.Writer) <-chan ending {
	s.left = true
	done := make(chan ending, 1)
	s.pool.work.Go(func() { done <- s.perform(bytes.NewReader(cmd.Stdin), stdout, stderr) })
	return done
}

// close lets go of the session; it waits for nothing.
func (s *session) close() {
	if s.left {
		s.pool.work.Go(func() { _ = s.channel.Close() }) // may wait for a dead network
	} else {
		_ = s.channel.Close() // the node closed it already
	}
	s.conn.leave()
}

// perform hands the command to the node and waits for its end. From the moment
// of handing over until the node answers, whether it runs is not known.
func (s *session) perform(stdin io.Reader, stdout, stderr io.Writer) ending {
	ok, err := s.channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{s.line}))
	switch {
	case err != nil:
		s.conn.retire()
		return ending{state: Unknown, err: fmt.Errorf("dispatch: %w", errors.Join(errCut, err))}
	case !ok:
		return ending{state: NotStarted, err: errRefused}
	}
	var copies sync.WaitGroup
	copies.Go(func() { _, _ = io.Copy(stdout, s.channel) }) // a break shows as a missing status
	copies.Go(func() { _, _ = io.Copy(stderr, s.channel.Stderr()) })
	copies.Go(func() { s.feed(stdin) })
	exit, err := s.wait()
	if late, is := stdin.(io.Closer); is {
		_ = late.Close() // what is not there yet comes too late
	}
	copies.Wait()
	if err != nil {
		s.conn.retire() // before anybody asks it for another session
		return ending{state: Unknown, err: err}
	}
	return ending{state: Done, exit: exit}
}

// feed writes stdin and its end.
func (s *session) feed(stdin io.Reader) {
	if _, err := io.Copy(s.channel, stdin); err != nil {
		return // the command does not read it to its end
	}
	_ = s.channel.CloseWrite() // fails only on a channel that is closed
}

// wait returns the exit status. A command that a signal ended has 128 and a
// number, as shells have it.
func (s *session) wait() (int, error) {
	exit, err := 0, errCut
	for request := range s.requests {
		switch request.Type {
		case "exit-status":
			var status struct{ Status uint32 }
			if bad := ssh.Unmarshal(request.Payload, &status); bad == nil {
				exit, err = int(status.Status), nil
			}
		case "exit-signal":
			var signal struct {
				Name       string
				Core       bool
				Text, Lang string
			}
			if bad := ssh.Unmarshal(request.Payload, &signal); bad == nil {
				exit, err = 128+signalNumber(signal.Name), nil
			}
		}
		if request.WantReply {
			_ = request.Reply(false, nil) // we understand nothing else
		}
	}
	return exit, err
}

func signalNumber(name string) int {
	return map[string]int{"HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": 9, "SEGV": 11, "PIPE": 13, "TERM": 15}[name]
}

// run waits for the command as long as ctx and its timeout allow.
func (s *session) run(ctx context.Context, cmd Command) Result {
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(cmd.Timeout, defaultTimeout), errTimeout)
	defer cancel()
	if ctx.Err() != nil {
		return Result{State: NotStarted, Err: context.Cause(ctx)}
	}
	limit := cmp.Or(cmd.MaxOutput, defaultMaxOutput)
	stdout, stderr := &capture{left: limit}, &capture{left: limit}
	start := time.Now()
	var end ending
	select {
	case end = <-s.start(cmd, stdout, stderr):
		s.left = false
	case <-ctx.Done():
		// The command may go on and keep one of the node's sessions, so that
		// this connection takes no further ones.
		s.conn.retire()
		end = ending{state: Unknown, err: context.Cause(ctx)}
	}
	return result(end, time.Since(start), stdout, stderr)
}

func result(end ending, took time.Duration, stdout, stderr *capture) Result {
	r := Result{State: end.state, Exit: end.exit, Err: end.err, Took: took}
	var cutOut, cutErr bool
	r.Stdout, cutOut = stdout.take()
	r.Stderr, cutErr = stderr.take()
	r.Truncated = cutOut || cutErr
	return r
}
