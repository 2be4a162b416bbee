package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// ErrClosed is the cause of a NotStarted result after the pool was closed.
var ErrClosed = errors.New("the connections are closed")

// DialFunc makes a network connection, as [net.Dialer.DialContext] does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Options tune a pool. The zero value is right for use.
type Options struct {
	Dial           DialFunc      // nil means a net.Dialer
	ConnectTimeout time.Duration // for one connection with its handshake; 0 means 5 s
	KeepAlive      time.Duration // between signs of life on a connection, each waited for as long; 0 means 5 s
	Config         string        // an ssh_config file; empty means ~/.ssh/config when there is one
	AgentSocket    string        // empty means $SSH_AUTH_SOCK
	Local          Starter       // of what runs on this machine itself, a node that is local; nil reaches none
}

// Pool reaches the nodes of a cloud and the machines beside it over SSH, and the one
// where it runs without. It holds one connection a node,
// made when it is first needed and made again when it broke, on which sessions
// run up to the node's limit. Nothing stands by on this machine itself. *Pool is a [Runner] and a [Streamer].
type Pool struct {
	options  Options
	settings *settings
	hosts    map[string]*host
	locals   map[string]*local

	mu    sync.Mutex
	jumps map[string]*host // by user@host:port

	closing chan struct{} // closed by Close
	once    sync.Once
	work    sync.WaitGroup // every goroutine and every call
}

// NewPool returns a pool for the cloud's nodes. It reads ~/.ssh/config, and
// connects to nothing yet.
func NewPool(cloud *inventory.Cloud, options Options) (*Pool, error) {
	options.ConnectTimeout = cmp.Or(options.ConnectTimeout, 5*time.Second)
	options.KeepAlive = cmp.Or(options.KeepAlive, 5*time.Second)
	if options.Dial == nil {
		options.Dial = new(net.Dialer).DialContext
	}
	settings, err := readSettings(options)
	if err != nil {
		return nil, fmt.Errorf("prepare ssh: %w", err)
	}
	p := &Pool{
		options: options, settings: settings,
		hosts: map[string]*host{}, locals: map[string]*local{}, jumps: map[string]*host{}, closing: make(chan struct{}),
	}
	for _, node := range cloud.All() {
		if node.Local {
			p.locals[node.Name] = newLocal(p, node)
			continue
		}
		p.hosts[node.Name] = newHost(p, settings.route(node), node.SSH.Sessions)
	}
	return p, nil
}

// Close breaks all connections and returns when nothing of the pool runs any
// more. Commands that were dispatched end as Unknown.
func (p *Pool) Close() error {
	p.once.Do(func() {
		p.mu.Lock() // so that nothing enters after this
		defer p.mu.Unlock()
		close(p.closing)
	})
	for _, h := range p.hosts {
		h.shut()
	}
	p.mu.Lock()
	jumps := make([]*host, 0, len(p.jumps))
	for _, h := range p.jumps {
		jumps = append(jumps, h)
	}
	p.mu.Unlock()
	for _, h := range jumps {
		h.shut()
	}
	p.work.Wait()
	return nil
}

// enter counts a call, unless the pool is closed.
func (p *Pool) enter() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.closing:
		return ErrClosed
	default:
		p.work.Add(1)
		return nil
	}
}

// jump returns the jump host of that name.
func (p *Pool) jump(r route) *host {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := r.user + "@" + r.address
	h := p.jumps[name]
	if h == nil {
		h = newHost(p, r, 0)
		p.jumps[name] = h
	}
	return h
}

// Run runs a command on a node. It waits for a free session as long as ctx
// allows; the command's timeout starts when it is handed to the node.
func (p *Pool) Run(ctx context.Context, node string, cmd Command) Result {
	if l := p.locals[node]; l != nil {
		return l.run(ctx, cmd)
	}
	session, release, err := p.open(ctx, node, cmd, false)
	if err != nil {
		return Result{State: NotStarted, Err: err}
	}
	defer release()
	return session.run(ctx, cmd)
}

// Stream runs a command until it ends or ctx does, and hands over every line
// that it prints to stdout. The command's Timeout does not count; a line longer
// than MaxOutput ends it with an error. The error is that of ctx when ctx ended,
// and nil when the command ended with status 0. A stream leaves the node's last
// session to commands.
func (p *Pool) Stream(ctx context.Context, node string, cmd Command, line func(string)) error {
	if l := p.locals[node]; l != nil {
		return l.stream(ctx, cmd, line)
	}
	session, release, err := p.open(ctx, node, cmd, true)
	if err != nil {
		return err
	}
	defer release()
	return session.stream(ctx, cmd, line)
}

// open finds the node, takes one of its session slots, and opens a session with
// the command line that it is to run. Nothing is dispatched yet.
func (p *Pool) open(ctx context.Context, node string, cmd Command, streams bool) (*session, func(), error) {
	return p.openWith(ctx, node, cmd, func(h *host) (func(), error) { return h.take(ctx, streams) })
}

// openWith is open with a way to take a slot.
func (p *Pool) openWith(ctx context.Context, node string, cmd Command, take func(h *host) (func(), error)) (*session, func(), error) {
	h := p.hosts[node]
	if h == nil {
		return nil, nil, fmt.Errorf("reach %s: no such node in the inventory", node)
	}
	line, err := commandLine(cmd, h.route)
	if err != nil {
		return nil, nil, fmt.Errorf("reach %s: %w", node, err)
	}
	if err := p.enter(); err != nil {
		return nil, nil, fmt.Errorf("reach %s: %w", node, err)
	}
	leave, err := take(h)
	if err != nil {
		p.work.Done()
		return nil, nil, fmt.Errorf("wait for a session on %s: %w", node, err)
	}
	s, err := h.session(ctx, line)
	if err != nil {
		leave()
		p.work.Done()
		return nil, nil, fmt.Errorf("reach %s: %w", node, err)
	}
	return s, func() { s.close(); leave(); p.work.Done() }, nil
}
