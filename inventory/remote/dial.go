package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/inventory/remote/sshclient"
)

// dial connects to a machine, through its jump host when it has one, proves the
// machine's key and then ourselves.
func (p *Pool) dial(ctx context.Context, r route) (*ssh.Client, error) {
	keys, err := readHostKeys(r)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w: %w", r.address, ErrHostKey, err)
	}
	signers, done, err := p.settings.signers(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w: %w", r.address, ErrAuth, err)
	}
	defer done()
	wire, err := p.wire(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w: %w", r.address, ErrUnreachable, err)
	}
	// The handshake heeds no context, and a connection through a jump host no
	// deadline: closing the wire ends both.
	stop := context.AfterFunc(ctx, func() { _ = wire.Close() })
	config := &ssh.ClientConfig{
		User: r.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(signers...)},
		HostKeyCallback: keys.check, HostKeyAlgorithms: keys.Algorithms(),
	}
	client, err := sshclient.New(wire, r.address, config)
	if !stop() && err == nil {
		err = errors.Join(context.Cause(ctx), client.Close())
	}
	if err != nil {
		_ = wire.Close() // the handshake may have closed it
		return nil, fmt.Errorf("connect to %s as %s: %w", r.address, r.user, classify(ctx, keys, err))
	}
	return client, nil
}

// wire is the connection that SSH runs on.
func (p *Pool) wire(ctx context.Context, r route) (net.Conn, error) {
	if r.jump == nil {
		return p.options.Dial(ctx, "tcp", r.address)
	}
	var failed error
	for range 2 { // its connection may have ended and nobody noticed yet
		c, err := p.jump(*r.jump).connect(ctx)
		if err != nil {
			return nil, fmt.Errorf("through the jump host: %w", err)
		}
		conn, err := c.tunnel(ctx, r.address)
		if err == nil {
			return &jumped{Conn: conn, leave: c.leave}, nil
		}
		c.leave()
		if failed = err; !errors.Is(err, errCut) {
			break
		}
	}
	return nil, fmt.Errorf("through the jump host %s: %w", r.jump.address, failed)
}

// tunnel connects to an address from the far end of the connection. A request
// that crosses the end of the connection is never answered, so that end is waited
// for as well: errCut.
func (c *conn) tunnel(ctx context.Context, address string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type opened struct {
		wire net.Conn
		err  error
	}
	answer := make(chan opened, 1)
	go func() {
		wire, err := c.client.DialContext(ctx, "tcp", address)
		answer <- opened{wire, err}
	}()
	select {
	case o := <-answer:
		if _, refused := errors.AsType[*ssh.OpenChannelError](o.err); o.err != nil && !refused && ctx.Err() == nil {
			c.retire() // its end is on its way
			return nil, errors.Join(errCut, o.err)
		}
		return o.wire, o.err
	case <-c.gone:
		cancel()
		if o := <-answer; o.err == nil {
			_ = o.wire.Close() // it ended with the connection below it
		}
		return nil, errCut
	}
}

// jumped is a connection that counts as a user of the jump host's.
type jumped struct {
	net.Conn
	leave func()
	once  sync.Once
}

// Close ends the connection and lets go of the jump host.
func (j *jumped) Close() error {
	j.once.Do(j.leave)
	return j.Conn.Close()
}

// classify tells what a failed handshake failed on, by how far it came and by
// types: after the host proved its key, what is no failure of the network is a
// refusal of ours.
func classify(ctx context.Context, keys *hostKeys, err error) error {
	var negotiation *ssh.AlgorithmNegotiationError
	var network net.Error
	switch {
	case keys.refusal != nil:
		return fmt.Errorf("%w: %w", ErrHostKey, keys.refusal)
	case errors.As(err, &negotiation) && !keys.proven:
		return fmt.Errorf("%w: it offers no key of the types that known_hosts has for it: %w", ErrHostKey, err)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w: %w", ErrUnreachable, context.Cause(ctx), err)
	case !keys.proven, errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return fmt.Errorf("%w: %w", ErrAuth, err)
}
