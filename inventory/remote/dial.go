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
		HostKeyCallback: keys.check, HostKeyAlgorithms: keys.algorithms(),
	}
	c, channels, requests, err := ssh.NewClientConn(wire, r.address, config)
	if !stop() && err == nil {
		err = errors.Join(context.Cause(ctx), c.Close())
	}
	if err != nil {
		_ = wire.Close() // the handshake may have closed it
		return nil, fmt.Errorf("connect to %s as %s: %w", r.address, r.user, classify(ctx, keys, err))
	}
	return ssh.NewClient(c, channels, requests), nil
}

// wire is the connection that SSH runs on.
func (p *Pool) wire(ctx context.Context, r route) (net.Conn, error) {
	if r.jump == nil {
		return p.options.Dial(ctx, "tcp", r.address)
	}
	jump := p.jump(*r.jump)
	c, err := jump.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("through the jump host: %w", err)
	}
	conn, err := c.client.DialContext(ctx, "tcp", r.address)
	if err != nil {
		c.leave()
		return nil, fmt.Errorf("through the jump host %s: %w", r.jump.address, err)
	}
	return &jumped{Conn: conn, leave: c.leave}, nil
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
