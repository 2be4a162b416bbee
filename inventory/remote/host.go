package remote

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// host is one machine that is reached: its session slots and its connection.
type host struct {
	pool    *Pool
	route   route
	slots   chan struct{}
	streams chan struct{} // one less, so that streams never take the last slot
	standby chan struct{} // half, for what stands by

	mu      sync.Mutex
	conn    *conn
	attempt *attempt // the connecting that goes on now; nil when none does
}

// attempt is one try to connect, shared by all who want the connection.
type attempt struct {
	done   chan struct{}
	cancel context.CancelFunc
	conn   *conn
	err    error
}

// conn is a connection and the sessions on it. Once retired it takes no new
// session and closes after its last one.
type conn struct {
	client *ssh.Client
	gone   chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	users   int
	retired bool
}

func newHost(p *Pool, r route, sessions int) *host {
	if sessions < 2 {
		sessions = 8
	}
	return &host{pool: p, route: r, slots: make(chan struct{}, sessions), streams: make(chan struct{}, sessions-1), standby: make(chan struct{}, sessions/2)}
}

// take waits for a session slot.
func (h *host) take(ctx context.Context, stream bool) (func(), error) {
	leave := func() { <-h.slots }
	if stream {
		select {
		case h.streams <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-h.pool.closing:
			return nil, ErrClosed
		}
		leave = func() { <-h.slots; <-h.streams }
	}
	select {
	case h.slots <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
	case <-h.pool.closing:
	}
	if stream {
		<-h.streams
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, ErrClosed
}

// takeSpare is take for what stands by: it never waits, and has half of the
// sessions at most, none of two.
func (h *host) takeSpare() (leave func(), ok bool) {
	if cap(h.standby) < 2 {
		return nil, false
	}
	for i, slots := range []chan struct{}{h.standby, h.streams, h.slots} {
		select {
		case slots <- struct{}{}:
		default:
			for _, taken := range []chan struct{}{h.standby, h.streams}[:i] {
				<-taken
			}
			return nil, false
		}
	}
	return func() { <-h.slots; <-h.streams; <-h.standby }, true
}

// session opens a session on the host's connection. A connection that turns out
// to be broken, or to take no more sessions, is replaced once: nothing was
// dispatched on it for this session.
func (h *host) session(ctx context.Context, line string) (*session, error) {
	var failed error
	for range 2 {
		c, err := h.connect(ctx)
		if err != nil {
			return nil, err
		}
		s, err := h.openChannel(ctx, c)
		if err == nil {
			s.line = line
			return s, nil
		}
		if ctx.Err() == nil {
			c.retire()
		}
		c.leave()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failed = err
	}
	return nil, errors.Join(ErrUnreachable, failed)
}

// openChannel asks for a session and gives up with ctx, or when the connection
// has ended: a request that crosses the end is never answered, and x/crypto
// then waits for ever. A session that comes too late is closed again.
func (h *host) openChannel(ctx context.Context, c *conn) (*session, error) {
	type opened struct {
		s   *session
		err error
	}
	answer := make(chan opened, 1)
	go func() {
		channel, requests, err := c.client.OpenChannel("session", nil)
		answer <- opened{&session{pool: h.pool, conn: c, channel: channel, requests: requests}, err}
	}()
	select {
	case o := <-answer:
		return o.s, o.err
	case <-c.gone:
		return nil, errCut
	case <-ctx.Done():
	}
	h.pool.work.Go(func() {
		select {
		case o := <-answer:
			if o.err == nil {
				_ = o.s.channel.Close() // nothing ran on it
			}
		case <-c.gone:
		}
	})
	return nil, ctx.Err()
}

// connect returns the host's live connection with one user more, and makes one
// when there is none.
func (h *host) connect(ctx context.Context) (*conn, error) {
	for {
		h.mu.Lock()
		if h.conn != nil && h.conn.enter() {
			defer h.mu.Unlock()
			return h.conn, nil
		}
		a := h.attempt
		if a == nil {
			var err error
			if a, err = h.begin(ctx); err != nil {
				h.mu.Unlock()
				return nil, err
			}
		}
		h.mu.Unlock()
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if a.err != nil {
			return nil, a.err
		}
	}
}

// begin starts to connect, on behalf of everybody who waits: it outlives the
// caller's ctx. The caller holds h.mu.
func (h *host) begin(ctx context.Context) (*attempt, error) {
	if err := h.pool.enter(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.pool.options.ConnectTimeout)
	a := &attempt{done: make(chan struct{}), cancel: cancel}
	h.attempt = a
	go func() {
		defer h.pool.work.Done()
		defer cancel()
		client, err := h.pool.dial(ctx, h.route)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.attempt, a.err = nil, err
		if err == nil {
			a.conn = h.adopt(client)
			h.conn = a.conn
		}
		close(a.done)
	}()
	return a, nil
}

// adopt watches over a new connection: it is asked for signs of life, and
// closed when none come. The caller is counted in the pool's work.
func (h *host) adopt(client *ssh.Client) *conn {
	c := &conn{client: client, gone: make(chan struct{})}
	h.pool.work.Add(2)
	go func() {
		defer h.pool.work.Done()
		_ = client.Wait() // why it ended is told by what ran on it
		close(c.gone)
	}()
	go func() {
		defer h.pool.work.Done()
		h.keepAlive(c)
	}()
	return c
}

func (h *host) keepAlive(c *conn) {
	every := time.NewTicker(h.pool.options.KeepAlive)
	defer every.Stop()
	for {
		select {
		case <-c.gone:
			return
		case <-h.pool.closing:
			_ = c.client.Close() // it may be closed already
			return
		case <-every.C:
		}
		silence := time.AfterFunc(h.pool.options.KeepAlive, c.abort)
		_, _, err := c.client.SendRequest("keepalive@openssh.com", true, nil)
		silence.Stop()
		if err != nil {
			c.abort()
			return
		}
	}
}

// shut ends the host's connection and its connecting.
func (h *host) shut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.attempt != nil {
		h.attempt.cancel()
	}
	if h.conn != nil {
		h.conn.abort()
	}
}

// enter adds a user, unless the connection is retired or gone.
func (c *conn) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.gone:
		return false
	default:
	}
	if c.retired {
		return false
	}
	c.users++
	return true
}

func (c *conn) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users--; c.users == 0 && c.retired {
		_ = c.client.Close() // it may be closed already
	}
}

// retire keeps new sessions off a connection that may be broken, or on which a
// command of ours may still hold one of the node's sessions.
func (c *conn) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retired = true
}

// abort breaks the connection with all that runs on it.
func (c *conn) abort() {
	c.retire()
	_ = c.client.Close() // it may be closed already
}
