// Package dataplane has what the workloads share that speak over a connection of their
// own: how one is made and cut, and how its errors are told.
package dataplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// Check refuses an address that is not "host:port".
func Check(address string) error {
	host, port, err := net.SplitHostPort(address)
	if n, bad := strconv.Atoi(port); err != nil || host == "" || bad != nil || n < 1 || n > 65535 {
		return fmt.Errorf("address: %q is not HOST:PORT", address)
	}
	return nil
}

// Conn is a connection that ends with its context: whatever waits on it then is told
// what the context says.
type Conn struct {
	net.Conn
	ctx  context.Context //nolint:containedctx // what bounds each of its calls
	stop func() bool
}

// Dial connects, by the run's own dialler where it has one. Whoever closes the
// connection ends what watches the context.
func Dial(ctx context.Context, env loadgen.Env, network, address string) (*Conn, error) {
	raw, err := dialler(env)(ctx, network, address)
	if err != nil {
		return nil, Told(ctx, err)
	}
	c := &Conn{Conn: raw, ctx: ctx}
	c.stop = context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	return c, nil
}

// Quick is env with a dialler that gives up after that time.
func Quick(env loadgen.Env, within time.Duration) loadgen.Env {
	dial := dialler(env)
	env.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		limited, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		return dial(limited, network, address)
	}
	return env
}

// dialler is the run's own, where it has one.
func dialler(env loadgen.Env) func(ctx context.Context, network, address string) (net.Conn, error) {
	if env.Dial != nil {
		return env.Dial
	}
	return (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
}

// Read is the connection's, with its error as it is told.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, Told(c.ctx, err)
}

// Write is the connection's, with its error as it is told.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, Told(c.ctx, err)
}

// Close closes it.
func (c *Conn) Close() error {
	c.stop()
	return c.Conn.Close()
}

// Told is an error without the addresses and ports of the connection, so that the same
// failure has one text; that of a call that its context has ended is the context's.
func Told(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return Plain(err)
}

// Plain is an error without addresses and ports.
func Plain(err error) error {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return fmt.Errorf("this machine lets eris open no more files (ulimit -n): %w", syscall.EMFILE)
	}
	if op, is := errors.AsType[*net.OpError](err); is {
		return fmt.Errorf("%s: %w", op.Op, op.Err)
	}
	return err
}

// Failed is the outcome of what such an error has ended.
func Failed(err error) loadgen.Outcome {
	return loadgen.Outcome{Class: loadgen.Classify(err), Err: err}
}
