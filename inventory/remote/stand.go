package remote

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

var errNoneSpare = errors.New("no session is to spare")

// standing is a command that was started and reads its stdin from a pipe.
type standing struct {
	session *session
	stdin   *io.PipeWriter
	stdout  *announced
	stderr  *capture
	done    <-chan ending
	release func()
}

// Stand is that of [Stander]. What stands by leaves half of the node's sessions
// to everything else, and always its last one.
func (p *Pool) Stand(ctx context.Context, node string, cmd Command) Standing {
	session, release, err := p.openWith(ctx, node, cmd, func(h *host) (func(), error) {
		if leave, ok := h.takeSpare(); ok {
			return leave, nil
		}
		return nil, errNoneSpare
	})
	if err != nil {
		return nil // whoever runs the command without it is told why
	}
	read, write := io.Pipe()
	limit := cmp.Or(cmd.MaxOutput, defaultMaxOutput)
	s := &standing{
		session: session, stdin: write, release: sync.OnceFunc(release),
		stdout: &announced{capture: capture{left: limit}, first: make(chan struct{})}, stderr: &capture{left: limit},
	}
	s.done = s.stand(read)
	select {
	case <-s.stdout.first:
		return s
	case <-ctx.Done():
	case <-s.done:
	}
	s.Close()
	return nil
}

// stand performs the command, and lets go of its session when that has ended.
func (s *standing) stand(stdin io.Reader) <-chan ending {
	s.session.left = true
	done := make(chan ending, 1)
	s.session.pool.work.Go(func() {
		done <- s.session.perform(stdin, s.stdout, s.stderr)
		s.release()
	})
	return done
}

// Tell is that of [Standing].
func (s *standing) Tell(ctx context.Context, stdin []byte, timeout time.Duration) (Result, bool) {
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(timeout, defaultTimeout), errTimeout)
	defer cancel()
	start := time.Now()
	select {
	case <-s.done:
		return Result{}, false
	default:
	}
	if n, err := s.stdin.Write(stdin); err != nil && n == 0 {
		return Result{}, false
	}
	_ = s.stdin.Close() // never fails
	var end ending
	select {
	case end = <-s.done:
	case <-ctx.Done():
		s.session.conn.retire() // as run does
		s.release()
		end = ending{state: Unknown, err: context.Cause(ctx)}
	}
	return result(end, time.Since(start), &s.stdout.capture, s.stderr), true
}

// Close is that of [Standing].
func (s *standing) Close() { _ = s.stdin.Close() } // never fails

// announced is a capture that tells when its first line is there.
type announced struct {
	capture
	once  sync.Once
	first chan struct{}
}

// Write never fails.
func (a *announced) Write(p []byte) (int, error) {
	n, err := a.capture.Write(p)
	for _, b := range p {
		if b == '\n' {
			a.once.Do(func() { close(a.first) })
		}
	}
	return n, err
}
